#include "store/period_store.hpp"

#include <algorithm>

namespace bccid {
namespace {

constexpr std::string_view kColumns = R"(
SELECT p.id, p.public_id, p.account_no, p.from_day, p.to_day, p.state FROM period p
 WHERE ($1::text = '' OR p.account_no IN (SELECT a.bank_account FROM agency a WHERE a.code = $1)))";

const std::string kReadSql = std::string(kColumns) + " AND p.public_id = $2";
const std::string kListSql = std::string(kColumns) + " AND p.id < $2::bigint ORDER BY p.id DESC LIMIT $3";

PeriodView period_from(const sql::Row& row) {
  PeriodView view;
  view.number = row.i64(0);
  view.id = row.uuid(1);
  view.account = row.str(2);
  view.from = row.day(3);
  view.to = row.day(4);
  view.state = row.str(5);
  return view;
}

std::optional<Money> money_or_nothing(const sql::Row& row, std::size_t column) {
  const auto amount = row.opt_i64(column);
  if (!amount) return {};
  return Money(*amount);
}

}  // namespace

const sql::Query kReadPeriod{"period_read", kReadSql.c_str()};
const sql::Query kListPeriods{"period_list", kListSql.c_str()};
const sql::Query kPeriodSteps{"period_steps", R"(
SELECT step, actor, at, note FROM period_step WHERE period_id = $1 ORDER BY id)"};

std::optional<PeriodView> read_period(sql::Tx& tx, const Uuid& id, std::string_view agency) {
  const auto rows = tx.exec(kReadPeriod, sql::Params::of(agency, id));
  if (rows.empty()) return {};
  auto view = period_from(rows.front());
  for (const auto row : tx.exec(kPeriodSteps, sql::Params::of(view.number)))
    view.steps.push_back({row.str(0), row.str(1), row.time(2), row.str(3)});
  return view;
}

PeriodPage list_periods(sql::Tx& tx, std::string_view agency, std::int64_t before, std::size_t limit) {
  // One more than asked for tells whether there is a next page.
  const auto rows = tx.exec(kListPeriods, sql::Params::of(agency, before, limit + 1));
  PeriodPage page;
  for (std::size_t i = 0; i < std::min(rows.size(), limit); ++i) page.items.push_back(period_from(rows[i]));
  if (rows.size() > limit) page.next = rows[limit - 1].i64(0);
  return page;
}

// The opening balance is the closing one of the day before, or that of a statement that begins on the day. A
// day may have several statements that go on from each other: the first is the one that goes on from no other
// of its day, the last the one from which no other goes on.
const sql::Query kFigures{"period_figures", R"(
WITH ending AS (
  SELECT f.* FROM statement_file f
   WHERE f.kind = 'statement' AND f.account_no = $1 AND f.to_day IN ($2::date - 1, $3)),
closed AS (
  SELECT DISTINCT ON (f.to_day) f.to_day, f.closing FROM ending f
   ORDER BY f.to_day,
            EXISTS (SELECT 1 FROM ending o
                     WHERE o.id <> f.id AND o.from_day = f.to_day AND o.to_day = f.to_day
                       AND o.opening = f.closing),
            f.last_no DESC, f.id DESC)
SELECT coalesce((SELECT closing FROM closed WHERE to_day = $2::date - 1),
                (SELECT f.opening FROM statement_file f
                  WHERE f.kind = 'statement' AND f.account_no = $1 AND f.to_day >= $2 AND f.from_day = $2
                  ORDER BY EXISTS (SELECT 1 FROM statement_file o
                                    WHERE o.kind = 'statement' AND o.account_no = $1 AND o.id <> f.id
                                      AND o.from_day = $2 AND o.to_day = $2 AND o.closing = f.opening),
                           f.first_no, f.id LIMIT 1)),
       coalesce(sum(l.amount) FILTER (WHERE l.matched), 0)::bigint,
       coalesce(sum(l.amount) FILTER (WHERE NOT l.matched), 0)::bigint,
       (SELECT closing FROM closed WHERE to_day = $3)
  FROM (SELECT s.amount, (SELECT count(*) FROM matched_line x WHERE x.line_id = s.id AND NOT x.undone) > 0
                 AS matched
          FROM statement_line s
         WHERE s.account_no = $1 AND s.booked_on BETWEEN $2 AND $3
           AND (SELECT count(*) FROM line_split d WHERE d.line_id = s.id AND d.joined_at IS NULL) = 0
           AND (SELECT count(*) FROM line_split p
                 WHERE p.id = s.split_id AND p.joined_at IS NOT NULL) = 0) AS l)"};

PeriodFigures figures_of(sql::Tx& tx, std::string_view account, Day from, Day to) {
  const auto rows = tx.exec(kFigures, sql::Params::of(account, from, to));
  const auto row = rows.front();
  return {money_or_nothing(row, 0), row.money(1), row.money(2), money_or_nothing(row, 3)};
}

const sql::Query kFirstOpenDay{"period_first_open_day", R"(
SELECT d.day FROM (SELECT coalesce(closed_up_to($1) + 1,
                    (SELECT min(f.from_day) FROM statement_file f
                      WHERE f.kind = 'statement' AND f.account_no = $1)) AS day) AS d
 WHERE d.day IS NOT NULL)"};

std::optional<Day> first_open_day(sql::Tx& tx, std::string_view account) {
  const auto rows = tx.exec(kFirstOpenDay, sql::Params::of(account));
  if (rows.empty()) return {};
  return rows.front().day(0);
}

const sql::Query kInsertPeriod{"period_insert", R"(
INSERT INTO period (public_id, account_no, from_day, to_day) VALUES ($1, $2, $3, $4) RETURNING id)"};

std::int64_t insert_period(sql::Tx& tx, const PeriodView& period) {
  return tx.exec(kInsertPeriod, sql::Params::of(period.id, period.account, period.from, period.to))
      .front()
      .i64(0);
}

const sql::Query kInsertStep{"period_step_insert", R"(
INSERT INTO period_step (period_id, step, actor, at, note) VALUES ($1, $2, $3, $4, $5))"};

void insert_period_step(sql::Tx& tx, std::int64_t period, const PeriodStep& step) {
  tx.exec(kInsertStep, sql::Params::of(period, step.step, step.actor, step.at, step.note));
}

}  // namespace bccid
