#include "store/receipt_store.hpp"

#include "store/day_store.hpp"
#include "store/outbox_store.hpp"

#include <algorithm>

namespace bccid {
namespace {

// Rows of receipt_id, issuer, key, event_key, kind. What becomes of one payment leaves in order.
void tell_provider(sql::Tx& tx, const sql::Rows& documents, const char* what) {
  std::vector<OutboxMessage> messages;
  for (const auto row : documents) {
    const std::string receipt = std::to_string(row.i64(0));
    messages.push_back(OutboxMessage{"receipt:" + row.str(1), what, row.str(3) + ":" + row.str(4),
                                     "receipt:" + receipt,
                                     R"({"receipt":)" + receipt + R"(,"key":")" + row.str(2) + R"("})"});
  }
  if (!messages.empty()) enqueue(tx, messages);
}

}  // namespace

// A series begins with the first receipt of its issuer, kind and year in Vietnam. How an authority wants its
// symbols printed (TT 78/2021) is not verified; the letter tells the kinds apart.
const sql::Query kIssueReceipts{"receipt_issue", R"(
WITH paid AS MATERIALIZED (
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[],
                       $7::text[], $8::timestamptz[])
             AS w(event_key, kind, charge_id, amount, order_id, collector, office, taken_at)),
docs AS MATERIALIZED (
  SELECT p.event_key, p.kind, p.order_id, p.collector, p.office, p.taken_at, sum(p.amount)::bigint AS amount,
         d.agency_code, CASE p.kind WHEN 'postage' THEN o.carrier ELSE d.agency_code END AS issuer,
         CASE p.kind WHEN 'fee' THEN 'P' WHEN 'charge' THEN 'L' ELSE 'C' END ||
           to_char($9::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YY') AS symbol,
         coalesce(nullif(d.applicant_name, ''),
                  CASE o.leg WHEN 'pickup' THEN o.sender ->> 'name' ELSE o.receiver ->> 'name' END,
                  '') AS payer
    FROM paid p JOIN orders o ON o.id = p.order_id JOIN dossier d ON d.id = o.dossier_id
   GROUP BY p.event_key, p.kind, p.order_id, p.collector, p.office, p.taken_at, d.id, o.id),
series AS (
  INSERT INTO receipt_series AS s (issuer, kind, symbol, next_no)
  SELECT issuer, kind, symbol, 1 + count(*) FROM docs
   GROUP BY issuer, kind, symbol ORDER BY issuer, kind, symbol
  ON CONFLICT (issuer, kind, symbol) DO UPDATE SET next_no = s.next_no + EXCLUDED.next_no - 1
  RETURNING id, issuer, kind, symbol, next_no),
fresh AS (
  INSERT INTO receipt (series_id, number, kind, agency_code, order_id, event_key, amount, payer,
                       collector, office, taken_at, issued_at, window_no)
  SELECT s.id,
         s.next_no - count(*) OVER (PARTITION BY s.id) - 1 +
           row_number() OVER (PARTITION BY s.id ORDER BY x.taken_at, x.event_key),
         x.kind, x.agency_code, x.order_id, x.event_key, x.amount, x.payer, x.collector, x.office,
         x.taken_at, $9,
         1 + coalesce((SELECT max(c.no) FROM day_close c WHERE c.office = x.office), 0)
    FROM docs x JOIN series s USING (issuer, kind, symbol)
  RETURNING id, series_id, number, event_key, kind, amount),
lines AS (
  INSERT INTO receipt_line (receipt_id, charge_id, amount)
  SELECT f.id, p.charge_id, p.amount FROM fresh f JOIN paid p USING (event_key, kind))
INSERT INTO e_receipt (receipt_id, issuer, key, event_key, kind, amount)
SELECT f.id, s.issuer, e_receipt_key(f.kind, s.issuer, s.symbol, f.number), f.event_key, f.kind, f.amount
  FROM fresh f JOIN series s ON s.id = f.series_id JOIN receipt_provider v ON v.issuer = s.issuer
RETURNING receipt_id, issuer, key, event_key, kind)"};

void issue_receipts(sql::Tx& tx, std::span<const PaidLine> lines, Time now) {
  if (lines.empty()) return;
  sql::Params params;
  params.add_array(lines, &PaidLine::event)
      .add_array(lines, [](const PaidLine& line) { return name(line.kind); })
      .add_array(lines, &PaidLine::charge_id)
      .add_array(lines, &PaidLine::amount)
      .add_array(lines, &PaidLine::order_id)
      .add_array(lines, &PaidLine::collector)
      .add_array(lines, &PaidLine::office)
      .add_array(lines, &PaidLine::taken_at)
      .add(now);
  tell_provider(tx, tx.exec(kIssueReceipts, params), "receipt.issue");
}

const sql::Query kCancelOfEvents{"receipt_cancel_of_events", R"(
WITH gone AS (
  UPDATE receipt r SET cancelled_at = $2, cancelled_by = $3, cancel_reason = $4,
         back_window_no = 1 + coalesce((SELECT max(c.no) FROM day_close c WHERE c.office = r.office), 0)
   WHERE event_key = ANY ($1::uuid[]) AND cancelled_at IS NULL RETURNING id)
SELECT e.receipt_id, e.issuer, e.key, e.event_key, e.kind FROM gone JOIN e_receipt e ON e.receipt_id = gone.id
 ORDER BY e.receipt_id)"};

void cancel_receipts_of(sql::Tx& tx, const std::vector<Uuid>& events, const Cancellation& why, Time now) {
  if (events.empty()) return;
  hold_days_open_of(tx, events);
  sql::Params params;
  params.add_array(events).add(now).add(why.by).add(why.reason);
  tell_provider(tx, tx.exec(kCancelOfEvents, params), "receipt.cancel");
}

const sql::Query kChargesOnReceipt{"receipt_charges",
                                   "SELECT charge_id FROM receipt_line WHERE receipt_id = $1 ORDER BY 1"};

std::vector<std::int64_t> charges_on_receipt(sql::Tx& tx, std::int64_t id) {
  std::vector<std::int64_t> charges;
  for (const auto row : tx.exec(kChargesOnReceipt, sql::Params::of(id))) charges.push_back(row.i64(0));
  return charges;
}

const sql::Query kCancelRefunded{"receipt_cancel_refunded", R"(
UPDATE receipt r SET cancelled_at = $2, cancelled_by = $3, cancel_reason = $4,
       back_window_no = CASE WHEN $5::boolean THEN
         1 + coalesce((SELECT max(c.no) FROM day_close c WHERE c.office = r.office), 0) END
 WHERE id = $1 AND cancelled_at IS NULL)"};

const sql::Query kDocumentOf{"receipt_document_of", R"(
SELECT receipt_id, issuer, key, event_key, kind FROM e_receipt WHERE receipt_id = $1)"};

bool cancel_refunded_receipt(sql::Tx& tx, std::int64_t id, const Cancellation& why, bool from_till,
                             Time now) {
  if (tx.exec_count(kCancelRefunded, sql::Params::of(id, now, why.by, why.reason, from_till)) == 0)
    return false;
  tell_provider(tx, tx.exec(kDocumentOf, sql::Params::of(id)), "receipt.cancel");
  return true;
}

namespace {

// The charges of one receipt go together. What was refunded is the last receipt of its charges; those before
// it were cancelled for another reason.
constexpr std::string_view kReceiptColumns = R"(
SELECT r.id, s.issuer, r.kind, s.symbol, r.number, r.agency_code, a.name,
       coalesce(d.code, d.slip_no, ''), o.number, r.payer, r.amount, r.collector, r.office, r.taken_at,
       r.issued_at, m.custody,
       CASE WHEN r.kind <> 'postage' AND r.cancelled_at IS NULL AND m.custody IN ('collected', 'handed_in')
            THEN r.taken_at + $1::bigint * interval '1 hour' END,
       r.cancelled_at, r.cancelled_by, r.cancel_reason, r.replaces, next.id,
       e.key, e.state, e.pattern, e.symbol, e.number, e.url, e.issued_at, e.cancelled_at, e.reason
  FROM receipt r
  JOIN receipt_series s ON s.id = r.series_id
  JOIN agency a ON a.code = r.agency_code
  JOIN orders o ON o.id = r.order_id
  JOIN dossier d ON d.id = o.dossier_id
  LEFT JOIN receipt next ON next.replaces = r.id
  LEFT JOIN e_receipt e ON e.receipt_id = r.id
  CROSS JOIN LATERAL (
    SELECT CASE WHEN r.cancelled_at IS NOT NULL AND (bool_or(c.state <> 'refunded') OR EXISTS (
                  SELECT 1 FROM receipt_line mine JOIN receipt_line later ON later.charge_id = mine.charge_id
                   WHERE mine.receipt_id = r.id AND later.receipt_id > r.id))
                THEN 'cancelled'
                ELSE coalesce((array_agg(c.state ORDER BY array_position(
                       ARRAY['collected', 'handed_in', 'remitted', 'on_statement', 'settled', 'refunded'],
                       c.state)))[1], '') END AS custody
      FROM receipt_line l JOIN charge c ON c.id = l.charge_id WHERE l.receipt_id = r.id) m)";

const std::string kReadReceiptSql =
    std::string(kReceiptColumns) + " WHERE r.id = $2 AND ($3::text = '' OR r.agency_code = $3)";

const std::string kListReceiptsSql = std::string(kReceiptColumns) + R"(
 WHERE r.id > $2::bigint AND ($3::text = '' OR r.agency_code = $3) AND ($4::text = '' OR o.number = $4)
   AND ($5::text = '' OR d.code = $5) AND ($6::text = '' OR r.collector = $6)
 ORDER BY r.id LIMIT $7)";

