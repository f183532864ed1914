#pragma once

#include "base/clock.hpp"
#include "store/pq.hpp"

#include <cstddef>

namespace bccid {

struct OverdueReport {
  std::size_t opened = 0;  // new items on the attention list
  std::size_t closed = 0;  // items whose cause has gone
};

// Parcels of which nothing was heard for longer than their state allows (codes/parcel_clocks.csv). The item
// goes to the role that owns the state, and closes by itself when the parcel moves.
OverdueReport ask_about_silent_parcels(sql::Tx& tx, Time now);

// Orders that should be at the post by now, or cancelled there, and are not.
OverdueReport ask_about_stuck_orders(sql::Tx& tx, Duration stuck_after, Time now);

// Tracking feeds that could not be read to their end for so long.
OverdueReport ask_about_silent_feeds(sql::Tx& tx, Duration silent_after, Time now);

}  // namespace bccid
