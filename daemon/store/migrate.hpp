#pragma once

#include "base/embedded.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bccid {

struct MigrationReport {
  int from = 0;                         // number of the newest migration before
  int to = 0;                           // and after
  std::vector<std::string> applied;     // file names, in order
  std::vector<std::string> code_lists;  // "parcel_move: 118 rows, 3 changed", one a list
  std::int64_t code_rows_changed = 0;

  bool nothing_done() const { return applied.empty() && code_rows_changed == 0; }
};

// Brings a database to the schema of this binary: applies `sql/NNNN_*.sql` in order, each with its record
// in one transaction, then makes the code-list tables equal to `codes/*.csv`. Holds an advisory lock, so
// a second migrator waits and finds nothing to do; killed at any point it leaves whole migrations only.
// Blocks; not for the event loop.
// Errors: unavailable (no connection), config (gap in the numbers, a changed file, a database newer than
// this binary), malformed (a code list), internal (a migration failed and was rolled back).
Result<MigrationReport> migrate(const std::string& dsn,
                                std::span<const EmbeddedFile> files = embedded_files());

// Whether this binary may serve this database: the same migrations and the same code lists.
// Errors: unavailable, config.
Status check_schema(const std::string& dsn, std::span<const EmbeddedFile> files = embedded_files());

}  // namespace bccid