// By the day's index: in the order of ids itself the plan would begin with the first receipt that there ever
// was.
const std::string kListIssuedSql = std::string(kReceiptColumns) + R"(
 WHERE r.issued_at >= $8::timestamptz AND r.issued_at < $9::timestamptz
   AND r.id + 0 > $2::bigint AND ($3::text = '' OR r.agency_code = $3) AND ($4::text = '' OR o.number = $4)
   AND ($5::text = '' OR d.code = $5) AND ($6::text = '' OR r.collector = $6)
 ORDER BY r.id + 0 LIMIT $7)";

// The few whose money is on its way, from the charges that say so; never through all that was ever receipted.
const std::string kListUnsentSql = std::string(kReceiptColumns) + R"(
 WHERE r.id IN (SELECT l.receipt_id FROM charge c JOIN receipt_line l ON l.charge_id = c.id
                 WHERE c.held AND c.kind IN ('fee', 'charge'))
   AND r.cancelled_at IS NULL
   AND r.id > $2::bigint AND ($3::text = '' OR r.agency_code = $3) AND ($4::text = '' OR o.number = $4)
   AND ($5::text = '' OR d.code = $5) AND ($6::text = '' OR r.collector = $6)
 ORDER BY r.id LIMIT $7)";

// Waits for a person, and so there are few.
const std::string kListRefusedSql = std::string(kReceiptColumns) + R"(
 WHERE r.id IN (SELECT x.receipt_id FROM e_receipt x WHERE x.state = 'refused')
   AND r.id > $2::bigint AND ($3::text = '' OR r.agency_code = $3) AND ($4::text = '' OR o.number = $4)
   AND ($5::text = '' OR d.code = $5) AND ($6::text = '' OR r.collector = $6)
 ORDER BY r.id LIMIT $7)";

