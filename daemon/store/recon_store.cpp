#include "store/recon_store.hpp"

#include "store/stored_name.hpp"

namespace bccid {
namespace {

// Any fixed number that no other advisory lock of ours uses.
const sql::Query kLock{"recon_lock", "SELECT pg_advisory_xact_lock(4207422022)"};

}  // namespace

void lock_reconciliation(sql::Tx& tx) { tx.exec(kLock); }

const sql::Query kByIndex{"recon_read_by_index", "SELECT set_config('enable_seqscan', 'off', true)"};

void read_by_index(sql::Tx& tx) { tx.exec(kByIndex); }

namespace {

// What is the same for all lines of an account is asked once.
const std::string kLinesByIdSql = R"(
WITH line AS MATERIALIZED (
  SELECT l.id, l.line_key, l.account_no, l.amount, l.booked_on, l.text, l.end_to_end, l.payer, l.file_id
    FROM unnest($1::bigint[]) AS w(id) JOIN statement_line l ON l.id = w.id),
account AS MATERIALIZED (
  SELECT l.account_no, closed_up_to(l.account_no) AS closed,
         coalesce((SELECT min(a.code) FROM agency a WHERE a.bank_account = l.account_no), '') AS agency
    FROM (SELECT DISTINCT account_no FROM line) l)
SELECT l.line_key, l.account_no, l.amount, l.booked_on, l.text, l.end_to_end, l.payer, a.agency, l.id,
       l.file_id, coalesce(x.match_id, 0),
       coalesce(m.rule = 'by_person', false) OR coalesce(least(l.booked_on, m.booked_on) <= a.closed, false),
       (SELECT count(*) FROM matched_line u WHERE u.line_id = l.id AND u.undone)
  FROM line l
  JOIN account a ON a.account_no = l.account_no
  LEFT JOIN matched_line x ON x.line_id = l.id AND NOT x.undone
  LEFT JOIN line_match m ON m.id = x.match_id
 ORDER BY l.line_key)";

OpenLine line_from(const sql::Row& row) {
  OpenLine found;
  found.line.id = row.str(0);
  found.line.account = row.str(1);
  found.line.amount = row.money(2);
  found.line.booked = row.day(3);
  found.line.text = row.str(4);
  found.line.end_to_end = row.str(5);
  found.line.payer = row.str(6);
  found.agency = row.str(7);
  found.id = row.i64(8);
  found.file = row.i64(9);
  found.match = row.i64(10);
  found.fixed = row.boolean(11);
  found.undone = static_cast<std::size_t>(row.i64(12));
  return found;
}

constexpr std::string_view kRemittanceColumns = R"(
SELECT r.reference, r.bank_account, r.amount, (r.sent_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS sent_on,
       r.agency_code, r.kind, r.sent_at, r.id, coalesce(x.match_id, 0),
       coalesce(m.rule = 'by_person', false) OR
         coalesce(m.booked_on <= closed_up_to(r.bank_account), false))";

constexpr std::string_view kItsMatch = R"(
  LEFT JOIN matched_remittance x ON x.remittance_id = r.id AND NOT x.undone
  LEFT JOIN line_match m ON m.id = x.match_id)";

const std::string kRemittancesByReferenceSql =
    std::string(kRemittanceColumns) +
    " FROM unnest($1::text[]) AS w(reference) JOIN remittance r ON r.reference = w.reference" +
    std::string(kItsMatch) + " ORDER BY r.reference";

const std::string kRemittancesByIdSql =
    std::string(kRemittanceColumns) + " FROM unnest($1::bigint[]) AS w(id) JOIN remittance r ON r.id = w.id" +
    std::string(kItsMatch) + " ORDER BY r.reference";

const std::string kAwaitedSql = std::string(kRemittanceColumns) + R"(
  FROM unnest($2::date[], $3::date[]) AS w(first, last)
  JOIN remittance r ON r.bank_account = $1 AND r.state = 'sent'
   AND r.sent_at >= w.first::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
   AND r.sent_at < (w.last + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh')" +
                                std::string(kItsMatch) + " ORDER BY r.reference";

std::vector<OpenRemittance> remittances_from(const sql::Rows& rows) {
  std::vector<OpenRemittance> found;
  found.reserve(rows.size());
  for (const auto row : rows) {
    OpenRemittance remittance;
    remittance.match = row.i64(8);
    remittance.fixed = row.boolean(9);
    remittance.credit = {row.str(0), row.str(1), row.money(2), row.day(3), remittance.match != 0};
    remittance.agency = row.str(4);
    remittance.kind = stored_name<ChargeKind>(row.text(5));
    remittance.sent_at = row.time(6);
    remittance.id = row.i64(7);
    found.push_back(std::move(remittance));
  }
  return found;
}

}  // namespace

const sql::Query kLinesById{"recon_lines_by_id", kLinesByIdSql.c_str()};

std::vector<OpenLine> lines_by_id(sql::Tx& tx, std::span<const std::int64_t> ids) {
  std::vector<OpenLine> lines;
  if (ids.empty()) return lines;
  for (const auto row : tx.exec(kLinesById, sql::Params().add_array(ids))) lines.push_back(line_from(row));
  return lines;
}

