#include "store/statement_intake_store.hpp"

namespace bccid {

const sql::Query kAllowLong{"intake_allow_long_statements",
                            "SELECT set_config('statement_timeout', $1::text, true)"};

void allow_long_statements(sql::Tx& tx, std::chrono::milliseconds at_most) {
  tx.exec(kAllowLong, sql::Params::of(std::to_string(at_most.count())));
}

const sql::Query kFindStatement{"intake_find_statement",
                                "SELECT public_id, lines FROM statement_file WHERE sha256 = $1"};

std::optional<KnownStatement> find_statement(sql::Tx& tx, const Sha256& sha256) {
  const auto rows = tx.exec(kFindStatement, sql::Params().add_bytes(sha256));
  if (rows.empty()) return std::nullopt;
  return KnownStatement{rows.front().uuid(0), static_cast<std::size_t>(rows.front().i64(1))};
}

const sql::Query kIsFeeAccount{"intake_is_fee_account", R"(
SELECT EXISTS (SELECT 1 FROM agency WHERE bank_account = $1)
    OR EXISTS (SELECT 1 FROM remittance WHERE bank_account = $1))"};

bool is_fee_account(sql::Tx& tx, std::string_view account) {
  return !account.empty() && tx.exec(kIsFeeAccount, sql::Params::of(account)).front().boolean(0);
}

const sql::Query kStageLines{"intake_stage_lines", R"(
INSERT INTO statement_intake (seq, line_no, key, named, booked_on, amount, text, payer, end_to_end)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::boolean[], $5::date[], $6::bigint[],
                     $7::text[], $8::text[], $9::text[]))"};

void stage_lines(sql::Tx& tx, std::span<const StagedLine> lines) {
  if (lines.empty()) return;
  sql::Params params;
  params.add_array(lines, &StagedLine::seq)
      .add_array(lines, &StagedLine::line_no)
      .add_array(lines, &StagedLine::key)
      .add_array(lines, &StagedLine::named)
      .add_array(lines, &StagedLine::booked_on)
      .add_array(lines, &StagedLine::amount)
      .add_array(lines, &StagedLine::text)
      .add_array(lines, &StagedLine::payer)
      .add_array(lines, &StagedLine::end_to_end);
  tx.exec(kStageLines, params);
}

const sql::Query kCopiedLines{"intake_copied_lines", R"(
WITH repeated AS (SELECT key FROM statement_intake WHERE named GROUP BY key HAVING count(*) > 1)
SELECT line_no, copy_of
  FROM (SELECT i.seq, i.line_no, first_value(i.line_no) OVER same AS copy_of, row_number() OVER same AS nth
          FROM statement_intake i JOIN repeated r ON r.key = i.key
        WINDOW same AS (PARTITION BY i.key, i.booked_on, i.amount, i.text ORDER BY i.seq)) x
 WHERE nth > 1 ORDER BY seq LIMIT $1)"};

std::vector<CopiedLine> copied_lines(sql::Tx& tx, std::size_t at_most) {
  std::vector<CopiedLine> found;
  for (const auto row : tx.exec(kCopiedLines, sql::Params::of(at_most)))
    found.push_back({static_cast<std::size_t>(row.i64(0)), static_cast<std::size_t>(row.i64(1))});
  return found;
}

// Numbered once: to whoever counted the empty table this looks like nothing, and would be done for each line.
const sql::Query kNumberRepeated{"intake_number_repeated_keys", R"(
WITH repeated AS (SELECT key FROM statement_intake GROUP BY key HAVING count(*) > 1),
     numbered AS MATERIALIZED (
  SELECT i.seq, row_number() OVER (PARTITION BY i.key ORDER BY i.seq) AS nth
    FROM statement_intake i JOIN repeated r ON r.key = i.key)
UPDATE statement_intake i SET key = i.key || '#' || n.nth
  FROM numbered n WHERE n.seq = i.seq AND n.nth > 1)"};

void number_repeated_keys(sql::Tx& tx) { tx.exec(kNumberRepeated); }

const sql::Query kContradicting{"intake_contradicting_lines", R"(
SELECT i.line_no, l.line_key, l.booked_on, l.amount
  FROM statement_intake i JOIN statement_line l ON l.line_key = $1::text || '|' || i.key
 WHERE l.booked_on <> i.booked_on OR l.amount <> i.amount
 ORDER BY i.seq LIMIT $2)"};

std::vector<ContradictingLine> contradicting_lines(sql::Tx& tx, std::string_view account,
                                                   std::size_t at_most) {
  std::vector<ContradictingLine> found;
  for (const auto row : tx.exec(kContradicting, sql::Params::of(account, at_most)))
    found.push_back({static_cast<std::size_t>(row.i64(0)), row.str(1), row.day(2), row.money(3)});
  return found;
}

const sql::Query kCountFresh{"intake_count_fresh_lines", R"(
SELECT count(*) FROM statement_intake i
 WHERE NOT EXISTS (SELECT 1 FROM statement_line l WHERE l.line_key = $1::text || '|' || i.key))"};

std::size_t count_fresh_lines(sql::Tx& tx, std::string_view account) {
  return static_cast<std::size_t>(tx.exec(kCountFresh, sql::Params::of(account)).front().i64(0));
}

const sql::Query kInsertFile{"intake_insert_file", R"(
INSERT INTO statement_file (sha256, public_id, bank, account_no, from_day, to_day, opening, closing, lines,
                            fresh_lines, first_no, last_no, imported_at, actor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id)"};

const sql::Query kInsertLines{"intake_insert_lines", R"(
INSERT INTO statement_line (file_id, account_no, line_no, line_key, booked_on, amount, text, payer,
                            end_to_end)
SELECT $1::bigint, $2::text, i.line_no, $2::text || '|' || i.key, i.booked_on, i.amount, i.text, i.payer,
       i.end_to_end
  FROM statement_intake i
 WHERE NOT EXISTS (SELECT 1 FROM statement_line l WHERE l.line_key = $2::text || '|' || i.key)
 ORDER BY i.seq)"};

std::int64_t insert_statement(sql::Tx& tx, const StatementFileRow& file, Time now) {
  sql::Params params;
  params.add_bytes(file.sha256).add(file.public_id).add(file.bank).add(file.account);
  params.add(file.from).add(file.to).add(file.opening).add(file.closing);
  params.add(file.lines).add(file.fresh_lines).add(file.first_no).add(file.last_no).add(now).add(file.actor);
  const auto id = tx.exec(kInsertFile, params).front().i64(0);
  if (file.fresh_lines > 0) tx.exec(kInsertLines, sql::Params::of(id, file.account));
  return id;
}

const sql::Query kClear{"intake_clear", "DELETE FROM statement_intake"};

void clear_intake(sql::Tx& tx) { tx.exec(kClear); }

}  // namespace bccid
