#include "adapters/vnpost_lgsp/vnpost_lgsp.hpp"

#include "adapters/json_reply.hpp"
#include "adapters/order_post.hpp"
#include "adapters/order_post_wire.hpp"
#include "base/limits.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace bccid::lgsp {

namespace json = boost::json;

std::string order_body(const CarrierOrder& order, const CarrierBlock& block) {
  auto members = ngsp::order_members(order, block);
  if (block.waybills) members["ItemCode"] = order.item_code;
  members["FlagConfig"] = block.flag_config;
  return json::serialize(members);
}

std::string price_body(const PriceQuestion& question, const CarrierBlock& block) {
  const auto place = [&block](const std::string& province, const std::string& commune) {
    return json::object{{"provCode", ngsp::province_code(province, block)},
                        {"distCode", ngsp::district_code(commune, block)}};
  };
  return json::serialize(json::object{{"weight", question.weight_g},
                                      {"mainSrv", "HCC"},
                                      {"isreturn", 1},
                                      {"sender", place(question.from_province, question.from_commune)},
                                      {"receiver", place(question.to_province, question.to_commune)}});
}

Result<Money> read_price_reply(int http_status, std::string_view body) {
  if (http_status != 200)
    return Failure(Errc::unavailable, "price call: HTTP status " + std::to_string(http_status));
  const auto reply = json_object_of(body, limits::kReplyBytesMax);
  const auto* content = reply ? reply->if_contains("content") : nullptr;
  const auto price = content != nullptr && content->is_object()
                         ? integer_member(content->get_object(), "price")
                         : std::nullopt;
  if (!price || *price <= 0 || *price > limits::kChargeDongMax)
    return Failure(Errc::unavailable, "price call: the answer names no price");
  return Money(*price);
}

Result<std::unique_ptr<CarrierPort>> open_vnpost_lgsp(const CarrierBlock& block, net::HttpsClient& client,
                                                      const Clock& clock) {
  return ngsp::open_order_post(block, client, clock,
                               {&order_body, block.waybills, &price_body, &read_price_reply});
}

}  // namespace bccid::lgsp
