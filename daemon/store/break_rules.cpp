#include "store/break_rules.hpp"

#include "store/break_store.hpp"

#include <string>
#include <utility>
#include <vector>

namespace bccid {
namespace {

// What a rule's statement returns: subject, amount, since, agency, dossier, order, and what the advice names.
std::vector<NewBreak> breaks_from(const sql::Rows& rows, BreakType type,
                                  std::string (*action)(const sql::Row&)) {
  std::vector<NewBreak> breaks;
  breaks.reserve(rows.size());
  for (const auto row : rows) {
    NewBreak made;
    made.key = key_of(type, row.str(0));
    made.amount = row.money(1);
    made.since = row.time(2);
    made.agency = row.str(3);
    made.dossier_code = row.str(4);
    made.order_id = row.opt_i64(5).value_or(0);
    made.action = action(row);
    breaks.push_back(std::move(made));
  }
  return breaks;
}

}  // namespace

// The clock of TT 74/2022 (24 hours) runs for each receipt, not for each day.
const sql::Query kNotRemitted{"break_not_remitted", R"(
SELECT 'charge:' || c.id, -c.taken, c.collected_at + $2::bigint * interval '1 hour', c.agency_code,
       coalesce(d.code, d.slip_no, ''), c.order_id, c.kind, o.number, c.collector
  FROM charge c
  JOIN orders o ON o.id = c.order_id
  JOIN dossier d ON d.id = o.dossier_id
 WHERE c.held AND c.kind IN ('fee', 'charge')
   AND c.collected_at <= $1::timestamptz - $2::bigint * interval '1 hour'
   AND NOT EXISTS (SELECT 1 FROM recon_break b
                    WHERE b.subject = 'charge:' || c.id AND b.type = 'collected_not_remitted'
                      AND (b.resolved_at IS NULL OR b.resolved_by NOT LIKE 'rule:%'))
 ORDER BY c.id)"};

const sql::Query kEndNotRemitted{"break_end_not_remitted", R"(
UPDATE recon_break b SET resolved_at = $1, resolved_by = $2,
       resolution = 'rule collected_not_remitted: the money was sent or taken back'
 WHERE b.type = 'collected_not_remitted' AND b.resolved_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM charge c
                    WHERE 'charge:' || c.id = b.subject AND c.held))"};

// Delivered, and not paid. What a transfer can pay waits for the one that was promised at the door.
constexpr std::string_view kUnpaid = R"(
  FROM charge c
  JOIN parcel p ON p.order_id = c.order_id AND p.state = 'delivered'
  JOIN agency a ON a.code = c.agency_code
  CROSS JOIN LATERAL account_of_charge(c.kind, c.destination, a.bank_account) AS goes (account)
  LEFT JOIN LATERAL promised_transfer(p.id) AS promise ON true
 WHERE c.owed
   AND (promise.event_key IS NULL OR goes.account = ''
        OR promise.occurred_at <= $1::timestamptz - $2::bigint * interval '1 hour'))";

const std::string kDeliveredUnpaidSql = R"(
SELECT 'charge:' || c.id, -c.amount, p.final_at, c.agency_code,
       (SELECT coalesce(d.code, d.slip_no, '') FROM dossier d WHERE d.id = p.dossier_id), c.order_id,
       c.kind, p.order_number, coalesce(promise.actor, ''), goes.account)" +
                                        std::string(kUnpaid) + R"(
   AND NOT EXISTS (SELECT 1 FROM recon_break b
                    WHERE b.subject = 'charge:' || c.id AND b.type = 'delivered_unpaid'
                      AND (b.resolved_at IS NULL OR b.resolved_by NOT LIKE 'rule:%'))
 ORDER BY c.id)";
const sql::Query kDeliveredUnpaid{"break_delivered_unpaid", kDeliveredUnpaidSql.c_str()};

const std::string kEndDeliveredUnpaidSql =
    R"(
