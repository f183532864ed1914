#include "store/statement_line_store.hpp"

#include <algorithm>

namespace bccid {
namespace {

constexpr std::string_view kColumns = R"(
SELECT l.id, l.account_no, l.booked_on, l.amount, l.text, l.payer, l.end_to_end,
       (SELECT m.public_id FROM matched_line x JOIN line_match m ON m.id = x.match_id
         WHERE x.line_id = l.id AND NOT x.undone), b.public_id, coalesce(b.type, '')
  FROM statement_line l
  LEFT JOIN recon_break b ON b.subject = 'line:' || l.line_key AND b.resolved_at IS NULL)";

constexpr std::string_view kOfAgency = R"(
   ($2::text = '' OR l.account_no IN (SELECT a.bank_account FROM agency a WHERE a.code = $2)))";

const std::string kReadLineSql =
    std::string(kColumns) + " WHERE l.id = $1 AND " + std::string(kOfAgency) + " ORDER BY b.type LIMIT 1";

const std::string kListLinesSql =
    std::string(kColumns) + " WHERE l.id < $1::bigint AND " + std::string(kOfAgency) + R"(
   AND ($3::text = '' OR l.account_no = $3)
 ORDER BY l.id DESC LIMIT $4)";

// From the breaks, which are few, and not through all lines that were ever booked.
const std::string kListOpenLinesSql = std::string(kColumns) + R"(
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
  return view;
}

}  // namespace

const sql::Query kReadLine{"statement_line_read", kReadLineSql.c_str()};
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

}  // namespace bccid
