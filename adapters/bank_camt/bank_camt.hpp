#pragma once

#include "adapters/blocks.hpp"
#include "base/result.hpp"
#include "ports/bank_file_port.hpp"

#include <memory>

namespace bccid::bank {

// ISO 20022 camt.053 (bank to customer statement) and camt.054 (debit and credit notification), versions
// .001.02 to .001.13. Errors: config.
Result<std::unique_ptr<BankFilePort>> open_bank_camt(const BankBlock& block);

}  // namespace bccid::bank
