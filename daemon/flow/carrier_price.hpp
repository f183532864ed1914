#pragma once

#include "domain/order/order.hpp"
#include "domain/tariff/postage.hpp"
#include "flow/tariffs.hpp"
#include "ports/carrier_port.hpp"
#include "store/pq.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace bccid {

// What the post is asked for one leg of a journey.
struct LegQuestion {
  Leg leg = Leg::delivery;
  PriceQuestion question;
};

// One question for each weight that `asked` names. Errors: invalid_field (a commune that is in no province).
Result<std::vector<LegQuestion>> price_questions(sql::Tx& tx, const Journey& journey,
                                                 const PostageQuestion& asked);

struct LegPrice {
  Leg leg = Leg::delivery;
  Money price;
};

// What the post says of its own price, beside ours; it replaces nothing.
struct CarrierPrice {
  std::vector<LegPrice> legs;  // empty when there is a reason
  Money total;
  Money difference;    // the post's total less ours
  std::string reason;  // why there is no price, for people
};

// Asks the post for all legs, in at most `limit` altogether. It fails by giving a reason: our own price holds
// whatever the post says. `port` must outlive the call.
boost::asio::awaitable<CarrierPrice> ask_carrier_price(CarrierPort& port, std::vector<LegQuestion> legs,
                                                       Money ours, Duration limit);

}  // namespace bccid
