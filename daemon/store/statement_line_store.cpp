#include "store/statement_line_store.hpp"

#include <algorithm>

namespace bccid {
namespace {

constexpr std::string_view kVersion = R"(
       2 * (SELECT count(*) FROM matched_line x WHERE x.line_id = l.id AND x.undone)
         + (SELECT count(*) FROM matched_line x WHERE x.line_id = l.id AND NOT x.undone)
         + (SELECT count(*) FROM recon_break r
             WHERE r.subject = 'line:' || l.line_key AND r.resolved_at IS NOT NULL)
         + (SELECT count(*) + count(w.joined_at) FROM line_split w WHERE w.line_id = l.id))";

const std::string kColumns = R"(
SELECT l.id, l.account_no, l.booked_on, l.amount, l.text, l.payer, l.end_to_end,
       (SELECT m.public_id FROM matched_line x JOIN line_match m ON m.id = x.match_id
         WHERE x.line_id = l.id AND NOT x.undone), b.public_id, coalesce(b.type, ''),)" +
                             std::string(kVersion) + R"(,
       coalesce(c.text, ''), coalesce(c.actor, ''), c.at,
       (SELECT f.public_id FROM statement_file f WHERE f.id = l.file_id), coalesce(p.line_id, 0), l.part_note,
       d.split_at, coalesce(d.actor, ''), coalesce(d.note, '')
  FROM statement_line l
  LEFT JOIN LATERAL (SELECT line_id, joined_at FROM line_split WHERE id = l.split_id OFFSET 0) p ON true
  LEFT JOIN LATERAL (SELECT id, split_at, actor, note FROM line_split
                      WHERE line_id = l.id AND joined_at IS NULL OFFSET 0) d ON true
  LEFT JOIN recon_break b ON b.subject = 'line:' || l.line_key AND b.resolved_at IS NULL
  LEFT JOIN LATERAL (SELECT text, actor, at FROM break_comment
                      WHERE break_id = b.id ORDER BY id DESC LIMIT 1) c ON true)";

constexpr std::string_view kOfAgency = R"(
   ($2::text = '' OR l.account_no IN (SELECT a.bank_account FROM agency a WHERE a.code = $2)))";

const std::string kReadLineSql =
    kColumns + " WHERE l.id = $1 AND " + std::string(kOfAgency) + " ORDER BY b.type LIMIT 1";

const std::string kReadPartsSql = kColumns + R"(
 WHERE l.split_id = (SELECT s.id FROM line_split s WHERE s.line_id = $1 AND s.joined_at IS NULL)
 ORDER BY l.id)";

const std::string kListLinesSql = kColumns + " WHERE l.id < $1::bigint AND " + std::string(kOfAgency) + R"(
   AND d.id IS NULL AND p.joined_at IS NULL
   AND ($3::text = '' OR l.account_no = $3)
 ORDER BY l.id DESC LIMIT $4)";

// From the breaks, which are few, and not through all lines that were ever booked.
const std::string kListOpenLinesSql = kColumns + R"(
 WHERE l.id IN (SELECT s.id FROM recon_break o JOIN statement_line s ON s.line_key = substr(o.subject, 6)
                 WHERE o.resolved_at IS NULL AND o.type IN
                       ('remitted_without_receipt', 'ambiguous', 'double', 'bank_debit'))
   AND l.id < $1::bigint AND )" + std::string(kOfAgency) +
                                      R"(
   AND ($3::text = '' OR l.account_no = $3)
 ORDER BY l.id DESC LIMIT $4)";

StatementLineView line_from(const sql::Row& row) {
  StatementLineView view;
  view.id = row.i64(0);
  view.account = row.str(1);
  view.booked = row.day(2);
  view.amount = row.money(3);
  view.text = row.str(4);
  view.payer = row.str(5);
  view.end_to_end = row.str(6);
  view.match = row.opt_uuid(7);
  view.open_break = row.opt_uuid(8);
  view.break_type = row.str(9);
  view.version = row.i64(10);
  view.note = row.str(11);
  view.note_by = row.str(12);
  view.note_at = row.opt_time(13);
  view.statement = row.uuid(14);
  view.part_of = row.i64(15);
  view.part_note = row.str(16);
  view.split_at = row.opt_time(17);
  view.split_by = row.str(18);
  view.split_note = row.str(19);
  return view;
}

