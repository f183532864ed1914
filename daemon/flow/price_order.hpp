#pragma once

#include "base/time_text.hpp"
#include "domain/fees/fee_schedule.hpp"
#include "store/charge_store.hpp"
#include "store/order_store.hpp"

#include <string_view>
#include <vector>

namespace bccid {

// What is owed on an order, line by line, as it will be frozen.
struct PricedOrder {
  std::vector<WantedCharge> charges;
  std::vector<Relief> reliefs;
};

// What the order is priced by.
struct PricedBy {
  std::string_view province;  // whose fee schedule
  std::string_view carrier;   // whose tariff
  Day day{};
  FeeTiming timing =
      FeeTiming::on_receiving;  // the lines that are due now; the others are no part of the order
};

// Prices a wish, which says so in `wish.price`, by the schedule and the tariff that hold on that day. What
// the agency promised besides is compared kind by kind: a promise that differs from the tables is refused, so
// nobody is asked at his door for another amount than he was told. Errors: conflict (a promise differs),
// not_found and invalid_field of quote_fees and quote_journey, with pointers of POST /v1/orders.
Result<PricedOrder> price_order(sql::Tx& tx, const OrderWish& wish, const AgencyRow& agency,
                                const PricedBy& by);

}  // namespace bccid
