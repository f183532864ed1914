#pragma once

#include "adapters/blocks.hpp"
#include "base/result.hpp"
#include "ports/bank_file_port.hpp"

#include <memory>

namespace bccid::bank {

// A bank's statement as CSV or as a workbook (XLSX), by a mapping of that bank's titles and habits: see
// README.md beside this file. Errors: config (the mapping cannot be read).
Result<std::unique_ptr<BankFilePort>> open_bank_table(const BankBlock& block);

}  // namespace bccid::bank
