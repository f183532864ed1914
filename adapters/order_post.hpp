#pragma once

#include "adapters/blocks.hpp"
#include "base/clock.hpp"
#include "net/https_client.hpp"
#include "ports/carrier_port.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace bccid::ngsp {

// How a gateway's order differs from the post's own; the rest of the interface is the same.
struct OrderDialect {
  std::string (*body)(const CarrierOrder& order, const CarrierBlock& block);
  bool with_item_code = false;
  // The price call, where the gateway has one and the block names its path. `price_of` fails with
  // unavailable when the answer is not a price.
  std::string (*price_body)(const PriceQuestion& question, const CarrierBlock& block) = nullptr;
  Result<Money> (*price_of)(int http_status, std::string_view body) = nullptr;
};

// The post's "order/post" interface with orders in that dialect: adapters/vnpost_ngsp/README.md. `client` and
// `clock` must outlive the port. Errors: config, naming the key of the block.
Result<std::unique_ptr<CarrierPort>> open_order_post(const CarrierBlock& block, net::HttpsClient& client,
                                                     const Clock& clock, OrderDialect dialect);

}  // namespace bccid::ngsp
