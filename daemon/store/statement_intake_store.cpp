#include "store/statement_intake_store.hpp"

namespace bccid {
namespace {

// Lines whose money no earlier file brought: not the line, not its entry as a whole, and not its entry in
// details. Entries without a reference are known by their content, by which two entries of a day may look
// alike: of those only a whole and details know each other, as details have keys of their own.
constexpr std::string_view kFresh = R"(
       NOT EXISTS (SELECT 1 FROM statement_line l WHERE l.line_key = $1::text || '|' || i.key)
   AND NOT EXISTS (SELECT 1 FROM statement_line l
                    WHERE l.line_key = $1::text || '|' || i.entry AND i.key <> i.entry)
   AND NOT EXISTS (SELECT 1 FROM statement_line l
                    WHERE l.entry_key = $1::text || '|' || i.entry AND l.entry_key <> ''
                      AND (i.key = i.entry OR i.entry_named)))";

const std::string kCountFreshSql = "SELECT count(*) FROM statement_intake i WHERE" + std::string(kFresh);

const std::string kSameMoneySql = R"(
WITH fresh AS MATERIALIZED (
  SELECT i.seq, i.line_no, i.booked_on, i.amount FROM statement_intake i WHERE)" +
                                  std::string(kFresh) +
                                  R"()
SELECT line_no, booked_on, amount FROM fresh
 WHERE (SELECT sum(amount) FROM fresh) <> 0
    OR ((SELECT count(*) FROM fresh) = (SELECT count(*) FROM statement_intake)
        AND NOT EXISTS (
              SELECT booked_on, amount, row_number() OVER (PARTITION BY booked_on, amount) FROM fresh
              EXCEPT
              SELECT booked_on, amount, row_number() OVER (PARTITION BY booked_on, amount) FROM statement_line
               WHERE account_no = $1 AND booked_on BETWEEN $3::date AND $4::date AND split_id IS NULL))
 ORDER BY seq LIMIT $2)";

const std::string kInsertLinesSql = R"(
INSERT INTO statement_line (file_id, account_no, line_no, line_key, entry_key, booked_on, amount, text, payer,
                            end_to_end)
SELECT $2::bigint, $1::text, i.line_no, $1::text || '|' || i.key,
       CASE WHEN i.entry = i.key THEN '' ELSE $1::text || '|' || i.entry END, i.booked_on, i.amount, i.text,
       i.payer, i.end_to_end
  FROM statement_intake i WHERE)" + std::string(kFresh) +
                                    " ORDER BY i.seq";

}  // namespace

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
    OR EXISTS (SELECT 1 FROM fee_account WHERE account_no = $1)
    OR EXISTS (SELECT 1 FROM remittance WHERE bank_account = $1))"};

bool is_fee_account(sql::Tx& tx, std::string_view account) {
  return !account.empty() && tx.exec(kIsFeeAccount, sql::Params::of(account)).front().boolean(0);
}

const sql::Query kStageLines{"intake_stage_lines", R"(
INSERT INTO statement_intake (seq, line_no, key, named, entry, entry_named, entry_seq, placed, booked_on,
                              amount, text, payer, end_to_end)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::boolean[], $5::text[], $6::boolean[],
                     $7::bigint[], $8::boolean[], $9::date[], $10::bigint[], $11::text[], $12::text[],
                     $13::text[]))"};

