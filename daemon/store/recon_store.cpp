#include "store/recon_store.hpp"

#include "store/stored_name.hpp"

#include <set>

namespace bccid {
namespace {

// Any fixed number that no other advisory lock of ours uses.
const sql::Query kLock{"recon_lock", "SELECT pg_advisory_xact_lock(4207422022)"};

}  // namespace

void lock_reconciliation(sql::Tx& tx) { tx.exec(kLock); }

const sql::Query kFindStatement{"recon_find_statement",
                                "SELECT public_id, lines FROM statement_file WHERE sha256 = $1"};

std::optional<KnownStatement> find_statement(sql::Tx& tx, const Sha256& sha256) {
  const auto rows = tx.exec(kFindStatement, sql::Params().add_bytes(sha256));
  if (rows.empty()) return std::nullopt;
  return KnownStatement{rows.front().uuid(0), static_cast<std::size_t>(rows.front().i64(1))};
}

const sql::Query kIsFeeAccount{"recon_is_fee_account", R"(
SELECT EXISTS (SELECT 1 FROM agency WHERE bank_account = $1)
    OR EXISTS (SELECT 1 FROM remittance WHERE bank_account = $1))"};

bool is_fee_account(sql::Tx& tx, std::string_view account) {
  return !account.empty() && tx.exec(kIsFeeAccount, sql::Params::of(account)).front().boolean(0);
}

const sql::Query kKnownLines{"recon_known_lines", R"(
SELECT line_key, booked_on, amount FROM statement_line WHERE line_key = ANY ($1::text[]))"};

std::vector<StatementLineRow> known_lines(sql::Tx& tx, std::span<const StatementLineRow> lines) {
  std::vector<StatementLineRow> known;
  const auto rows = tx.exec(kKnownLines, sql::Params().add_array(lines, &StatementLineRow::key));
  for (const auto row : rows) {
    StatementLineRow line;
    line.key = row.str(0);
    line.booked_on = row.day(1);
    line.amount = row.money(2);
    known.push_back(std::move(line));
  }
  return known;
}

const sql::Query kInsertFile{"recon_insert_file", R"(
INSERT INTO statement_file (sha256, public_id, bank, account_no, from_day, to_day, opening, closing, lines,
                            fresh_lines, imported_at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id)"};

const sql::Query kInsertLines{"recon_insert_lines", R"(
INSERT INTO statement_line (file_id, account_no, line_no, line_key, booked_on, amount, text, payer,
                            end_to_end)
SELECT $1::bigint, $2::text, w.line_no, w.key, w.booked_on, w.amount, w.text, w.payer, w.end_to_end
  FROM unnest($3::bigint[], $4::text[], $5::date[], $6::bigint[], $7::text[], $8::text[], $9::text[])
       AS w(line_no, key, booked_on, amount, text, payer, end_to_end))"};

std::int64_t insert_statement(sql::Tx& tx, const StatementFileRow& file,
                              std::span<const StatementLineRow> fresh, Time now) {
  sql::Params params;
  params.add_bytes(file.sha256)
      .add(file.public_id)
      .add(file.bank)
      .add(file.account)
      .add(file.from)
      .add(file.to);
  params.add(file.opening).add(file.closing).add(file.lines).add(file.fresh_lines).add(now).add(file.actor);
  const auto id = tx.exec(kInsertFile, params).front().i64(0);
  if (fresh.empty()) return id;
  auto lines = sql::Params::of(id, file.account);
  lines.add_array(fresh, &StatementLineRow::line_no)
      .add_array(fresh, &StatementLineRow::key)
      .add_array(fresh, &StatementLineRow::booked_on)
      .add_array(fresh, &StatementLineRow::amount)
      .add_array(fresh, &StatementLineRow::text)
      .add_array(fresh, &StatementLineRow::payer)
      .add_array(fresh, &StatementLineRow::end_to_end);
  tx.exec(kInsertLines, lines);
  return id;
}

namespace {

constexpr std::string_view kLineColumns = R"(
SELECT l.line_key, l.account_no, l.amount, l.booked_on, l.text, l.end_to_end, l.payer,
       coalesce((SELECT min(a.code) FROM agency a WHERE a.bank_account = l.account_no), ''), l.id,
       EXISTS (SELECT 1 FROM matched_line m WHERE m.line_id = l.id AND NOT m.undone) AS matched)";

const std::string kOpenLinesSql = R"(
WITH open AS (
  SELECT id FROM statement_line WHERE file_id = $1
   UNION
  SELECT l.id FROM statement_line l WHERE l.line_key = ANY ($2::text[])
   UNION
  SELECT l.id FROM recon_break b JOIN statement_line l ON l.line_key = substr(b.subject, 6)
   WHERE b.resolved_at IS NULL AND b.type IN ('remitted_without_receipt', 'ambiguous', 'double')))" +
                                  std::string(kLineColumns) + R"(
  FROM open JOIN statement_line l ON l.id = open.id
 WHERE NOT EXISTS (SELECT 1 FROM matched_line m WHERE m.line_id = l.id AND NOT m.undone)
 ORDER BY l.line_key)";

