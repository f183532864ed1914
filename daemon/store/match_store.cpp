#include "store/match_store.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace bccid {
namespace {

// One side of a match, ready for an array parameter.
struct Member {
  std::int64_t match;
  std::int64_t id;
};

template <class Ids>
std::vector<Member> members_of(std::span<const NewMatch> matches, std::span<const std::int64_t> numbers,
                               const Ids& ids) {
  std::vector<Member> members;
  for (std::size_t at = 0; at < matches.size(); ++at)
    for (const auto id : ids(matches[at])) members.push_back({numbers[at], id});
  return members;
}

}  // namespace

const sql::Query kNewNumbers{"match_new_numbers",
                             "SELECT nextval('line_match_id_seq') FROM generate_series(1, $1::bigint)"};

// Numbered before they are stored: nothing has to be joined to know them then.
const sql::Query kInsertMatches{"match_insert", R"(
WITH made AS (
  INSERT INTO line_match (id, public_id, rule, score, difference, adjusted, evidence, account_no,
                          booked_on, booking, matched_at, actor)
  OVERRIDING SYSTEM VALUE
  SELECT w.id, w.public_id, w.rule, w.score, w.difference, w.adjusted, w.evidence, w.account, w.booked,
         w.booking, $15, $16
    FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
                $7::text[], $8::text[], $9::date[], $10::uuid[])
         AS w(id, public_id, rule, score, difference, adjusted, evidence, account, booked, booking)),
used AS (
  INSERT INTO matched_line (match_id, line_id) SELECT * FROM unnest($11::bigint[], $12::bigint[])),
met AS (
  INSERT INTO matched_remittance (match_id, remittance_id) SELECT * FROM unnest($13::bigint[], $14::bigint[]))
UPDATE remittance SET state = 'on_statement' WHERE id = ANY ($14::bigint[]))"};

void insert_matches(sql::Tx& tx, std::span<const NewMatch> matches, std::string_view actor, Time now) {
  if (matches.empty()) return;
  std::vector<std::int64_t> numbers;
  for (const auto row : tx.exec(kNewNumbers, sql::Params::of(matches.size()))) numbers.push_back(row.i64(0));
  std::ranges::sort(numbers);
  const auto lines = members_of(
      matches, numbers, [](const NewMatch& made) -> auto& { return made.line_ids; });
  const auto met = members_of(
      matches, numbers, [](const NewMatch& made) -> auto& { return made.remittance_ids; });
  sql::Params params;
  params.add_array(numbers)
      .add_array(matches, &NewMatch::id)
      .add_array(matches, [](const NewMatch& made) { return name(made.match.rule); })
      .add_array(matches, [](const NewMatch& made) { return made.match.score; })
      .add_array(matches, [](const NewMatch& made) { return made.match.difference; })
      .add_array(matches, [](const NewMatch& made) { return made.match.adjusted; })
      .add_array(matches, [](const NewMatch& made) { return made.match.evidence; })
      .add_array(matches, &NewMatch::account)
      .add_array(matches, &NewMatch::booked)
      .add_array(matches, &NewMatch::booking)
      .add_array(lines, &Member::match)
      .add_array(lines, &Member::id)
      .add_array(met, &Member::match)
      .add_array(met, &Member::id)
      .add(now)
      .add(actor);
  tx.exec(kInsertMatches, params);
}

// What was taken apart while the line stood in parts counts for the whole, and the other way round.
const sql::Query kUndonePairs{"match_undone_pairs", R"(
WITH RECURSIVE up AS (
  SELECT a.id, a.id AS line FROM unnest($1::bigint[]) AS a(id)
   UNION ALL
  SELECT s.line_id, up.line
    FROM up
   CROSS JOIN LATERAL (SELECT split_id FROM statement_line WHERE id = up.id OFFSET 0) p
   CROSS JOIN LATERAL (SELECT line_id FROM line_split WHERE id = p.split_id OFFSET 0) s),
w AS (
  SELECT id, line FROM up
   UNION ALL
  SELECT p.id, w.line
    FROM w
   CROSS JOIN LATERAL (SELECT id FROM line_split
                        WHERE line_id = w.id AND joined_at IS NOT NULL OFFSET 0) s
   CROSS JOIN LATERAL (SELECT id FROM statement_line WHERE split_id = s.id OFFSET 0) p)
SELECT DISTINCT w.line, r.reference
  FROM w
  JOIN matched_line x ON x.line_id = w.id AND x.undone
  JOIN line_match m ON m.id = x.match_id
  JOIN matched_remittance y ON y.match_id = x.match_id
  JOIN remittance r ON r.id = y.remittance_id
 WHERE m.undone_by NOT LIKE 'rule:%'
 ORDER BY w.line, r.reference)"};

