#pragma once

#include "base/embedded.hpp"
#include "base/result.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// One numbered file of schema changes.
struct Migration {
  int number;
  std::string name;  // "0001_reference.sql"
  std::string sha256;
  std::string_view text;
};

// What the database says was applied.
struct AppliedMigration {
  int number;
  std::string name;
  std::string sha256;
};

// The `sql/NNNN_*.sql` among the files, by number. Errors: config (bad name, gap, or a file that ends its
// transaction itself, which would leave half a migration behind).
Result<std::vector<Migration>> migrations_of(std::span<const EmbeddedFile> files);

// How many of the migrations the database has, when what it has is exactly their beginning.
// Errors: config (a gap, a changed file, or a database newer than the files).
Result<std::size_t> applied_count(std::span<const Migration> migrations,
                                  std::span<const AppliedMigration> applied);

}  // namespace bccid
