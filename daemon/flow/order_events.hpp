#pragma once

#include "base/clock.hpp"
#include "domain/order/order.hpp"
#include "store/pq.hpp"

#include <string>
#include <vector>

namespace bccid {

// Applies one event to these orders, as the machine says (schemas/codes/order_transitions.csv). Orders whose
// state has no such move stay as they are. A move to `placed` sets placed_at, one to a closed state
// closed_at, and one that makes the outcome known ends the asking. An order that turns out to be at the post
// after its parcel has ended is completed at once. Returns how many the machine let move.
std::size_t move_orders(sql::Tx& tx, const std::vector<std::string>& numbers, OrderEvent event, Time now);

}  // namespace bccid