std::vector<UndonePair> undone_pairs(sql::Tx& tx, std::span<const std::int64_t> lines) {
  std::vector<UndonePair> pairs;
  if (lines.empty()) return pairs;
  for (const auto row : tx.exec(kUndonePairs, sql::Params().add_array(lines)))
    pairs.push_back({row.i64(0), row.str(1)});
  return pairs;
}

namespace {

// Whose agency's remittance is among them. An aggregate, so that it is asked match by match: an EXISTS would
// be answered from all remittances at once.
constexpr std::string_view kMatchColumns = R"(
SELECT m.id, m.public_id, m.rule, m.score, m.difference, m.evidence, m.matched_at, m.actor, m.undone_at,
       m.undone_by, m.undo_reason, m.booking, m.adjusted
  FROM line_match m
 WHERE ($1::text = '' OR (SELECT bool_or(r.agency_code = $1 AND r.kind <> 'postage')
                            FROM matched_remittance x JOIN remittance r ON r.id = x.remittance_id
                           WHERE x.match_id = m.id)))";

const std::string kReadMatchSql = std::string(kMatchColumns) + " AND m.public_id = $2";
const std::string kMatchesByNumberSql =
    std::string(kMatchColumns) + " AND m.id = ANY ($2::bigint[]) AND m.undone_at IS NULL ORDER BY m.id";
const std::string kListMatchesSql = std::string(kMatchColumns) + R"(
   AND m.id < $2::bigint AND ($3::boolean OR m.undone_at IS NULL)
 ORDER BY m.id DESC LIMIT $4)";

std::pair<std::int64_t, MatchView> match_from(const sql::Row& row) {
  MatchView view;
  view.number = row.i64(0);
  view.id = row.uuid(1);
  view.rule = row.str(2);
  view.score = row.i64(3);
  view.difference = row.money(4);
  view.evidence = row.str(5);
  view.matched_at = row.time(6);
  view.actor = row.str(7);
  view.undone_at = row.opt_time(8);
  view.undone_by = row.str(9);
  view.undo_reason = row.str(10);
  view.booking = row.uuid(11);
  view.adjusted = row.money(12);
  return {row.i64(0), std::move(view)};
}

}  // namespace

const sql::Query kReadMatch{"match_read", kReadMatchSql.c_str()};
const sql::Query kMatchesByNumber{"match_by_number", kMatchesByNumberSql.c_str()};
const sql::Query kListMatches{"match_list", kListMatchesSql.c_str()};

const sql::Query kMatchedLines{"match_lines", R"(
SELECT x.match_id, l.id, l.line_key, l.account_no, l.booked_on, l.amount, l.text
  FROM matched_line x JOIN statement_line l ON l.id = x.line_id
 WHERE x.match_id = ANY ($1::bigint[]) ORDER BY l.line_key)"};

const sql::Query kMatchedRemittances{"match_remittances", R"(
SELECT x.match_id, r.reference, r.agency_code, r.kind, r.amount
  FROM matched_remittance x JOIN remittance r ON r.id = x.remittance_id
 WHERE x.match_id = ANY ($1::bigint[]) AND ($2::text = '' OR r.agency_code = $2) ORDER BY r.reference)"};

namespace {

// The lines and remittances of the matches, which are few: a page, or one.
void add_members(sql::Tx& tx, std::string_view agency, std::map<std::int64_t, MatchView*>& by_number) {
  std::vector<std::int64_t> numbers;
  for (const auto& [number, view] : by_number) numbers.push_back(number);
  for (const auto row : tx.exec(kMatchedLines, sql::Params().add_array(numbers)))
    by_number.at(row.i64(0))
        ->lines.push_back({row.i64(1), row.str(2), row.str(3), row.day(4), row.money(5), row.str(6)});
  for (const auto row : tx.exec(kMatchedRemittances, sql::Params().add_array(numbers).add(agency)))
    by_number.at(row.i64(0))->remittances.push_back({row.str(1), row.str(2), row.str(3), row.money(4)});
}

}  // namespace

std::optional<MatchView> read_match(sql::Tx& tx, const Uuid& id, std::string_view agency) {
  const auto rows = tx.exec(kReadMatch, sql::Params::of(agency, id));
  if (rows.empty()) return {};
  auto [number, view] = match_from(rows.front());
  std::map<std::int64_t, MatchView*> by_number{{number, &view}};
  add_members(tx, agency, by_number);
  return std::move(view);
}

