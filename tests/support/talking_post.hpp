#pragma once

#include "http/json_body.hpp"
#include "ports/carrier_port.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include <string>
#include <vector>

namespace bccid::test {

// A post for the API alone: messages whose signature is "good" are its own; 100 g have a price, 200 g have
// none, and for 300 g it never answers.
class TalkingPost final : public CarrierPort {
 public:
  TalkingPost() {
    abilities_.hints = true;
    abilities_.price = true;
    abilities_.read_one = true;
  }
  const std::string& name() const override { return name_; }
  const std::string& code_source() const override { return source_; }
  const CarrierAbilities& abilities() const override { return abilities_; }
  boost::asio::awaitable<SendReport> create_order(const CarrierOrder&, CallTag) override {
    co_return SendReport();
  }
  boost::asio::awaitable<SendReport> cancel_order(std::string, CallTag) override { co_return SendReport(); }
  Result<std::vector<CarrierHint>> read_hints(std::string_view body) const override {
    const auto message = http::parse_json(body);
    const auto* object = message ? message->if_object() : nullptr;
    if (object == nullptr) return Failure(Errc::malformed, "no object");
    if (object->at("signature") != "good") return Failure(Errc::unauthenticated, "not of this post");
    std::vector<CarrierHint> hints;
    for (const auto& order : object->at("data").as_array()) {
      CarrierHint hint;
      if (const auto* number = order.as_object().if_contains("saleOrderCode"))
        hint.order_number = number->as_string();
      if (const auto* item = order.as_object().if_contains("itemCode")) hint.item_code = item->as_string();
      hints.push_back(std::move(hint));
    }
    return hints;
  }
  boost::asio::awaitable<Result<Money>> ask_price(PriceQuestion question) override {
    if (question.weight_g == 100) co_return Money(22'000);
    if (question.weight_g == 200) co_return Failure(Errc::unavailable, "price call: HTTP status 500");
    boost::asio::steady_timer never(co_await boost::asio::this_coro::executor,
                                    boost::asio::steady_timer::time_point::max());
    co_await never.async_wait(boost::asio::use_awaitable);
    co_return Money(1);
  }

 private:
  std::string name_ = "post";
  std::string source_ = "vnpost_my/1";
  CarrierAbilities abilities_;
};

}  // namespace bccid::test
