#pragma once

#include "domain/order/look_pace.hpp"
#include "flow/carrier_orders.hpp"
#include "ports/carrier_port.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// Where notifications say that a post spoke about orders that should be read now.
inline constexpr const char* kLookChannel = "bccid_looks";

// One order that its post is asked for at this moment, by its holder and nobody else.
struct HeldLook {
  std::string number;
  std::int64_t fence = 0;
};

// The order is asked for from that time on. Looks begin with a send; a second send only brings them forward.
void begin_looks(sql::Tx& tx, std::string_view number, Time at);
// Not later than that; an order whose looks never began is none of theirs.
void hasten_look(sql::Tx& tx, std::string_view number, Time at);

// Takes the due look of this post whose last try is the longest ago, for as long as the lease; nothing when
// none is due. The holder of a lease that ended is told by `apply_order_reading`.
std::optional<HeldLook> claim_look(sql::Tx& tx, std::string_view carrier, Duration lease);

// One answer about one order, and what it was an answer to.
struct OrderRead {
  std::string carrier;
  std::string code_source;
  HeldLook look;
  Time began{};
  OrderReading reading;
};

struct OrderLooked {
  bool held = true;  // false: the lease was somebody else's by then, and nothing was changed
  FeedApplied applied;
};

// Applies what was read exactly as rows of a feed, notes whether the post has the order, and decides when to
// ask again. An order that the post had and does not know any more goes to a person.
OrderLooked apply_order_reading(sql::Tx& tx, const OrderRead& read, const LookPace& pace, Time now);

struct HintsTaken {
  std::size_t woken = 0;
  std::size_t unknown = 0;  // parcels that are none of ours, or of another post
};

// A post said that something happened: its orders are read as soon as may be, though none more often than
// every `gap`. Nothing else follows from it, so a repeated or forged message is harmless.
HintsTaken take_hints(sql::Tx& tx, std::string_view carrier, const std::vector<CarrierHint>& hints,
                      Duration gap, Time now);

}  // namespace bccid
