#include "flow/counterparts.hpp"

#include "store/outbox_plan.hpp"

#include <algorithm>
#include <chrono>

namespace bccid {
namespace {

// The names of what is scheduled by a loose scan, as the senders find them: its cost is the number of
// targets.
const sql::Query kList{"counterparts_list", R"(
  WITH RECURSIVE t AS (
         SELECT min(target) AS target FROM outbox WHERE state = 'scheduled'
         UNION ALL
         SELECT (SELECT min(o.target) FROM outbox o WHERE o.state = 'scheduled' AND o.target > t.target)
           FROM t WHERE t.target IS NOT NULL),
       gone AS (SELECT target, count(*) AS rows FROM outbox WHERE state = 'dead' GROUP BY target),
       held AS (SELECT target, count(*) AS rows FROM outbox WHERE state = 'leased' GROUP BY target),
       names AS (
         SELECT target AS name FROM t WHERE target IS NOT NULL
         UNION SELECT target FROM gone UNION SELECT target FROM held
         UNION SELECT name FROM counterpart
         UNION SELECT 'webhook:' || id FROM webhook_endpoint WHERE disabled_reason <> 'not configured'
         UNION SELECT 'onestop:' || agency_code FROM onestop_endpoint
         UNION SELECT 'carrier:' || carrier FROM feed_cursor WHERE configured)
  SELECT n.name, q.rows, q.oldest, q.next_at, coalesce(held.rows, 0), coalesce(gone.rows, 0),
         coalesce(s.calls, 0), coalesce(s.failed, 0), coalesce(c.breaker, 'closed'), c.breaker_since,
         c.probe_at, c.last_success_at, c.last_answer_at, coalesce(c.last_status, 0),
         coalesce(c.last_answer, ''),
         p.paused_at, coalesce(p.paused_by, ''), coalesce(p.reason, ''), target_waits(n.name)
    FROM names n
    CROSS JOIN LATERAL (
      SELECT count(*) AS rows, min(x.created_at) AS oldest, min(x.next_at) AS next_at
        FROM (SELECT o.created_at, o.next_at FROM outbox o
               WHERE o.state = 'scheduled' AND o.target = n.name
               ORDER BY o.next_at LIMIT 100001) x) q
    LEFT JOIN held ON held.target = n.name
    LEFT JOIN gone ON gone.target = n.name
    LEFT JOIN LATERAL (
      SELECT sum(k.calls)::bigint AS calls, sum(k.failed)::bigint AS failed FROM counterpart_slot k
       WHERE k.name = n.name AND k.slot > $1::timestamptz - interval '1 hour') s ON true
    LEFT JOIN counterpart c ON c.name = n.name
    LEFT JOIN counterpart_pause p ON p.name = n.name
   ORDER BY n.name
)"};

// Not before it is due, not before the breaker's probe, and not at all while nothing is sent.
std::optional<Time> next_try(const CounterpartView& view, std::optional<Time> due, std::optional<Time> probe,
                             Time now) {
  if (!due || view.pause || view.switched_off) return std::nullopt;
  Time next = std::max(*due, now);
  if (view.breaker != "closed" && probe) next = std::max(next, *probe);
  return next;
}

CounterpartView view_of(const sql::Row& row, Time now) {
  CounterpartView view;
  view.name = row.str(0);
  view.queued = row.i64(1);
  view.oldest_at = row.opt_time(2);
  const auto due = row.opt_time(3);
  if (due && *due <= now) view.waiting_since = due;
  view.in_flight = row.i64(4);
  view.dead = row.i64(5);
  view.calls = row.i64(6);
  view.failed = row.i64(7);
  view.breaker = row.str(8);
  view.breaker_since = row.opt_time(9);
  const auto probe = row.opt_time(10);
  if (view.breaker == "open" && probe && *probe <= now) view.breaker = "half_open";
  view.last_success_at = row.opt_time(11);
  view.last_answer_at = row.opt_time(12);
  view.last_status = static_cast<int>(row.i64(13));
  view.last_answer = row.str(14);
  if (const auto at = row.opt_time(15)) view.pause = CounterpartPause{*at, row.str(16), row.str(17)};
  view.switched_off = row.boolean(18);
  view.next_try_at = next_try(view, due, probe, now);
  return view;
}

}  // namespace

std::vector<CounterpartView> list_counterparts(sql::Tx& tx, Time now) {
  plan_outbox_by_index(tx);
  std::vector<CounterpartView> views;
  for (const auto& row : tx.exec(kList, sql::Params::of(now))) views.push_back(view_of(row, now));
  return views;
}

}  // namespace bccid
