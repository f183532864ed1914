#include "adapters/vnpost_lgsp/vnpost_lgsp.hpp"

#include "adapters/order_post.hpp"
#include "adapters/order_post_wire.hpp"

#include <boost/json/serialize.hpp>

namespace bccid::lgsp {

std::string order_body(const CarrierOrder& order, const CarrierBlock& block) {
  auto members = ngsp::order_members(order, block);
  if (block.waybills) members["ItemCode"] = order.item_code;
  members["FlagConfig"] = block.flag_config;
  return boost::json::serialize(members);
}

Result<std::unique_ptr<CarrierPort>> open_vnpost_lgsp(const CarrierBlock& block, net::HttpsClient& client,
                                                      const Clock& clock) {
  return ngsp::open_order_post(block, client, clock, {&order_body, block.waybills});
}

}  // namespace bccid::lgsp