UPDATE recon_break b SET resolved_at = $1, resolved_by = $3,
       resolution = 'rule delivered_unpaid: the charge is no longer due, or its transfer was promised, or '
                    'the parcel is no longer delivered'
 WHERE b.type = 'delivered_unpaid' AND b.resolved_at IS NULL
   AND NOT EXISTS (SELECT 1)" +
    std::string(kUnpaid) + R"( AND c.order_id = b.order_id AND 'charge:' || c.id = b.subject))";
const sql::Query kEndDeliveredUnpaid{"break_end_delivered_unpaid", kEndDeliveredUnpaidSql.c_str()};

// Portal status 3: the agency refused it; 7: its applicant withdrew it. No hour is told with a status, so the
// break counts from when it was found. Postage was earned.
const sql::Query kForRefusedDossier{"break_for_refused_dossier", R"(
SELECT 'receipt:' || r.id, r.amount, $1::timestamptz, r.agency_code, coalesce(d.code, d.slip_no, ''),
       r.order_id, d.portal_status
  FROM dossier d
  JOIN orders o ON o.dossier_id = d.id
  JOIN receipt r ON r.order_id = o.id
 WHERE d.portal_status IN (3, 7) AND r.cancelled_at IS NULL AND r.kind <> 'postage'
   AND NOT EXISTS (SELECT 1 FROM recon_break b
                    WHERE b.subject = 'receipt:' || r.id AND b.type = 'receipt_for_refused_dossier'
                      AND (b.resolved_at IS NULL OR b.resolved_by NOT LIKE 'rule:%'))
 ORDER BY r.id)"};

const sql::Query kEndForRefusedDossier{"break_end_for_refused_dossier", R"(
UPDATE recon_break b SET resolved_at = $1, resolved_by = $2,
       resolution = 'rule receipt_for_refused_dossier: the receipt was cancelled, or the dossier goes on'
 WHERE b.type = 'receipt_for_refused_dossier' AND b.resolved_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM receipt r
                     JOIN orders o ON o.id = r.order_id
                     JOIN dossier d ON d.id = o.dossier_id
                    WHERE r.order_id = b.order_id AND 'receipt:' || r.id = b.subject
                      AND r.cancelled_at IS NULL AND d.portal_status IN (3, 7)))"};

// A leg that never ran costs nothing, its postage neither.
const sql::Query kPaidButCancelled{"break_paid_but_cancelled", R"(
SELECT 'receipt:' || r.id, r.amount, coalesce(p.final_at, $1::timestamptz), r.agency_code,
       coalesce(d.code, d.slip_no, ''), r.order_id, p.order_number
  FROM parcel p
  JOIN receipt r ON r.order_id = p.order_id
  JOIN dossier d ON d.id = p.dossier_id
 WHERE p.state = 'cancelled' AND r.cancelled_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM recon_break b
                    WHERE b.subject = 'receipt:' || r.id AND b.type = 'fee_paid_but_order_cancelled'
                      AND (b.resolved_at IS NULL OR b.resolved_by NOT LIKE 'rule:%'))
 ORDER BY r.id)"};

const sql::Query kEndPaidButCancelled{"break_end_paid_but_cancelled", R"(
UPDATE recon_break b SET resolved_at = $1, resolved_by = $2,
       resolution = 'rule fee_paid_but_order_cancelled: the receipt was cancelled, or the order runs again'
 WHERE b.type = 'fee_paid_but_order_cancelled' AND b.resolved_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM receipt r JOIN parcel p ON p.order_id = r.order_id
                    WHERE r.order_id = b.order_id AND 'receipt:' || r.id = b.subject
                      AND r.cancelled_at IS NULL AND p.state = 'cancelled'))"};

