#pragma once

#include "adapters/blocks.hpp"
#include "base/result.hpp"
#include "ports/remittance_file_port.hpp"

#include <memory>

namespace bccid::table {

// The post's list of what one transfer forwards (bảng kê chuyển tiền thu hộ), as CSV or as a workbook, by the
// mapping that the carrier's block names. Errors: config (the mapping cannot be read).
Result<std::unique_ptr<RemittanceFilePort>> open_remittance_table(const CarrierBlock& block);

}  // namespace bccid::table