std::vector<MatchView> matches_by_number(sql::Tx& tx, std::span<const std::int64_t> numbers) {
  std::vector<MatchView> found;
  if (numbers.empty()) return found;
  const auto rows = tx.exec(kMatchesByNumber, sql::Params::of("").add_array(numbers));
  found.reserve(rows.size());
  std::map<std::int64_t, MatchView*> by_number;
  for (const auto row : rows) {
    found.push_back(match_from(row).second);
    by_number[found.back().number] = &found.back();
  }
  if (!by_number.empty()) add_members(tx, "", by_number);
  return found;
}

const sql::Query kUnnamedMatches{"match_unnamed", R"(
SELECT id FROM line_match
 WHERE account_no = $1 AND booked_on >= $2 AND undone_at IS NULL AND rule IN ('window_sum', 'amount_and_date')
   AND booked_on > coalesce(closed_up_to($1), '-infinity')
 ORDER BY id)"};

std::vector<std::int64_t> unnamed_matches(sql::Tx& tx, std::string_view account, Day since) {
  std::vector<std::int64_t> numbers;
  for (const auto row : tx.exec(kUnnamedMatches, sql::Params::of(account, since)))
    numbers.push_back(row.i64(0));
  return numbers;
}

MatchPage list_matches(sql::Tx& tx, std::string_view agency, bool undone_too, std::int64_t before,
                       std::size_t limit) {
  // One more than asked for tells whether there is a next page.
  const auto rows = tx.exec(kListMatches, sql::Params::of(agency, before, undone_too, limit + 1));
  MatchPage page;
  page.items.reserve(limit);
  std::map<std::int64_t, MatchView*> by_number;
  for (std::size_t i = 0; i < std::min(rows.size(), limit); ++i) {
    auto [number, view] = match_from(rows[i]);
    page.items.push_back(std::move(view));
    by_number[number] = &page.items.back();
  }
  if (rows.size() > limit) page.next = rows[limit - 1].i64(0);
  if (!by_number.empty()) add_members(tx, agency, by_number);
  return page;
}

const sql::Query kLastMatch{"match_last", "SELECT coalesce(max(id), 0) FROM line_match"};

std::int64_t last_match(sql::Tx& tx) { return tx.exec(kLastMatch).front().i64(0); }

const sql::Query kSumsByRule{"match_sums_by_rule", R"(
SELECT m.rule, count(*), sum(a.amount)::bigint
  FROM line_match m,
       LATERAL (SELECT sum(l.amount) AS amount
                  FROM matched_line x JOIN statement_line l ON l.id = x.line_id WHERE x.match_id = m.id) AS a
 WHERE m.id > $1 AND m.undone_at IS NULL GROUP BY m.rule ORDER BY m.rule)"};

std::vector<MatchSum> sums_by_rule(sql::Tx& tx, std::int64_t after) {
  std::vector<MatchSum> sums;
  for (const auto row : tx.exec(kSumsByRule, sql::Params::of(after)))
    sums.push_back({row.str(0), row.i64(1), row.money(2)});
  return sums;
}

const sql::Query kMatchesAfter{"match_after", R"(
SELECT id FROM line_match WHERE id > $1 AND undone_at IS NULL ORDER BY id OFFSET $2 LIMIT $3)"};

std::vector<std::int64_t> matches_after(sql::Tx& tx, std::int64_t after, std::int64_t skipped,
                                        std::size_t limit) {
  std::vector<std::int64_t> numbers;
  for (const auto row : tx.exec(kMatchesAfter, sql::Params::of(after, skipped, limit)))
    numbers.push_back(row.i64(0));
  return numbers;
}

const sql::Query kMarkUndone{"match_mark_undone", R"(
UPDATE line_match SET undone_at = $2, undone_by = $3, undo_reason = $4 WHERE id = ANY ($1::bigint[]))"};

// After the match itself: a remittance may say so only when nothing holds it any more.
const sql::Query kSendAgain{"match_free_remittances", R"(
UPDATE remittance r SET state = 'sent'
  FROM matched_remittance x WHERE x.match_id = ANY ($1::bigint[]) AND r.id = x.remittance_id)"};

void mark_undone(sql::Tx& tx, std::span<const MatchView> matches, std::string_view by,
                 std::string_view reason, Time now) {
  if (matches.empty()) return;
  tx.exec(kMarkUndone, sql::Params().add_array(matches, &MatchView::number).add(now).add(by).add(reason));
  tx.exec(kSendAgain, sql::Params().add_array(matches, &MatchView::number));
}

}  // namespace bccid
