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

// What is the same for all lines of an account is asked once. The rest is asked line by line (OFFSET 0 keeps
// the subqueries): for some thousand lines a plan that reads all matches looks cheap, and there will be more.
const std::string kLinesByIdSql = R"(
WITH line AS MATERIALIZED (
  SELECT l.id, l.line_key, l.account_no, l.amount, l.booked_on, l.text, l.end_to_end, l.payer, l.file_id,
         l.split_id
    FROM unnest($1::bigint[]) AS w(id)
   CROSS JOIN LATERAL (SELECT * FROM statement_line WHERE id = w.id OFFSET 0) l),
account AS MATERIALIZED (
  SELECT l.account_no, closed_up_to(l.account_no) AS closed,
         coalesce((SELECT min(a.code) FROM agency a WHERE a.bank_account = l.account_no), '') AS agency
    FROM (SELECT DISTINCT account_no FROM line) l)
SELECT l.line_key, l.account_no, l.amount, l.booked_on, l.text, l.end_to_end, l.payer, a.agency, l.id,
       l.file_id, coalesce(x.match_id, 0),
       coalesce(m.rule = 'by_person', false) OR coalesce(least(l.booked_on, m.booked_on) <= a.closed, false),
       (SELECT count(*) FROM matched_line u WHERE u.line_id = l.id AND u.undone) +
       (SELECT count(*) FROM line_split w WHERE w.line_id = l.id AND w.joined_at IS NOT NULL),
       l.split_id IS NOT NULL, d.id IS NOT NULL OR p.joined_at IS NOT NULL
  FROM line l
  JOIN account a ON a.account_no = l.account_no
  LEFT JOIN LATERAL (SELECT match_id FROM matched_line
                      WHERE line_id = l.id AND NOT undone OFFSET 0) x ON true
  LEFT JOIN LATERAL (SELECT rule, booked_on FROM line_match WHERE id = x.match_id OFFSET 0) m ON true
  LEFT JOIN LATERAL (SELECT id FROM line_split
                      WHERE line_id = l.id AND joined_at IS NULL OFFSET 0) d ON true
  LEFT JOIN LATERAL (SELECT joined_at FROM line_split WHERE id = l.split_id OFFSET 0) p ON true
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
  found.undone = static_cast<std::size_t>(row.i64(12));
  found.part = row.boolean(13);
  found.out_of_play = row.boolean(14);
  found.fixed = row.boolean(11) || found.out_of_play;
  return found;
}

constexpr std::string_view kRemittanceColumns = R"(
SELECT r.reference, r.bank_account, r.amount, (r.sent_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS sent_on,
       r.agency_code, r.kind, r.sent_at, r.id, coalesce(x.match_id, 0),
       coalesce(m.rule = 'by_person', false) OR
         CASE WHEN m.booked_on IS NULL THEN false
              ELSE coalesce(m.booked_on <= closed_up_to(r.bank_account), false) END)";

constexpr std::string_view kItsMatch = R"(
  LEFT JOIN LATERAL (SELECT match_id FROM matched_remittance
                      WHERE remittance_id = r.id AND NOT undone OFFSET 0) x ON true
  LEFT JOIN LATERAL (SELECT rule, booked_on FROM line_match WHERE id = x.match_id OFFSET 0) m ON true)";

const std::string kRemittancesByReferenceSql =
    std::string(kRemittanceColumns) +
    " FROM unnest($1::text[]) AS w(reference) CROSS JOIN LATERAL (SELECT * FROM remittance "
    "WHERE reference = w.reference OFFSET 0) r" +
    std::string(kItsMatch) + " ORDER BY r.reference";

const std::string kRemittancesByIdSql =
    std::string(kRemittanceColumns) +
    " FROM unnest($1::bigint[]) AS w(id) CROSS JOIN LATERAL (SELECT * FROM remittance "
    "WHERE id = w.id OFFSET 0) r" +
    std::string(kItsMatch) + " ORDER BY r.reference";

const std::string kAwaitedSql = std::string(kRemittanceColumns) + R"(
  FROM unnest($2::date[], $3::date[]) AS w(first, last)
  JOIN awaited_remittance o ON o.bank_account = $1
   AND o.sent_at >= w.first::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
   AND o.sent_at < (w.last + 1)::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh'
  CROSS JOIN LATERAL (SELECT * FROM remittance WHERE id = o.remittance_id OFFSET 0) r)" +
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
SELECT l.id, l.booked_on, l.text, l.end_to_end, l.amount, l.line_key, l.split_id IS NOT NULL
  FROM unnest($1::bigint[]) AS w(id)
 CROSS JOIN LATERAL (SELECT * FROM statement_line WHERE id = w.id OFFSET 0) l)"};

std::vector<OpenLine> line_texts(sql::Tx& tx, std::span<const std::int64_t> ids) {
  std::vector<OpenLine> lines;
  if (ids.empty()) return lines;
  for (const auto row : tx.exec(kLineTexts, sql::Params().add_array(ids))) {
    auto& found = lines.emplace_back();
    found.id = row.i64(0);
    found.line.booked = row.day(1);
    found.line.text = row.str(2);
    found.line.end_to_end = row.str(3);
    found.line.amount = row.money(4);
    found.line.id = row.str(5);
    found.part = row.boolean(6);
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

// From the breaks, which are few, to each one's line: statistics that have not heard of an account yet find
// it cheap to read all that is booked on it, for each break anew.
const sql::Query kUnexplained{"recon_unexplained_lines", R"(
SELECT l.account_no, l.id
  FROM recon_break b
 CROSS JOIN LATERAL (SELECT id, account_no, booked_on FROM statement_line
                      WHERE line_key = substr(b.subject, 6) OFFSET 0) l
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
SELECT DISTINCT bank_account FROM awaited_remittance)"};

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