ReceiptView receipt_from(const sql::Row& row) {
  ReceiptView view;
  view.id = row.i64(0);
  view.issuer = row.str(1);
  view.kind = row.str(2);
  view.symbol = row.str(3);
  view.number = row.i64(4);
  view.agency = row.str(5);
  view.agency_name = row.str(6);
  view.dossier_code = row.str(7);
  view.order_number = row.str(8);
  view.payer = row.str(9);
  view.amount = row.money(10);
  view.collector = row.str(11);
  view.office = row.str(12);
  view.taken_at = row.time(13);
  view.issued_at = row.time(14);
  view.custody = row.str(15);
  view.remit_by = row.opt_time(16);
  view.cancelled_at = row.opt_time(17);
  view.cancelled_by = row.str(18);
  view.cancel_reason = row.str(19);
  view.replaces = row.opt_i64(20);
  view.replaced_by = row.opt_i64(21);
  if (!row.is_null(22))
    view.document = EReceiptView{row.str(22), row.str(23),      row.str(24),      row.str(25), row.str(26),
                                 row.str(27), row.opt_time(28), row.opt_time(29), row.str(30)};
  return view;
}

}  // namespace

const sql::Query kReadReceipt{"receipt_read", kReadReceiptSql.c_str()};

const sql::Query kReadReceiptLines{"receipt_read_lines", R"(
SELECT c.code, c.name, l.amount, c.version, c.rule
  FROM receipt_line l JOIN charge c ON c.id = l.charge_id
 WHERE l.receipt_id = $1 ORDER BY l.charge_id)"};

