#pragma once

#include "adapters/blocks.hpp"
#include "ports/bank_file_port.hpp"

#include <memory>

namespace bccid::bank {

// A bank's statement as CSV: see README.md beside this file for the rows that it must have.
// Errors: config (a column name that we do not know).
Result<std::unique_ptr<BankFilePort>> open_bank_csv(const BankBlock& block);

}  // namespace bccid::bank
