#include "flow/order_events.hpp"

namespace bccid {
namespace {

// In number order, so that two feeds or senders cannot deadlock. A move from a state to itself is written
// only where it ends the asking; feeds repeat themselves all day.
const sql::Query kMove{"orders_move", R"(
  WITH wanted AS MATERIALIZED (
         SELECT o.id, o.state, o.asked_since, t.to_state
           FROM orders o JOIN order_transition t ON t.from_state = o.state AND t.event = $2::text
          WHERE o.number = ANY ($1::text[])
          ORDER BY o.number FOR NO KEY UPDATE OF o),
       moved AS (
         UPDATE orders o
            SET state = w.to_state,
                asked_since = CASE WHEN w.to_state = 'unknown' THEN o.asked_since END,
                cancel_asked_since = CASE WHEN w.to_state = 'cancel_wanted' THEN o.cancel_asked_since END,
                placed_at = CASE WHEN w.to_state = 'placed' THEN coalesce(o.placed_at, $3::timestamptz)
                                 ELSE o.placed_at END,
                closed_at = CASE WHEN w.to_state IN ('cancelled', 'refused', 'completed')
                                 THEN $3::timestamptz END,
                version = o.version + 1
           FROM wanted w
          WHERE o.id = w.id AND (w.to_state <> w.state OR w.asked_since IS NOT NULL))
  SELECT count(*) FROM wanted
)"};

const sql::Query kEnded{"orders_whose_parcel_ended", R"(
  SELECT p.order_number FROM parcel p JOIN orders o ON o.id = p.order_id
   WHERE p.order_number = ANY ($1::text[]) AND p.final_at IS NOT NULL AND o.state = 'placed'
)"};

void complete_ended(sql::Tx& tx, const std::vector<std::string>& numbers, Time now) {
  std::vector<std::string> ended;
  for (const auto& row : tx.exec(kEnded, sql::Params().add_array(numbers))) ended.push_back(row.str(0));
  move_orders(tx, ended, OrderEvent::parcel_final, now);
}

}  // namespace

std::size_t move_orders(sql::Tx& tx, const std::vector<std::string>& numbers, OrderEvent event, Time now) {
  if (numbers.empty()) return 0;
  sql::Params params;
  params.add_array(numbers).add(name(event)).add(now);
  const auto moved = static_cast<std::size_t>(tx.exec(kMove, params).front().i64(0));
  const bool now_at_post = event == OrderEvent::found || event == OrderEvent::acknowledged;
  if (now_at_post && moved > 0) complete_ended(tx, numbers, now);
  return moved;
}

}  // namespace bccid