std::optional<ReceiptView> read_receipt(sql::Tx& tx, std::int64_t id, std::string_view agency,
                                        std::int64_t remit_within) {
  const auto rows = tx.exec(kReadReceipt, sql::Params::of(remit_within, id, agency));
  if (rows.empty()) return {};
  auto view = receipt_from(rows.front());
  for (const auto row : tx.exec(kReadReceiptLines, sql::Params::of(id)))
    view.lines.push_back({row.str(0), row.str(1), row.money(2), row.str(3), row.str(4)});
  return view;
}

const sql::Query kReadReceiptNames{"receipt_read_names", R"(
SELECT coalesce(p.display_name, ''), coalesce(f.name, ''), coalesce(c.display_name, ''),
       was.number, next.number
  FROM receipt r
  LEFT JOIN principal p ON p.id = r.collector
  LEFT JOIN post_office f ON f.code = r.office
  LEFT JOIN principal c ON c.id = r.cancelled_by
  LEFT JOIN receipt was ON was.id = r.replaces
  LEFT JOIN receipt next ON next.replaces = r.id
 WHERE r.id = $1)"};

ReceiptNames read_receipt_names(sql::Tx& tx, std::int64_t id) {
  ReceiptNames names;
  for (const auto row : tx.exec(kReadReceiptNames, sql::Params::of(id))) {
    names.collector = row.str(0);
    names.office = row.str(1);
    names.cancelled_by = row.str(2);
    names.replaces = row.opt_i64(3);
    names.replaced_by = row.opt_i64(4);
  }
  return names;
}

const sql::Query kListReceipts{"receipt_list", kListReceiptsSql.c_str()};
const sql::Query kListIssued{"receipt_list_issued", kListIssuedSql.c_str()};
const sql::Query kListUnsent{"receipt_list_unsent", kListUnsentSql.c_str()};
const sql::Query kListRefused{"receipt_list_refused", kListRefusedSql.c_str()};

namespace {

const sql::Query& list_query_for(const ReceiptFilter& filter) {
  if (filter.issued_from) return kListIssued;
  if (filter.refused) return kListRefused;
  return filter.unsent ? kListUnsent : kListReceipts;
}

}  // namespace

