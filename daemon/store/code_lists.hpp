#pragma once

#include "base/embedded.hpp"
#include "base/result.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bccid {

struct CodeListChange {
  std::string table;
  std::size_t rows = 0;
  std::int64_t changed = 0;  // inserted, updated or deleted
};

// Makes the code-list tables equal to the files of `codes/`, touching only rows that differ. Runs inside
// the caller's transaction. A list whose file is not embedded is left alone.
// Errors: malformed (the file), internal (a column that neither side knows).
Result<std::vector<CodeListChange>> load_code_lists(sql::Connection& connection,
                                                    std::span<const EmbeddedFile> files);

}  // namespace bccid
