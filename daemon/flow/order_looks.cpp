#include "flow/order_looks.hpp"

#include "flow/accept_scans.hpp"
#include "flow/attention.hpp"
#include "flow/order_events.hpp"
#include "store/parcel_store.hpp"

#include <algorithm>
#include <stdexcept>

namespace bccid {
namespace {

const sql::Query kBegin{"order_look_begin", R"(
  INSERT INTO order_look AS l (order_id, number, carrier, next_at)
  SELECT o.id, o.number, o.carrier, $2::timestamptz FROM orders o WHERE o.number = $1::text
  ON CONFLICT (order_id) DO UPDATE SET next_at = least(l.next_at, excluded.next_at)
)"};

const sql::Query kHasten{"order_look_hasten", R"(
  UPDATE order_look SET next_at = least(next_at, $2::timestamptz)
   WHERE number = $1::text AND (next_at IS NULL OR next_at > $2::timestamptz)
)"};

// The clock of leases is the database's own: two daemons need not agree about the time.
const sql::Query kClaim{"order_look_claim", R"(
  WITH due AS MATERIALIZED (
         SELECT l.order_id FROM order_look l
          WHERE l.carrier = $1::text AND l.next_at <= now()
            AND (l.lease_until IS NULL OR l.lease_until < now())
          ORDER BY l.tried_at NULLS FIRST, l.next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
  UPDATE order_look l
     SET lease_until = now() + $2::bigint * interval '1 microsecond', tried_at = now(),
         fence = nextval('order_look_fence')
    FROM due WHERE l.order_id = due.order_id
  RETURNING l.number, l.fence
)"};

// Not locked: looks are locked behind orders, and the lease keeps others away.
const sql::Query kHeld{"order_look_held", R"(
  SELECT failures FROM order_look
   WHERE number = $1::text AND fence = $2::bigint AND lease_until IS NOT NULL
)"};

const sql::Query kKnown{"order_look_known", R"(
  SELECT o.state, p.state, p.item_code IS NOT NULL, p.final_at, o.placed_at, d.agency_code,
         coalesce(d.code, d.slip_no)
    FROM orders o JOIN parcel p ON p.order_id = o.id JOIN dossier d ON d.id = o.dossier_id
   WHERE o.number = $1::text
)"};

// What the post hinted at while it was asked may not be in its answer: it is asked once more.
const sql::Query kFinish{"order_look_finish", R"(
  UPDATE order_look
     SET lease_until = NULL, failures = $3::integer, reason = $4::text,
         next_at = CASE WHEN hinted_at >= $7::timestamptz AND $3::integer = 0 THEN hinted_at
                        ELSE $2::timestamptz END,
         seen_at = coalesce(seen_at, $5::timestamptz), absent_at = coalesce($6::timestamptz, absent_at)
   WHERE number = $1::text AND fence = $8::bigint
)"};

// By number where the message has ours, by label where it has only that.
const sql::Query kHint{"order_look_hint", R"(
  WITH named AS (
         SELECT l.order_id, h.place
           FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS h(number, item_code, place)
           JOIN order_look l ON l.carrier = $1::text AND l.number = h.number
         UNION
         SELECT p.order_id, h.place
           FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS h(number, item_code, place)
           JOIN parcel p ON p.item_code = h.item_code
           JOIN order_look l ON l.order_id = p.order_id AND l.carrier = $1::text),
       chosen AS MATERIALIZED (
         SELECT l.order_id FROM order_look l WHERE l.order_id IN (SELECT order_id FROM named)
          ORDER BY l.order_id FOR UPDATE),
       woken AS (
         UPDATE order_look l
            SET hinted_at = $5::timestamptz,
                next_at = least(l.next_at, greatest($5::timestamptz,
                                                    l.tried_at + $4::bigint * interval '1 microsecond'))
           FROM chosen WHERE l.order_id = chosen.order_id
         RETURNING 1),
       rung AS (SELECT pg_notify('bccid_looks', $1::text) FROM (SELECT count(*) AS rows FROM woken) w
                 WHERE w.rows > 0)
  SELECT (SELECT count(*) FROM woken), (SELECT count(DISTINCT place) FROM named), (SELECT count(*) FROM rung)
)"};

const Actor kLooker{"job:order_looks", "service", "", "", ""};
constexpr std::chrono::hours kSettledIn{1};  // before that, an order that was placed may not be shown yet

struct Known {
  LookCase look;
  std::optional<Time> placed_at;
  std::string agency, dossier;
};

Known known_of(sql::Tx& tx, const std::string& number) {
  const auto rows = tx.exec(kKnown, sql::Params::of(number));
  if (rows.empty()) throw std::logic_error("order " + number + " has looks and no parcel");
  const auto row = rows.front();
  const auto order = from_name<OrderState>(row.text(0));
  const auto parcel = from_name<ParcelState>(row.text(1));
  if (!order || !parcel) throw std::logic_error("order " + number + " has an unknown state");
  Known known;
  known.look.order = *order;
  known.look.parcel = *parcel;
  known.look.item_known = row.boolean(2);
  known.look.ended_at = row.opt_time(3);
  known.placed_at = row.opt_time(4);
  known.agency = row.str(5);
  known.dossier = row.str(6);
  return known;
}

void ask_about_missing(sql::Tx& tx, const std::string& number, const Known& known, Time now) {
  Attention item;
  item.kind = "order_missing";
  item.subject = "order:" + number;
  item.agency_code = known.agency;
  item.dossier_code = known.dossier;
  item.detail = "the post took order " + number + " and says now that it has none with this number";
  item.action = "Ask the post what became of it; cancel the order if it is gone, then close the item.";
  item.owner = "clerk";
  item.due_at = now + std::chrono::hours(4);
  open_attention(tx, {std::move(item)});
}

}  // namespace

void begin_looks(sql::Tx& tx, std::string_view number, Time at) {
  tx.exec(kBegin, sql::Params::of(number, at));
}

void hasten_look(sql::Tx& tx, std::string_view number, Time at) {
  tx.exec(kHasten, sql::Params::of(number, at));
}

std::optional<HeldLook> claim_look(sql::Tx& tx, std::string_view carrier, Duration lease) {
  const auto rows = tx.exec(kClaim, sql::Params::of(carrier, static_cast<std::int64_t>(lease.count())));
  if (rows.empty()) return std::nullopt;
  return HeldLook{rows.front().str(0), rows.front().i64(1)};
}

OrderLooked apply_order_reading(sql::Tx& tx, const OrderRead& read, const LookPace& pace, Time now) {
  const auto& number = read.look.number;
  OrderLooked looked;
  lock_parcels(tx, {}, {number});  // before the order and its look, as scans do
  const bool answered = read.reading.answer == OrderReading::Answer::known ||
                        read.reading.answer == OrderReading::Answer::absent;
  const auto held = tx.exec(kHeld, sql::Params::of(number, read.look.fence));
  if (held.empty()) {
    looked.held = false;
    return looked;
  }
  const bool known_there = read.reading.answer == OrderReading::Answer::known;
  if (known_there) {
    looked.applied = take_carrier_rows(tx, read.carrier, read.code_source, read.reading.rows, now);
    move_orders(tx, {number}, OrderEvent::found, now);
  }
  Known known = known_of(tx, number);
  known.look.failures = answered ? 0 : static_cast<int>(held.front().i64(0)) + 1;
  if (known_there && known.look.order != OrderState::cancel_wanted)
    close_attention(tx, "cancel_pending", {"order:" + number}, kLooker, "the post's events show the order");
  const bool absent = read.reading.answer == OrderReading::Answer::absent;
  if (absent && known.look.order == OrderState::placed && known.placed_at &&
      now - *known.placed_at >= kSettledIn)
    ask_about_missing(tx, number, known, now);
  auto wait = next_look(known.look, pace, now);
  if (wait) wait = std::max(*wait, read.reading.retry_after);
  const auto next = wait ? std::optional<Time>(now + *wait) : std::nullopt;
  tx.exec(kFinish,
          sql::Params::of(number, next, static_cast<std::int64_t>(known.look.failures), read.reading.reason,
                          known_there ? std::optional(read.began) : std::nullopt,
                          absent ? std::optional(read.began) : std::nullopt, read.began, read.look.fence));
  return looked;
}

HintsTaken take_hints(sql::Tx& tx, std::string_view carrier, const std::vector<CarrierHint>& hints,
                      Duration gap, Time now) {
  HintsTaken taken;
  if (hints.empty()) return taken;
  sql::Params params;
  params.add(carrier)
      .add_array(hints, &CarrierHint::order_number)
      .add_array(hints, &CarrierHint::item_code)
      .add(static_cast<std::int64_t>(gap.count()))
      .add(now);
  const auto rows = tx.exec(kHint, params);
  taken.woken = static_cast<std::size_t>(rows.front().i64(0));
  taken.unknown = hints.size() - static_cast<std::size_t>(rows.front().i64(1));
  return taken;
}

}  // namespace bccid
