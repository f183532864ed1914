#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>

namespace bccid {

struct ReferenceReport {
  std::size_t provinces = 0;
  std::size_t communes = 0;
  std::size_t conversions = 0;
  std::size_t procedures = 0;
  std::size_t holidays = 0;
};

// Loads the reference files that this binary carries (schemas/reference, schemas/codes/holidays.csv). Rows
// are updated by their keys; nothing is removed, because old dossiers keep old units. Blocks.
// Errors: malformed (a broken embedded file), and as the database says.
Result<ReferenceReport> load_reference(const std::string& dsn);

}  // namespace bccid