const sql::Query kLineTexts{"recon_line_texts", R"(
SELECT l.id, l.booked_on, l.text, l.end_to_end
  FROM unnest($1::bigint[]) AS w(id) JOIN statement_line l ON l.id = w.id)"};

std::vector<OpenLine> line_texts(sql::Tx& tx, std::span<const std::int64_t> ids) {
  std::vector<OpenLine> lines;
  if (ids.empty()) return lines;
  for (const auto row : tx.exec(kLineTexts, sql::Params().add_array(ids))) {
    auto& found = lines.emplace_back();
    found.id = row.i64(0);
    found.line.booked = row.day(1);
    found.line.text = row.str(2);
    found.line.end_to_end = row.str(3);
  }
  return lines;
}

const sql::Query kFileLines{"recon_file_lines", R"(
SELECT id FROM statement_line WHERE file_id = $1 AND id > $2 ORDER BY id LIMIT $3)"};

std::vector<std::int64_t> file_line_ids(sql::Tx& tx, std::int64_t file, std::int64_t after,
                                        std::size_t limit) {
  std::vector<std::int64_t> ids;
  for (const auto row : tx.exec(kFileLines, sql::Params::of(file, after, limit))) ids.push_back(row.i64(0));
  return ids;
}

const sql::Query kFileAccount{"recon_file_account", "SELECT account_no FROM statement_file WHERE id = $1"};

std::string account_of_file(sql::Tx& tx, std::int64_t file) {
  return tx.exec(kFileAccount, sql::Params::of(file)).front().str(0);
}

// From the breaks, which are few, and not through all lines that were ever booked.
const sql::Query kUnexplained{"recon_unexplained_lines", R"(
SELECT l.account_no, l.id FROM recon_break b JOIN statement_line l ON l.line_key = substr(b.subject, 6)
 WHERE b.resolved_at IS NULL AND b.type IN ('remitted_without_receipt', 'ambiguous', 'double')
   AND ($1::text IS NULL OR l.account_no = $1)
   AND l.booked_on > coalesce(closed_up_to(l.account_no), '-infinity')
 ORDER BY l.id)"};

LinesByAccount unexplained_lines(sql::Tx& tx, const std::optional<std::string>& account) {
  LinesByAccount found;
  for (const auto row : tx.exec(kUnexplained, sql::Params().add(account)))
    found[row.str(0)].push_back(row.i64(1));
  return found;
}

const sql::Query kAwaitingAccounts{"recon_awaiting_accounts", R"(
SELECT DISTINCT bank_account FROM remittance WHERE state = 'sent')"};

std::vector<std::string> awaiting_accounts(sql::Tx& tx) {
  std::vector<std::string> accounts;
  for (const auto row : tx.exec(kAwaitingAccounts)) accounts.push_back(row.str(0));
  return accounts;
}

const sql::Query kRemittancesByReference{"recon_remittances_by_reference",
                                         kRemittancesByReferenceSql.c_str()};

std::vector<OpenRemittance> remittances_of(sql::Tx& tx, const std::vector<std::string>& references) {
  return remittances_from(tx.exec(kRemittancesByReference, sql::Params().add_array(references)));
}

const sql::Query kRemittancesById{"recon_remittances_by_id", kRemittancesByIdSql.c_str()};

std::vector<OpenRemittance> remittances_by_id(sql::Tx& tx, std::span<const std::int64_t> ids) {
  if (ids.empty()) return {};
  return remittances_from(tx.exec(kRemittancesById, sql::Params().add_array(ids)));
}

const sql::Query kAwaited{"recon_awaited_remittances", kAwaitedSql.c_str()};

std::vector<OpenRemittance> awaited_remittances(sql::Tx& tx, std::string_view account,
                                                std::span<const DaySpan> days) {
  if (days.empty()) return {};
  auto params = sql::Params::of(account);
  params.add_array(days, &DaySpan::first).add_array(days, &DaySpan::last);
  return remittances_from(tx.exec(kAwaited, params));
}

const sql::Query kCloseParcels{"recon_close_parcels", R"(
UPDATE parcel SET step = 'closed'
 WHERE id IN (SELECT p.id FROM parcel p
               WHERE p.step = 'proved'
                 AND NOT EXISTS (SELECT 1 FROM charge c
                                  WHERE c.order_id = p.order_id
                                    AND c.state NOT IN ('settled', 'waived', 'refunded', 'split')
                                    AND NOT (c.kind = 'postage' AND c.state = 'handed_in'))
               ORDER BY p.id FOR NO KEY UPDATE SKIP LOCKED))"};

std::size_t close_settled_parcels(sql::Tx& tx) {
  return static_cast<std::size_t>(tx.exec_count(kCloseParcels));
}

const sql::Query kReopenParcels{"recon_reopen_parcels", R"(
UPDATE parcel SET step = 'proved'
 WHERE id IN (SELECT p.id FROM remittance r
                JOIN remittance_charge rc ON rc.remittance_id = r.id
                JOIN charge c ON c.id = rc.charge_id
                JOIN parcel p ON p.order_id = c.order_id
               WHERE r.reference = ANY ($1::text[]) AND p.step = 'closed'
               ORDER BY p.id FOR NO KEY UPDATE OF p))"};

void reopen_parcels_of(sql::Tx& tx, const std::vector<std::string>& references) {
  tx.exec(kReopenParcels, sql::Params().add_array(references));
}

}  // namespace bccid
