#pragma once

#include "base/clock.hpp"
#include "domain/order/order.hpp"
#include "domain/parcel/parcel.hpp"

#include <optional>

namespace bccid {

// How often a post that has no feed is asked for one order.
struct LookPace {
  Duration ready{std::chrono::minutes(2)};     // something happens to it about now
  Duration waiting{std::chrono::minutes(30)};  // it travels, or lies somewhere
  Duration ended{std::chrono::hours(12)};      // its end is known; money may still be told
  Duration keep{std::chrono::days(30)};        // how long after its end
};

// What is known of an order when it has been asked for.
struct LookCase {
  OrderState order = OrderState::placed;
  ParcelState parcel = ParcelState::registered;
  bool item_known = false;            // its label has a number
  std::optional<Time> ended_at = {};  // when the parcel's last state was reached
  int failures = 0;                   // askings in a row without a usable answer
};

// When to ask again, from now; nothing: not any more, unless somebody asks for it. After failures the wait
// doubles, up to `waiting` or eight times the usual one, whichever is longer.
std::optional<Duration> next_look(const LookCase& known, const LookPace& pace, Time now);

}  // namespace bccid
