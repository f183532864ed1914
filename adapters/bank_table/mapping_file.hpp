#pragma once

#include "adapters/bank_table/mapping.hpp"

#include <string>

namespace bccid::table {

// The mapping in a file, over `base`; `base` alone where no file is named. Errors: config (the file cannot be
// read, or read_mapping refuses it).
Result<Mapping> mapping_of(const std::string& path, Mapping base);

}  // namespace bccid::table