const std::string kVersionsSql =
    "SELECT l.id," + std::string(kVersion) + " FROM statement_line l WHERE l.id = ANY ($1::bigint[])";

}  // namespace

// By the statement that brought the line, else by the first that covers its day; lines that others brought
// count in the order in which they came. Parts move nothing: the line that the bank booked does.
const sql::Query kBalanceAfter{"statement_line_balance", R"(
WITH RECURSIVE up AS (
  SELECT id, split_id FROM statement_line WHERE id = $1
   UNION ALL
  SELECT w.id, w.split_id FROM up JOIN line_split s ON s.id = up.split_id
    JOIN statement_line w ON w.id = s.line_id)
SELECT (f.opening + (SELECT coalesce(sum(o.amount), 0) FROM statement_line o
                      WHERE o.file_id = f.id AND o.split_id IS NULL
                        AND (o.booked_on, o.id) <= (l.booked_on, l.id))
                  + (SELECT coalesce(sum(o.amount), 0) FROM statement_line o
                      WHERE f.fresh_lines < f.lines AND o.account_no = l.account_no AND o.file_id <> f.id
                        AND o.split_id IS NULL
                        AND o.booked_on BETWEEN f.from_day AND l.booked_on
                        AND (l.file_id = f.id OR (o.booked_on, o.id) <= (l.booked_on, l.id))))::bigint
  FROM statement_line l
  JOIN LATERAL (SELECT s.id, s.opening, s.from_day, s.lines, s.fresh_lines FROM statement_file s
                 WHERE s.kind = 'statement' AND s.account_no = l.account_no AND s.to_day >= l.booked_on
                   AND s.from_day <= l.booked_on
                 ORDER BY s.id <> l.file_id, s.id LIMIT 1) f ON true
 WHERE l.id = (SELECT id FROM up WHERE split_id IS NULL))"};
const sql::Query kLineVersions{"statement_line_versions", kVersionsSql.c_str()};
const sql::Query kReadLine{"statement_line_read", kReadLineSql.c_str()};
const sql::Query kReadParts{"statement_line_parts", kReadPartsSql.c_str()};
const sql::Query kListLines{"statement_line_list", kListLinesSql.c_str()};
const sql::Query kListOpenLines{"statement_line_list_open", kListOpenLinesSql.c_str()};

LinePage list_lines(sql::Tx& tx, const LineFilter& filter) {
  // One more than asked for tells whether there is a next page.
  const auto params = sql::Params::of(filter.before, filter.agency, filter.account, filter.limit + 1);
  const auto rows = filter.open ? tx.exec(kListOpenLines, params) : tx.exec(kListLines, params);
  LinePage page;
  for (std::size_t i = 0; i < std::min(rows.size(), filter.limit); ++i)
    page.items.push_back(line_from(rows[i]));
  if (rows.size() > filter.limit) page.next = rows[filter.limit - 1].i64(0);
  return page;
}

std::optional<StatementLineView> read_line(sql::Tx& tx, std::int64_t id, std::string_view agency) {
  const auto rows = tx.exec(kReadLine, sql::Params::of(id, agency));
  if (rows.empty()) return {};
  return line_from(rows.front());
}

std::vector<StatementLineView> read_parts(sql::Tx& tx, std::int64_t line) {
  std::vector<StatementLineView> parts;
  for (const auto& row : tx.exec(kReadParts, sql::Params::of(line))) parts.push_back(line_from(row));
  return parts;
}

std::optional<Money> balance_after(sql::Tx& tx, std::int64_t id) {
  const auto rows = tx.exec(kBalanceAfter, sql::Params::of(id));
  if (rows.empty()) return {};
  return rows.front().money(0);
}

std::vector<LineVersion> line_versions(sql::Tx& tx, const std::vector<std::int64_t>& ids) {
  std::vector<LineVersion> found;
  sql::Params params;
  params.add_array(ids);
  for (const auto& row : tx.exec(kLineVersions, params)) found.push_back({row.i64(0), row.i64(1)});
  return found;
}

}  // namespace bccid