// Each number is looked at once, soon after it was given, and a bounded lot at a time; what damage does later
// to the older ones is found by verify/receipts_have_no_gap.
const sql::Query kNumberGaps{"break_number_gaps", R"(
WITH span AS MATERIALIZED (
  SELECT s.id, s.issuer, s.kind, s.symbol, coalesce(g.checked_no, 0) AS seen,
         least(s.next_no - 1, coalesce(g.checked_no, 0) + 20000) AS upto
    FROM receipt_series s LEFT JOIN receipt_gap_check g ON g.series_id = s.id
   WHERE s.next_no - 1 > coalesce(g.checked_no, 0)),
noted AS (
  INSERT INTO receipt_gap_check (series_id, checked_no) SELECT id, upto FROM span
  ON CONFLICT (series_id) DO UPDATE SET checked_no = EXCLUDED.checked_no)
SELECT 'receipt_series:' || s.id || ':' || n.no, 0::bigint, $1::timestamptz,
       CASE s.kind WHEN 'postage' THEN '' ELSE s.issuer END, '', NULL::bigint, s.symbol, s.issuer, n.no::text
  FROM span s CROSS JOIN LATERAL generate_series(s.seen + 1, s.upto) AS n(no)
 WHERE (SELECT count(*) FROM receipt r WHERE r.series_id = s.id AND r.number = n.no) = 0
 ORDER BY s.id, n.no)"};

namespace {

std::string remit_it(const sql::Row& row) {
  return "Hand in and remit the " + row.str(6) + " of order " + row.str(7) + " that " + row.str(8) +
         " collected.";
}

std::string ask_who_delivered(const sql::Row& row) {
  const auto what = "the " + row.str(6) + " of order " + row.str(7);
  const auto postman = row.str(8), account = row.str(9);
  if (postman.empty())
    return "Ask who delivered order " + row.str(7) + " for the " + row.str(6) + ", or waive it.";
  if (account.empty()) return "Ask " + postman + " for " + what + ", which no transfer can pay, or waive it.";
  return postman + " handed it over because a transfer was promised: ask the payer for " + what + ", " +
         (-row.money(1)).to_text() + " to account " + account + ", or waive it.";
}

std::string refund_refused(const sql::Row& row) {
  return row.i64(6) == 3
             ? "The agency refused the dossier: refund the receipt, or document why it is kept."
             : "The applicant withdrew the dossier: refund the receipt, or document why it is kept.";
}

std::string refund_cancelled(const sql::Row& row) {
  return "Order " + row.str(6) + " was cancelled after it was paid: refund the receipt.";
}

std::string find_number(const sql::Row& row) {
  return "Find what became of number " + row.str(8) + " of series " + row.str(6) + " of " + row.str(7) + ".";
}

}  // namespace

std::size_t renew_ruled_breaks(sql::Tx& tx, const BreakClocks& clocks, Time now) {
  for (const auto* end : {&kEndNotRemitted, &kEndForRefusedDossier, &kEndPaidButCancelled})
    tx.exec(*end, sql::Params::of(now, kResolvedByRule));
  const auto promised = sql::Params::of(now, clocks.transfer_within.count());
  tx.exec(kEndDeliveredUnpaid, sql::Params::of(now, clocks.transfer_within.count(), kResolvedByRule));
  const auto late = tx.exec(kNotRemitted, sql::Params::of(now, clocks.remit_within.count()));
  const auto at = sql::Params::of(now);
  std::size_t opened = open_breaks(tx, breaks_from(late, BreakType::collected_not_remitted, remit_it), now);
  const auto open = [&](const sql::Query& query, BreakType type, std::string (*action)(const sql::Row&),
                        const sql::Params& params) {
    opened += open_breaks(tx, breaks_from(tx.exec(query, params), type, action), now);
  };
  open(kDeliveredUnpaid, BreakType::delivered_unpaid, ask_who_delivered, promised);
  open(kForRefusedDossier, BreakType::receipt_for_refused_dossier, refund_refused, at);
  open(kPaidButCancelled, BreakType::fee_paid_but_order_cancelled, refund_cancelled, at);
  open(kNumberGaps, BreakType::number_gap, find_number, at);
  return opened;
}

}  // namespace bccid
