#include "flow/money_clock.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace bccid {
namespace {

// Where a page of receipts ended: "taken.id", in microseconds.
struct Cursor {
  Time taken{};
  std::int64_t id = 0;
};

Result<Cursor> parse_cursor(std::string_view text) {
  if (text.empty()) return Cursor{};
  std::int64_t micros = 0, id = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, micros);
  bool good = first.ec == std::errc{} && first.ptr != end && *first.ptr == '.';
  if (good) {
    const auto second = std::from_chars(first.ptr + 1, end, id);
    good = second.ec == std::errc{} && second.ptr == end;
  }
  // Beyond these PostgreSQL has no instant.
  constexpr std::int64_t kMicrosMax = 9'000'000'000'000'000;
  if (!good || micros < 0 || micros > kMicrosMax)
    return Failure(Errc::invalid_field, "cursor \"" + std::string(text.substr(0, 80)) + "\" is none of ours",
                   "Pass the value of next exactly as it was given.", "?after");
  return Cursor{Time(Duration(micros)), id};
}

// The few charges that wait, with the receipts that stand for them.
constexpr std::string_view kWaiting = R"(
WITH waiting AS MATERIALIZED (
  SELECT r.id, c.agency_code, c.office, min(c.collected_at) AS taken_at, sum(c.taken)::bigint AS amount,
         bool_or(c.state = 'collected') AS in_hand, min(c.collector) AS collector
    FROM charge c
    JOIN receipt_line l ON l.charge_id = c.id
    JOIN receipt r ON r.id = l.receipt_id AND r.cancelled_at IS NULL
   WHERE c.held AND c.kind IN ('fee', 'charge')
     AND ($1::text = '' OR c.agency_code = $1)
   GROUP BY r.id, c.agency_code, c.office))";

const std::string kGroupsSql = std::string(kWaiting) + R"(
SELECT agency_code, office, min(taken_at),
       count(*) FILTER (WHERE taken_at <= $2::timestamptz),
       count(*) FILTER (WHERE taken_at > $2::timestamptz AND taken_at <= $3::timestamptz), count(*),
       coalesce(sum(amount) FILTER (WHERE taken_at <= $2::timestamptz), 0)::bigint,
       coalesce(sum(amount) FILTER (WHERE taken_at > $2::timestamptz AND taken_at <= $3::timestamptz),
                0)::bigint,
       sum(amount)::bigint
  FROM waiting GROUP BY agency_code, office ORDER BY min(taken_at), agency_code, office)";
const sql::Query kGroups{"money_clock_groups", kGroupsSql.c_str()};

const std::string kReceiptsSql = std::string(kWaiting) + R"(
SELECT w.id, s.symbol, r.number, w.agency_code, w.office, w.collector, o.number, w.amount, w.in_hand,
       w.taken_at
  FROM waiting w
  JOIN receipt r ON r.id = w.id
  JOIN receipt_series s ON s.id = r.series_id
  JOIN orders o ON o.id = r.order_id
 WHERE w.taken_at <= $2::timestamptz AND (w.taken_at, w.id) > ($3::timestamptz, $4::bigint)
 ORDER BY w.taken_at, w.id LIMIT $5)";
const sql::Query kReceipts{"money_clock_receipts", kReceiptsSql.c_str()};

void add(ClockSums& all, const ClockSums& part) {
  all.late += part.late;
  all.soon += part.soon;
  all.waiting += part.waiting;
  all.late_amount += part.late_amount;
  all.soon_amount += part.soon_amount;
  all.waiting_amount += part.waiting_amount;
}

// Paid at or before this moment, it is late; at or before the other, it will be soon.
Time late_from(Time now, const ReconRules& rules) { return now - rules.remit_within; }
Time soon_from(Time now, const ReconRules& rules) { return late_from(now, rules) + rules.warn_before; }

std::vector<ClockGroup> groups_of(sql::Tx& tx, const std::string& agency, Time now, const ReconRules& rules) {
  std::vector<ClockGroup> groups;
  const auto params = sql::Params::of(agency, late_from(now, rules), soon_from(now, rules));
  for (const auto row : tx.exec(kGroups, params))
    groups.push_back({row.str(0),
                      row.str(1),
                      {row.i64(3), row.i64(4), row.i64(5), row.money(6), row.money(7), row.money(8)},
                      row.time(2)});
  return groups;
}

ClockReceipt receipt_from(const sql::Row& row, const ReconRules& rules) {
  ClockReceipt found;
  found.id = row.i64(0);
  found.symbol = row.str(1);
  found.number = row.i64(2);
  found.agency = row.str(3);
  found.office = row.str(4);
  found.collector = row.str(5);
  found.order_number = row.str(6);
  found.amount = row.money(7);
  found.in_hand = row.boolean(8);
  found.taken_at = row.time(9);
  found.remit_by = found.taken_at + rules.remit_within;
  return found;
}

}  // namespace

Result<MoneyClock> read_money_clock(sql::Tx& tx, const Actor& actor, const PageOf& page, Time now,
                                    const ReconRules& rules) {
  const auto cursor = parse_cursor(page.after);
  if (!cursor) return cursor.error();
  const auto agency = seen_agency(actor);
  MoneyClock clock;
  clock.groups = groups_of(tx, std::string(agency), now, rules);
  for (const auto& group : clock.groups) add(clock.sums, group.sums);
  const auto limit = std::clamp<std::size_t>(page.limit, 1, limits::kPageItemsMax);
  // One more than asked for tells whether there is a next page.
  const auto rows = tx.exec(
      kReceipts, sql::Params::of(agency, soon_from(now, rules), cursor->taken, cursor->id, limit + 1));
  for (std::size_t i = 0; i < std::min(rows.size(), limit); ++i)
    clock.receipts.push_back(receipt_from(rows[i], rules));
  if (rows.size() > limit) {
    const auto& last = clock.receipts.back();
    clock.next = std::to_string(last.taken_at.time_since_epoch().count()) + "." + std::to_string(last.id);
  }
  return clock;
}

ClockSums sum_money_clock(sql::Tx& tx, Time now, const ReconRules& rules) {
  ClockSums all;
  for (const auto& group : groups_of(tx, "", now, rules)) add(all, group.sums);
  return all;
}

}  // namespace bccid
