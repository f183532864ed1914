#pragma once

#include "store/line_name_store.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace bccid {

// Lines and remittances that have to do with each other because lines name remittances.
struct NameGroup {
  std::vector<std::int64_t> lines;        // ascending
  std::vector<std::int64_t> remittances;  // ascending
  std::vector<std::int64_t> nameless;     // of the lines asked for: they name nothing
};

// Everything that hangs together with the lines of `chunk`, a part of `ids`; both ascend. What hangs together
// with a line of an earlier part of `ids` was in that part's group and is left out.
NameGroup name_group(sql::Tx& tx, std::span<const std::int64_t> ids, std::span<const std::int64_t> chunk);

}  // namespace bccid
