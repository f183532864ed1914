#include "store/line_split_store.hpp"

namespace bccid {

const sql::Query kInsertSplit{"line_split_insert", R"(
WITH made AS (
  INSERT INTO line_split (line_id, split_at, actor, note) VALUES ($1, $2, $3, $4) RETURNING id)
INSERT INTO statement_line (file_id, line_no, line_key, account_no, booked_on, amount, text, payer,
                            end_to_end, split_id, part_note)
SELECT l.file_id, l.line_no, m.id || '.' || w.nth || '/' || l.line_key, l.account_no, l.booked_on, w.amount,
       l.text, l.payer, l.end_to_end, m.id, w.note
  FROM made m, statement_line l, unnest($5::bigint[], $6::text[]) WITH ORDINALITY AS w(amount, note, nth)
 WHERE l.id = $1 ORDER BY w.nth
RETURNING id)"};

std::vector<std::int64_t> insert_split(sql::Tx& tx, const NewSplit& split, Time now) {
  auto params = sql::Params::of(split.line, now, split.actor, split.note);
  params.add_array(split.parts, &SplitPart::amount).add_array(split.parts, &SplitPart::note);
  std::vector<std::int64_t> ids;
  for (const auto row : tx.exec(kInsertSplit, params)) ids.push_back(row.i64(0));
  return ids;
}

const sql::Query kMarkJoined{"line_split_join", R"(
UPDATE line_split SET joined_at = $2, joined_by = $3, join_reason = $4
 WHERE line_id = $1 AND joined_at IS NULL)"};

void mark_joined(sql::Tx& tx, std::int64_t line, std::string_view by, std::string_view reason, Time now) {
  tx.exec(kMarkJoined, sql::Params::of(line, now, by, reason));
}

}  // namespace bccid
