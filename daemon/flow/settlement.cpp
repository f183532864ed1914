#include "flow/settlement.hpp"

#include "base/limits.hpp"
#include "store/stored_name.hpp"

#include <chrono>

namespace bccid {
namespace {

const sql::Query kAgency{"settlement_agency", R"(
SELECT code, name, bank_account FROM agency WHERE code = $1 AND ($2::text = '' OR code = $2))"};

// Nothing but `collected`, `transferred` (by payers themselves) and `refunded` changes what the post holds of
// an agency's money, besides what arrives; whatever else does is the adjustment, so that the sums can hide
// nothing.
const sql::Query kLines{"settlement_lines", R"(
WITH moved AS (
  SELECT a.kind, a.role, j.occurred_at, coalesce(o.kind, j.kind) AS event,
         CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END AS amount
    FROM account a
   CROSS JOIN LATERAL (SELECT journal_id, side, amount FROM posting WHERE account_id = a.id OFFSET 0) p
    JOIN journal j ON j.id = p.journal_id
    LEFT JOIN journal o ON o.id = j.reverses
   WHERE a.agency_code = $1 AND a.kind IN ('fee', 'charge') AND a.role IN ('cash', 'office', 'transit')
     AND j.occurred_at < $3)
SELECT kind,
       coalesce(sum(amount) FILTER (WHERE occurred_at < $2), 0)::bigint,
       coalesce(sum(amount) FILTER (WHERE occurred_at >= $2
                                      AND event IN ('collected', 'transferred')), 0)::bigint,
       coalesce(-sum(amount) FILTER (WHERE occurred_at >= $2 AND event = 'refunded'), 0)::bigint,
       coalesce(-sum(amount) FILTER (WHERE occurred_at >= $2 AND event = 'on_statement'), 0)::bigint,
       coalesce(sum(amount) FILTER (WHERE occurred_at >= $2
                                      AND event NOT IN ('collected', 'transferred', 'refunded',
                                                        'on_statement')), 0)::bigint,
       coalesce(sum(amount) FILTER (WHERE role = 'cash'), 0)::bigint,
       coalesce(sum(amount) FILTER (WHERE role = 'office'), 0)::bigint,
       coalesce(sum(amount) FILTER (WHERE role = 'transit'), 0)::bigint
  FROM moved GROUP BY kind ORDER BY kind DESC)"};

const sql::Query kRemittances{"settlement_remittances", R"(
SELECT m.reference, m.kind, m.amount, m.sent_at,
       (SELECT max(l.booked_on) FROM matched_remittance x
          JOIN matched_line y ON y.match_id = x.match_id AND NOT y.undone
          JOIN statement_line l ON l.id = y.line_id
         WHERE x.remittance_id = m.id AND NOT x.undone)
  FROM remittance m
 WHERE m.agency_code = $1 AND m.kind IN ('fee', 'charge') AND m.sent_at >= $2 AND m.sent_at < $3
 ORDER BY m.id LIMIT $4)"};

const sql::Query kBreaks{"settlement_breaks", R"(
SELECT type, dossier_code, amount, since FROM recon_break
 WHERE agency_code = $1 AND resolved_at IS NULL AND since < $2
 ORDER BY abs(amount) DESC, since, id LIMIT $3)"};

Failure too_many(std::string_view what) {
  return Failure(
      Errc::invalid_field,
      "the period has more than " + std::to_string(limits::kSettlementRowsMax) + ' ' + std::string(what),
      "Ask for a shorter period.", "?to");
}

void add_lines(sql::Tx& tx, Settlement& settlement, Time from, Time until) {
  const auto rows = tx.exec(kLines, sql::Params::of(settlement.agency, from, until));
  for (const auto row : rows) {
    SettlementLine line;
    line.kind = stored_name<ChargeKind>(row.text(0));
    line.opening = row.money(1);
    line.collected = row.money(2);
    line.refunded = row.money(3);
    line.arrived = row.money(4);
    line.adjusted = row.money(5);
    line.with_collectors = row.money(6);
    line.at_offices = row.money(7);
    line.under_way = row.money(8);
    settlement.lines.push_back(line);
  }
}

}  // namespace

Result<Settlement> read_settlement(sql::Tx& tx, const Actor& actor, std::string_view agency, Day from, Day to,
                                   Time now) {
  const auto known = tx.exec(kAgency, sql::Params::of(agency, seen_agency(actor)));
  if (known.empty())
    return Failure(Errc::not_found, "there is no agency \"" + std::string(agency) + '"',
                   "Check the code; other agencies are not shown.");
  Settlement made;
  made.agency = known.front().str(0);
  made.agency_name = known.front().str(1);
  made.bank_account = known.front().str(2);
  made.from = from;
  made.to = to;
  made.made_at = now;
  const Time begin = start_of_day(from);
  const Time end = start_of_day(to) + std::chrono::hours(24);
  constexpr auto kMost = limits::kSettlementRowsMax;
  add_lines(tx, made, begin, end);
  const auto sent = tx.exec(kRemittances, sql::Params::of(agency, begin, end, kMost + 1));
  if (sent.size() > kMost) return too_many("remittances");
  for (const auto row : sent)
    made.remittances.push_back(
        {row.str(0), stored_name<ChargeKind>(row.text(1)), row.money(2), row.time(3), row.opt_day(4)});
  const auto open = tx.exec(kBreaks, sql::Params::of(agency, end, kMost + 1));
  if (open.size() > kMost) return too_many("open breaks");
  for (const auto row : open) made.breaks.push_back({row.str(0), row.str(1), row.money(2), row.time(3)});
  return made;
}

}  // namespace bccid
