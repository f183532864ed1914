#pragma once

#include "adapters/blocks.hpp"
#include "base/result.hpp"
#include "ports/bank_file_port.hpp"

#include <memory>

namespace bccid::bank {

// SWIFT MT940 as banks hand it out: with or without the blocks around it, one or several messages, pages of
// one statement. Errors: config.
Result<std::unique_ptr<BankFilePort>> open_bank_mt940(const BankBlock& block);

}  // namespace bccid::bank