const std::string kLinesByIdSql = std::string(kLineColumns) + R"(
  FROM statement_line l WHERE l.id = ANY ($1::bigint[]) ORDER BY l.line_key)";

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
  found.matched = row.boolean(9);
  return found;
}

constexpr std::string_view kRemittanceColumns = R"(
SELECT r.reference, r.bank_account, r.amount, (r.sent_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS sent_on,
       r.state = 'on_statement' AS met, r.agency_code, r.kind, r.sent_at,
       EXISTS (SELECT 1 FROM statement_file f
                WHERE f.account_no = r.bank_account
                  AND (r.sent_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date BETWEEN f.from_day AND f.to_day)
         AS covered
  FROM remittance r)";

// Remittances of up to three months before the lines can be named twice; older ones come as unknown lines.
const std::string kRemittancesSql = std::string(kRemittanceColumns) + R"(
 WHERE r.state = 'sent' OR (r.bank_account = ANY ($1::text[]) AND r.sent_at >= $2::date - 92)
 ORDER BY r.reference)";

const std::string kRemittancesByReferenceSql = std::string(kRemittanceColumns) + R"(
 WHERE r.reference = ANY ($1::text[]) ORDER BY r.reference)";

std::vector<OpenRemittance> remittances_from(const sql::Rows& rows) {
  std::vector<OpenRemittance> found;
  for (const auto row : rows) {
    OpenRemittance remittance;
    remittance.credit = {row.str(0), row.str(1), row.money(2), row.day(3), row.boolean(4)};
    remittance.agency = row.str(5);
    remittance.kind = stored_name<ChargeKind>(row.text(6));
    remittance.sent_at = row.time(7);
    remittance.covered = row.boolean(8);
    found.push_back(std::move(remittance));
  }
  return found;
}

}  // namespace

const sql::Query kOpenLines{"recon_open_lines", kOpenLinesSql.c_str()};

std::vector<OpenLine> open_lines(sql::Tx& tx, std::optional<std::int64_t> file,
                                 const std::vector<std::string>& freed) {
  std::vector<OpenLine> lines;
  for (const auto row : tx.exec(kOpenLines, sql::Params().add(file).add_array(freed)))
    lines.push_back(line_from(row));
  return lines;
}

const sql::Query kLinesById{"recon_lines_by_id", kLinesByIdSql.c_str()};

std::vector<OpenLine> lines_by_id(sql::Tx& tx, const std::vector<std::int64_t>& ids) {
  std::vector<OpenLine> lines;
  for (const auto row : tx.exec(kLinesById, sql::Params().add_array(ids))) lines.push_back(line_from(row));
  return lines;
}

const sql::Query kRemittances{"recon_remittances", kRemittancesSql.c_str()};

std::vector<OpenRemittance> remittances_to_match(sql::Tx& tx, std::span<const OpenLine> lines) {
  std::set<std::string_view> accounts;
  std::optional<Day> first;
  for (const auto& open : lines) {
    accounts.insert(open.line.account);
    if (!first || open.line.booked < *first) first = open.line.booked;
  }
  return remittances_from(tx.exec(kRemittances, sql::Params().add_array(accounts).add(first)));
}

const sql::Query kRemittancesByReference{"recon_remittances_by_reference",
                                         kRemittancesByReferenceSql.c_str()};

std::vector<OpenRemittance> remittances_of(sql::Tx& tx, const std::vector<std::string>& references) {
  return remittances_from(tx.exec(kRemittancesByReference, sql::Params().add_array(references)));
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
