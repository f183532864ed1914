#include "flow/overdue.hpp"

#include "base/time_text.hpp"
#include "domain/parcel/parcel.hpp"
#include "flow/attention.hpp"
#include "flow/code_lists.hpp"

#include <vector>

namespace bccid {
namespace {

// Bounded, so that a bad day does not become one endless transaction; the next round takes the rest.
const sql::Query kSilentParcels{"overdue_silent_parcels", R"(
  SELECT p.order_number, p.state, p.agency_code, coalesce(d.code, d.slip_no),
         coalesce(p.last_at, o.created_at)
    FROM parcel p JOIN dossier d ON d.id = p.dossier_id JOIN orders o ON o.id = p.order_id
   WHERE p.final_at IS NULL AND p.due_at < $1::timestamptz
     AND NOT EXISTS (SELECT 1 FROM attention t WHERE t.kind = 'silent_parcel' AND t.closed_at IS NULL
                        AND t.subject = 'parcel:' || p.order_number)
   ORDER BY p.due_at LIMIT 500
)"};

const sql::Query kHeardParcels{"overdue_heard_parcels", R"(
  UPDATE attention t SET closed_at = now(), closed_by = 'job:overdue', note = 'the parcel moved'
    FROM parcel p
   WHERE t.kind = 'silent_parcel' AND t.closed_at IS NULL AND t.subject LIKE 'parcel:%'
     AND p.order_number = substr(t.subject, 8) AND (p.final_at IS NOT NULL OR p.due_at >= $1::timestamptz)
)"};

const sql::Query kStuckOrders{"overdue_stuck_orders", R"(
  SELECT o.number, o.state, d.agency_code, coalesce(d.code, d.slip_no), o.reason
    FROM orders o JOIN dossier d ON d.id = o.dossier_id
   WHERE o.state IN ('wanted', 'sending', 'unknown', 'cancel_wanted')
     AND coalesce(o.cancel_asked_since, o.asked_since, o.sent_at, o.created_at) < $1::timestamptz
     AND NOT EXISTS (SELECT 1 FROM attention t WHERE t.kind = 'order_stuck' AND t.closed_at IS NULL
                        AND t.subject = 'order:' || o.number)
   ORDER BY o.created_at LIMIT 500
)"};

const sql::Query kMovedOrders{"overdue_moved_orders", R"(
  UPDATE attention t SET closed_at = now(), closed_by = 'job:overdue', note = 'the order moved'
    FROM orders o
   WHERE t.kind = 'order_stuck' AND t.closed_at IS NULL AND t.subject LIKE 'order:%'
     AND o.number = substr(t.subject, 7) AND o.state NOT IN ('wanted', 'sending', 'unknown', 'cancel_wanted')
)"};

const sql::Query kSilentFeeds{"overdue_silent_feeds", R"(
  SELECT c.carrier, coalesce(c.end_seen_at, c.read_at) FROM feed_cursor c
   WHERE c.configured AND coalesce(c.end_seen_at, c.read_at) < $1::timestamptz
     AND NOT EXISTS (SELECT 1 FROM attention t WHERE t.kind = 'feed_silent' AND t.closed_at IS NULL
                        AND t.subject = 'feed:' || c.carrier)
)"};

const sql::Query kHeardFeeds{"overdue_heard_feeds", R"(
  UPDATE attention t SET closed_at = now(), closed_by = 'job:overdue',
                         note = CASE WHEN c.configured THEN 'the feed was read' ELSE 'not configured' END
    FROM feed_cursor c
   WHERE t.kind = 'feed_silent' AND t.closed_at IS NULL AND t.subject = 'feed:' || c.carrier
     AND (NOT c.configured OR coalesce(c.end_seen_at, c.read_at) >= $1::timestamptz)
)"};

Attention silent_parcel(const sql::Row& row, Time now) {
  const auto state = from_name<ParcelState>(row.text(1));
  const auto* clock = state ? parcel_clock(*state) : nullptr;
  Attention item;
  item.kind = "silent_parcel";
  item.subject = "parcel:" + row.str(0);
  item.agency_code = row.str(2);
  item.dossier_code = row.str(3);
  item.detail =
      "nothing was heard of the parcel since " + to_vietnam_text(row.time(4)) + "; it is " + row.str(1);
  item.action = "Find the parcel and scan it, or report it as lost.";
  item.owner = clock != nullptr ? clock->owner : "clerk";
  item.due_at = now + std::chrono::hours(8);
  return item;
}

Attention stuck_order(const sql::Row& row, Time now) {
  Attention item;
  item.kind = "order_stuck";
  item.subject = "order:" + row.str(0);
  item.agency_code = row.str(2);
  item.dossier_code = row.str(3);
  item.detail = "order is still " + row.str(1) + (row.text(4).empty() ? "" : ": " + row.str(4));
  item.action = "See whether the post answers; the order goes on by itself when it does.";
  item.owner = "admin";
  item.due_at = now + std::chrono::hours(2);
  return item;
}

Attention silent_feed(const sql::Row& row, Time now) {
  Attention item;
  item.kind = "feed_silent";
  item.subject = "feed:" + row.str(0);
  item.detail =
      "the tracking feed of " + row.str(0) + " was last read to its end at " + to_vietnam_text(row.time(1));
  item.action = "See the log for why it cannot be read; parcels look silent until it is.";
  item.owner = "admin";
  item.due_at = now + std::chrono::hours(1);
  return item;
}

OverdueReport report(sql::Tx& tx, const sql::Rows& rows, Attention (*item_of)(const sql::Row&, Time),
                     Time now, std::int64_t closed) {
  std::vector<Attention> items;
  for (const auto& row : rows) items.push_back(item_of(row, now));
  open_attention(tx, items);
  return {items.size(), static_cast<std::size_t>(closed)};
}

}  // namespace

OverdueReport ask_about_silent_parcels(sql::Tx& tx, Time now) {
  const auto closed = tx.exec_count(kHeardParcels, sql::Params::of(now));
  return report(tx, tx.exec(kSilentParcels, sql::Params::of(now)), silent_parcel, now, closed);
}

OverdueReport ask_about_stuck_orders(sql::Tx& tx, Duration stuck_after, Time now) {
  const auto closed = tx.exec_count(kMovedOrders);
  return report(tx, tx.exec(kStuckOrders, sql::Params::of(now - stuck_after)), stuck_order, now, closed);
}

OverdueReport ask_about_silent_feeds(sql::Tx& tx, Duration silent_after, Time now) {
  const auto closed = tx.exec_count(kHeardFeeds, sql::Params::of(now - silent_after));
  return report(tx, tx.exec(kSilentFeeds, sql::Params::of(now - silent_after)), silent_feed, now, closed);
}

}  // namespace bccid