void stage_lines(sql::Tx& tx, std::span<const StagedLine> lines) {
  if (lines.empty()) return;
  sql::Params params;
  params.add_array(lines, &StagedLine::seq)
      .add_array(lines, &StagedLine::line_no)
      .add_array(lines, &StagedLine::key)
      .add_array(lines, &StagedLine::named)
      .add_array(lines, &StagedLine::entry)
      .add_array(lines, &StagedLine::entry_named)
      .add_array(lines, &StagedLine::entry_seq)
      .add_array(lines, &StagedLine::placed)
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

namespace {

std::vector<CopiedLine> copies_in(const sql::Rows& rows) {
  std::vector<CopiedLine> found;
  for (const auto row : rows)
    found.push_back({static_cast<std::size_t>(row.i64(0)), static_cast<std::size_t>(row.i64(1))});
  return found;
}

}  // namespace

std::vector<CopiedLine> copied_lines(sql::Tx& tx, std::size_t at_most) {
  return copies_in(tx.exec(kCopiedLines, sql::Params::of(at_most)));
}

const sql::Query kCopiedEntries{"intake_copied_entries", R"(
WITH repeated AS (SELECT entry FROM statement_intake WHERE entry_named
                   GROUP BY entry HAVING min(entry_seq) <> max(entry_seq) AND bool_or(key <> entry)),
     booked AS (SELECT i.entry, i.entry_seq, min(i.line_no) AS line_no, min(i.booked_on) AS booked_on,
                       sum(i.amount) AS amount
                  FROM statement_intake i JOIN repeated r ON r.entry = i.entry
                 GROUP BY i.entry, i.entry_seq)
SELECT line_no, copy_of
  FROM (SELECT entry_seq, line_no, first_value(line_no) OVER same AS copy_of, row_number() OVER same AS nth
          FROM booked WINDOW same AS (PARTITION BY entry, booked_on, amount ORDER BY entry_seq)) x
 WHERE nth > 1 ORDER BY entry_seq LIMIT $1)"};

std::vector<CopiedLine> copied_entries(sql::Tx& tx, std::size_t at_most) {
  return copies_in(tx.exec(kCopiedEntries, sql::Params::of(at_most)));
}

// The one that an earlier file had keeps its key, whichever comes first in this file.
const sql::Query kNumberEntries{"intake_number_repeated_entries", R"(
WITH repeated AS (SELECT entry FROM statement_intake GROUP BY entry HAVING min(entry_seq) <> max(entry_seq)),
     booked AS (
  SELECT i.entry, i.entry_seq, min(i.booked_on) AS booked_on, sum(i.amount) AS amount
    FROM statement_intake i JOIN repeated r ON r.entry = i.entry GROUP BY i.entry, i.entry_seq),
     numbered AS (
  SELECT b.entry, b.entry_seq,
         row_number() OVER (PARTITION BY b.entry
                            ORDER BY (b.booked_on, b.amount) IS DISTINCT FROM (k.booked_on, k.amount),
                                     b.entry_seq) AS nth
    FROM booked b CROSS JOIN LATERAL (
         SELECT min(x.booked_on) AS booked_on, sum(x.amount) AS amount
           FROM (SELECT l.booked_on, l.amount FROM statement_line l
                  WHERE l.line_key = $1::text || '|' || b.entry
                 UNION ALL
                 SELECT l.booked_on, l.amount FROM statement_line l
                  WHERE l.entry_key = $1::text || '|' || b.entry AND l.entry_key <> '') x) k)
UPDATE statement_intake i
   SET entry = i.entry || '#' || n.nth,
       key = CASE WHEN i.placed THEN i.entry || '#' || n.nth || substr(i.key, length(i.entry) + 1)
                  ELSE i.key END
  FROM numbered n WHERE n.entry = i.entry AND n.entry_seq = i.entry_seq AND n.nth > 1)"};

void number_repeated_entries(sql::Tx& tx, std::string_view account) {
  tx.exec(kNumberEntries, sql::Params::of(account));
}

// A number may make a key that the bank gives to another line. Numbered once: to whoever counted the empty
// table this looks like nothing, and would be done for each line.
const sql::Query kNumberKeys{"intake_number_repeated_keys", R"(
WITH repeated AS (SELECT key FROM statement_intake GROUP BY key HAVING count(*) > 1),
     numbered AS MATERIALIZED (
  SELECT i.seq, row_number() OVER (PARTITION BY i.key ORDER BY k.id IS NULL, i.seq) AS nth
    FROM statement_intake i JOIN repeated r ON r.key = i.key
    LEFT JOIN LATERAL (SELECT l.id FROM statement_line l
                        WHERE l.line_key = $1::text || '|' || i.key AND l.booked_on = i.booked_on
                          AND l.amount = i.amount OFFSET 0) k ON true),
     done AS (
  UPDATE statement_intake i
     SET key = i.key || '#' || n.nth,
         entry = CASE WHEN i.key = i.entry THEN i.key || '#' || n.nth ELSE i.entry END
    FROM numbered n WHERE n.seq = i.seq AND n.nth > 1 RETURNING 1)
SELECT count(*) FROM done)"};

void number_repeated_keys(sql::Tx& tx, std::string_view account) {
  while (tx.exec(kNumberKeys, sql::Params::of(account)).front().i64(0) > 0) {
  }
}

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

const sql::Query kContradictingEntries{"intake_contradicting_entries", R"(
WITH touched AS (
  SELECT i.entry FROM statement_intake i
    JOIN statement_line l ON l.line_key = $1::text || '|' || i.entry WHERE $3::boolean AND i.key <> i.entry
  UNION
  SELECT i.entry FROM statement_intake i
    JOIN statement_line l ON l.entry_key = $1::text || '|' || i.entry
   WHERE l.entry_key <> '' AND (i.key = i.entry OR i.entry_named)),
     told AS (
  SELECT i.entry, min(i.entry_seq) AS seq, min(i.line_no) AS line_no, min(i.booked_on) AS booked_on,
         sum(i.amount)::bigint AS amount
    FROM touched t JOIN statement_intake i ON i.entry = t.entry GROUP BY i.entry)
SELECT t.line_no, $1::text || '|' || t.entry, t.amount, k.lines, k.booked_on, k.amount
  FROM told t, LATERAL (
       SELECT count(*) AS lines, min(b.booked_on) AS booked_on, sum(b.amount)::bigint AS amount
         FROM (SELECT l.booked_on, l.amount FROM statement_line l
                WHERE l.line_key = $1::text || '|' || t.entry
               UNION ALL
               SELECT l.booked_on, l.amount FROM statement_line l
                WHERE l.entry_key = $1::text || '|' || t.entry AND l.entry_key <> '') b) k
 WHERE k.booked_on <> t.booked_on OR k.amount <> t.amount
 ORDER BY t.seq LIMIT $2)"};

std::vector<ContradictingEntry> contradicting_entries(sql::Tx& tx, std::string_view account, bool detailed,
                                                      std::size_t at_most) {
  std::vector<ContradictingEntry> found;
  for (const auto row : tx.exec(kContradictingEntries, sql::Params::of(account, at_most, detailed)))
    found.push_back({static_cast<std::size_t>(row.i64(0)), row.str(1), row.money(2),
                     static_cast<std::size_t>(row.i64(3)), row.day(4), row.money(5)});
  return found;
}

const sql::Query kBalanceIsMade{"intake_balance_is_made", R"(
SELECT EXISTS (SELECT 1 FROM statement_file f
                WHERE f.account_no = $1 AND f.kind = 'statement'
                  AND ((f.from_day = $2::date AND f.opening = $4::bigint) OR
                       (f.to_day = $3::date AND f.closing = $5::bigint)))
   AND $5::bigint - $4::bigint IN
       ((SELECT coalesce(sum(amount), 0) FROM statement_line
          WHERE account_no = $1 AND booked_on BETWEEN $2::date AND $3::date AND split_id IS NULL),
        (SELECT coalesce(sum(amount), 0) FROM statement_line
          WHERE account_no = $1 AND booked_on BETWEEN $2::date + 1 AND $3::date AND split_id IS NULL)))"};

const sql::Query kSameMoney{"intake_same_money", kSameMoneySql.c_str()};

std::vector<SameMoney> same_money(sql::Tx& tx, const StagedBalances& staged, std::size_t at_most) {
  const auto balances =
      sql::Params::of(staged.account, staged.from, staged.to, staged.opening, staged.closing);
  std::vector<SameMoney> found;
  if (!tx.exec(kBalanceIsMade, balances).front().boolean(0)) return found;
  for (const auto row : tx.exec(kSameMoney, sql::Params::of(staged.account, at_most, staged.from, staged.to)))
    found.push_back({static_cast<std::size_t>(row.i64(0)), row.day(1), row.money(2)});
  return found;
}

const sql::Query kCountFresh{"intake_count_fresh_lines", kCountFreshSql.c_str()};

std::size_t count_fresh_lines(sql::Tx& tx, std::string_view account) {
  return static_cast<std::size_t>(tx.exec(kCountFresh, sql::Params::of(account)).front().i64(0));
}

const sql::Query kInsertFile{"intake_insert_file", R"(
INSERT INTO statement_file (sha256, public_id, bank, account_no, from_day, to_day, opening, closing, lines,
                            fresh_lines, first_no, last_no, imported_at, actor, kind)
VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $15::text = 'statement' THEN $7::bigint END,
        CASE WHEN $15::text = 'statement' THEN $8::bigint END, $9, $10, $11, $12, $13, $14, $15)
RETURNING id)"};

const sql::Query kInsertLines{"intake_insert_lines", kInsertLinesSql.c_str()};

std::int64_t insert_statement(sql::Tx& tx, const StatementFileRow& file, Time now) {
  sql::Params params;
  params.add_bytes(file.sha256).add(file.public_id).add(file.bank).add(file.account);
  params.add(file.from).add(file.to).add(file.opening).add(file.closing);
  params.add(file.lines).add(file.fresh_lines).add(file.first_no).add(file.last_no).add(now).add(file.actor);
  params.add(file.notification ? "notification" : "statement");
  const auto id = tx.exec(kInsertFile, params).front().i64(0);
  if (file.fresh_lines > 0) tx.exec(kInsertLines, sql::Params::of(file.account, id));
  return id;
}

const sql::Query kClear{"intake_clear", "DELETE FROM statement_intake"};

void clear_intake(sql::Tx& tx) { tx.exec(kClear); }

}  // namespace bccid
