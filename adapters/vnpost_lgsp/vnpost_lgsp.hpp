#pragma once

#include "adapters/blocks.hpp"
#include "base/clock.hpp"
#include "net/https_client.hpp"
#include "ports/carrier_port.hpp"

#include <memory>
#include <string>

namespace bccid::lgsp {

// The members of NGSP's order, then ItemCode where the block has waybills, then FlagConfig.
std::string order_body(const CarrierOrder& order, const CarrierBlock& block);

// The post behind a province's gateway (LGSP, "DichVuCongApi"): see README.md beside this file. `client` and
// `clock` must outlive the port. Errors: config, naming the key of the block.
Result<std::unique_ptr<CarrierPort>> open_vnpost_lgsp(const CarrierBlock& block, net::HttpsClient& client,
                                                      const Clock& clock);

}  // namespace bccid::lgsp
