#include "store/day_store.hpp"

namespace bccid {

// In the order of their keys, so that no two wait for each other.
const sql::Query kHoldOpen{"day_hold_open", R"(
SELECT pg_advisory_xact_lock_shared(key)
  FROM (SELECT DISTINCT hashtextextended(office, 4207011) AS key FROM unnest($1::text[]) AS office
         ORDER BY 1) t)"};

void hold_days_open(sql::Tx& tx, const std::vector<std::string>& offices) {
  if (!offices.empty()) tx.exec(kHoldOpen, sql::Params().add_array(offices));
}

const sql::Query kHoldOpenOf{"day_hold_open_of", R"(
SELECT pg_advisory_xact_lock_shared(key)
  FROM (SELECT DISTINCT hashtextextended(office, 4207011) AS key FROM receipt
         WHERE event_key = ANY ($1::uuid[]) AND cancelled_at IS NULL ORDER BY 1) t)"};

void hold_days_open_of(sql::Tx& tx, const std::vector<Uuid>& events) {
  if (!events.empty()) tx.exec(kHoldOpenOf, sql::Params().add_array(events));
}

const sql::Query kHoldOpenOfReceipt{"day_hold_open_of_receipt", R"(
SELECT pg_advisory_xact_lock_shared(hashtextextended(office, 4207011)) FROM receipt WHERE id = $1)"};

void hold_day_open_of_receipt(sql::Tx& tx, std::int64_t receipt) {
  tx.exec(kHoldOpenOfReceipt, sql::Params::of(receipt));
}

const sql::Query kHoldAlone{"day_hold_alone",
                            "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 4207011))"};

const sql::Query kCutDay{"day_cut", R"(
INSERT INTO day_close (office, no, business_day, cut_at, actor)
SELECT $1, 1 + coalesce(max(no), 0), $2::date, $3, $4 FROM day_close WHERE office = $1
ON CONFLICT (office, business_day) DO NOTHING
RETURNING id)"};

std::optional<std::int64_t> cut_day(sql::Tx& tx, std::string_view office, Day business_day,
                                    std::string_view actor, Time now) {
  tx.exec(kHoldAlone, sql::Params::of(office));
  // A statement of its own: it sees what those wrote whom the lock waited for.
  const auto rows = tx.exec(kCutDay, sql::Params::of(office, to_text(business_day), now, actor));
  if (rows.empty()) return {};
  return rows.front().i64(0);
}

const sql::Query kSumDays{"day_sum", R"(
WITH due AS MATERIALIZED (
  SELECT id, office, no FROM day_close WHERE summed_at IS NULL ORDER BY id FOR NO KEY UPDATE),
moved AS (
  SELECT d.id, r.collector, r.kind, r.agency_code, r.amount AS taken, 0::bigint AS back
    FROM due d JOIN receipt r ON r.office = d.office AND r.window_no = d.no AND r.replaces IS NULL
  UNION ALL
  SELECT d.id, r.collector, r.kind, r.agency_code, 0, r.amount
    FROM due d JOIN receipt r ON r.office = d.office AND r.back_window_no = d.no),
lines AS (
  INSERT INTO day_close_line (close_id, collector, kind, agency_code, receipts, collected, taken_back)
  SELECT id, collector, kind, agency_code, count(*) FILTER (WHERE taken > 0), sum(taken), sum(back)
    FROM moved GROUP BY id, collector, kind, agency_code)
UPDATE day_close c SET summed_at = $1 FROM due d WHERE c.id = d.id)"};

std::size_t sum_closed_days(sql::Tx& tx, Time now) {
  return static_cast<std::size_t>(tx.exec_count(kSumDays, sql::Params::of(now)));
}

const sql::Query kReadDay{"day_read", R"(
SELECT c.id, c.office, c.no, c.business_day, c.cut_at, c.actor, c.summed_at,
       h.hand_ins, h.expected, h.counted,
       (SELECT coalesce(sum(l.amount), 0)::bigint
          FROM receipt r JOIN receipt_line l ON l.receipt_id = r.id
          JOIN charge x ON x.id = l.charge_id AND x.state = 'collected'
         WHERE r.office = c.office AND r.window_no = c.no AND r.cancelled_at IS NULL)
  FROM day_close c
  CROSS JOIN LATERAL (
    SELECT count(*) AS hand_ins, coalesce(sum(expected), 0)::bigint AS expected,
           coalesce(sum(counted), 0)::bigint AS counted
      FROM hand_in WHERE office = c.office AND window_no = c.no) h
 WHERE c.id = $1)"};

const sql::Query kReadDayLines{"day_read_lines", R"(
SELECT collector, kind, agency_code, receipts, collected, taken_back
  FROM day_close_line WHERE close_id = $1 ORDER BY collector, kind, agency_code)"};

namespace {

DayClose day_from(const sql::Row& row) {
  DayClose day;
  day.id = row.i64(0);
  day.office = row.str(1);
  day.no = row.i64(2);
  day.business_day = row.day(3);
  day.cut_at = row.time(4);
  day.actor = row.str(5);
  day.summed_at = row.opt_time(6);
  return day;
}

}  // namespace

std::optional<DayClose> read_day(sql::Tx& tx, std::int64_t id) {
  const auto rows = tx.exec(kReadDay, sql::Params::of(id));
  if (rows.empty()) return {};
  const auto row = rows.front();
  auto day = day_from(row);
  day.hand_ins = row.i64(7);
  day.expected = row.money(8);
  day.counted = row.money(9);
  day.still_held = row.money(10);
  for (const auto line : tx.exec(kReadDayLines, sql::Params::of(id)))
    day.lines.push_back({line.str(0), line.str(1), line.str(2), line.i64(3), line.money(4), line.money(5)});
  return day;
}

const sql::Query kListDays{"day_list", R"(
SELECT id, office, no, business_day, cut_at, actor, summed_at
  FROM day_close WHERE id < $1::bigint AND ($2::text = '' OR office = $2) ORDER BY id DESC LIMIT $3)"};

std::vector<DayClose> list_days(sql::Tx& tx, std::string_view office, std::int64_t before,
                                std::size_t limit) {
  std::vector<DayClose> days;
  for (const auto row : tx.exec(kListDays, sql::Params::of(before, office, limit)))
    days.push_back(day_from(row));
  return days;
}

}  // namespace bccid