ReceiptPage list_receipts(sql::Tx& tx, const ReceiptFilter& filter, std::int64_t remit_within) {
  // One more than asked for tells whether there is a next page.
  auto params = sql::Params::of(remit_within, filter.after, filter.agency, filter.order_number,
                                filter.dossier_code, filter.collector, filter.limit + 1);
  if (filter.issued_from) params.add(*filter.issued_from).add(*filter.issued_before);
  const auto rows = tx.exec(list_query_for(filter), params);
  ReceiptPage page;
  for (std::size_t i = 0; i < std::min(rows.size(), filter.limit); ++i)
    page.items.push_back(receipt_from(rows[i]));
  if (rows.size() > filter.limit) page.next = rows[filter.limit - 1].i64(0);
  return page;
}

// Who takes the money back locks its charges first: so he waits, and then sees what was issued instead.
const sql::Query kLockReceipted{"receipt_lock_charges", R"(
SELECT c.id FROM receipt_line l JOIN charge c ON c.id = l.charge_id
 WHERE l.receipt_id = $1 ORDER BY c.id FOR NO KEY UPDATE OF c)"};

const sql::Query kCancelReceipt{"receipt_cancel", R"(
UPDATE receipt SET cancelled_at = $5, cancelled_by = $3, cancel_reason = $4
 WHERE id = $1 AND ($2::text = '' OR agency_code = $2) AND cancelled_at IS NULL
RETURNING id)"};

const sql::Query kIssueReplacement{"receipt_issue_replacement", R"(
WITH was AS (SELECT * FROM receipt WHERE id = $1),
series AS (
  UPDATE receipt_series s SET next_no = s.next_no + 1 FROM was
   WHERE s.id = was.series_id RETURNING s.next_no),
fresh AS (
  INSERT INTO receipt (series_id, number, kind, agency_code, order_id, event_key, amount, payer,
                       collector, office, taken_at, issued_at, replaces, window_no)
  SELECT was.series_id, series.next_no - 1, was.kind, was.agency_code, was.order_id, was.event_key,
         was.amount, $2, was.collector, was.office, was.taken_at, $3, was.id, was.window_no
    FROM was, series
  RETURNING id),
lines AS (
  INSERT INTO receipt_line (receipt_id, charge_id, amount)
  SELECT fresh.id, l.charge_id, l.amount FROM fresh, receipt_line l WHERE l.receipt_id = $1)
SELECT id FROM fresh)"};

// Also without a provider by now when what was replaced has a document: that one must not stay the valid one.
const sql::Query kWantReplacing{"receipt_want_replacing", R"(
INSERT INTO e_receipt (receipt_id, issuer, key, event_key, kind, amount)
SELECT r.id, s.issuer, e_receipt_key(r.kind, s.issuer, s.symbol, r.number), r.event_key, r.kind, r.amount
  FROM receipt r JOIN receipt_series s ON s.id = r.series_id
 WHERE r.id = $1 AND (EXISTS (SELECT 1 FROM receipt_provider v WHERE v.issuer = s.issuer) OR
                      EXISTS (SELECT 1 FROM e_receipt e WHERE e.receipt_id = r.replaces))
RETURNING receipt_id, issuer, key, event_key, kind)"};

std::optional<std::int64_t> replace_receipt(sql::Tx& tx, std::int64_t id, std::string_view agency,
                                            std::string_view payer, const Cancellation& why, Time now) {
  tx.exec(kLockReceipted, sql::Params::of(id));
  const auto was = tx.exec(kCancelReceipt, sql::Params::of(id, agency, why.by, why.reason, now));
  if (was.empty()) return {};
  const auto fresh =
      tx.exec(kIssueReplacement, sql::Params::of(was.front().i64(0), payer, now)).front().i64(0);
  tell_provider(tx, tx.exec(kWantReplacing, sql::Params::of(fresh)), "receipt.replace");
  return fresh;
}

}  // namespace bccid
