#pragma once

#include "adapters/blocks.hpp"
#include "base/clock.hpp"
#include "net/https_client.hpp"
#include "ports/carrier_port.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace bccid::lgsp {

// The members of NGSP's order, then ItemCode where the block has waybills, then FlagConfig.
std::string order_body(const CarrierOrder& order, const CarrierBlock& block);

// The gateway's price call: service "HCC" between two places by the post's own codes.
std::string price_body(const PriceQuestion& question, const CarrierBlock& block);
// Errors: unavailable (status, unreadable, no price above 0).
Result<Money> read_price_reply(int http_status, std::string_view body);

// The post behind a province's gateway (LGSP, "DichVuCongApi"): see README.md beside this file. `client` and
// `clock` must outlive the port. Errors: config, naming the key of the block.
Result<std::unique_ptr<CarrierPort>> open_vnpost_lgsp(const CarrierBlock& block, net::HttpsClient& client,
                                                      const Clock& clock);

}  // namespace bccid::lgsp
