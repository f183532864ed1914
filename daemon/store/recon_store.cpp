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
INSERT INTO statement_line (file_id, account_no, line_no, line_key, booked_on, amount, text, payer)
SELECT $1::bigint, $2::text, w.line_no, w.key, w.booked_on, w.amount, w.text, w.payer
  FROM unnest($3::bigint[], $4::text[], $5::date[], $6::bigint[], $7::text[], $8::text[])
       AS w(line_no, key, booked_on, amount, text, payer))"};

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
      .add_array(fresh, &StatementLineRow::payer);
  tx.exec(kInsertLines, lines);
  return id;
}

const sql::Query kOpenLines{"recon_open_lines", R"(
WITH open AS (
  SELECT id FROM statement_line WHERE file_id = $1
   UNION
  SELECT l.id FROM recon_break b JOIN statement_line l ON l.line_key = substr(b.subject, 6)
   WHERE b.resolved_at IS NULL AND b.type IN ('remitted_without_receipt', 'ambiguous', 'double'))
SELECT l.line_key, l.account_no, l.amount, l.booked_on, l.text,
       coalesce((SELECT min(a.code) FROM agency a WHERE a.bank_account = l.account_no), '')
  FROM open JOIN statement_line l ON l.id = open.id
 WHERE NOT EXISTS (SELECT 1 FROM line_match m WHERE m.line_id = l.id AND m.undone_at IS NULL)
 ORDER BY l.line_key)"};

std::vector<OpenLine> open_lines(sql::Tx& tx, std::optional<std::int64_t> file) {
  std::vector<OpenLine> lines;
  const auto rows = tx.exec(kOpenLines, sql::Params().add(file));
  for (const auto row : rows)
    lines.push_back({{row.str(0), row.str(1), row.money(2), row.day(3), row.str(4)}, row.str(5)});
  return lines;
}

// Remittances of up to three months before the lines can be named twice; older ones come as unknown lines.
const sql::Query kRemittances{"recon_remittances", R"(
SELECT r.reference, r.bank_account, r.amount, (r.sent_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS sent_on,
       CASE WHEN r.state = 'on_statement' THEN
         coalesce((SELECT l.line_key FROM line_match m JOIN statement_line l ON l.id = m.line_id
                    WHERE m.remittance_id = r.id AND m.undone_at IS NULL), '') END AS matched_line,
       r.agency_code, r.kind, r.sent_at,
       EXISTS (SELECT 1 FROM statement_file f
                WHERE f.account_no = r.bank_account
                  AND (r.sent_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date BETWEEN f.from_day AND f.to_day)
         AS covered
  FROM remittance r
 WHERE r.state = 'sent' OR (r.bank_account = ANY ($1::text[]) AND r.sent_at >= $2::date - 92)
 ORDER BY r.reference)"};

std::vector<OpenRemittance> remittances_to_match(sql::Tx& tx, std::span<const OpenLine> lines) {
  std::set<std::string_view> accounts;
  std::optional<Day> first;
  for (const auto& [line, agency] : lines) {
    accounts.insert(line.account);
    if (!first || line.booked < *first) first = line.booked;
  }
  std::vector<OpenRemittance> found;
  const auto rows = tx.exec(kRemittances, sql::Params().add_array(accounts).add(first));
  for (const auto row : rows) {
    OpenRemittance remittance;
    remittance.credit = {row.str(0), row.str(1), row.money(2), row.day(3), row.opt_text(4)};
    remittance.agency = row.str(5);
    remittance.kind = stored_name<ChargeKind>(row.text(6));
    remittance.sent_at = row.time(7);
    remittance.covered = row.boolean(8);
    found.push_back(std::move(remittance));
  }
  return found;
}

const sql::Query kInsertMatches{"recon_insert_matches", R"(
WITH made AS (
  INSERT INTO line_match (line_id, remittance_id, rule, score, evidence, matched_at, actor)
  SELECT l.id, r.id, w.rule, w.score, w.evidence, $6, $7
    FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[])
         AS w(line_key, reference, rule, score, evidence)
    JOIN statement_line l ON l.line_key = w.line_key
    JOIN remittance r ON r.reference = w.reference
   ORDER BY r.id
  RETURNING remittance_id)
UPDATE remittance r SET state = 'on_statement' FROM made WHERE r.id = made.remittance_id)"};

void insert_matches(sql::Tx& tx, std::span<const Match> matches, std::string_view actor, Time now) {
  if (matches.empty()) return;
  sql::Params params;
  params.add_array(matches, &Match::line_id)
      .add_array(matches, &Match::reference)
      .add_array(matches, [](const Match& match) { return name(match.rule); })
      .add_array(matches, &Match::score)
      .add_array(matches, &Match::evidence)
      .add(now)
      .add(actor);
  tx.exec(kInsertMatches, params);
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

}  // namespace bccid
