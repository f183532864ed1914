#include "store/statement_file_store.hpp"

namespace bccid {

const sql::Query kListStatementFiles{"statement_file_list", R"(
SELECT f.id, f.public_id, f.bank, f.account_no, f.from_day, f.to_day, f.opening, f.closing, f.lines,
       f.fresh_lines, f.imported_at, f.actor, s.matched_lines, s.open_lines, s.matched, s.open, s.ended
  FROM statement_file f
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE i.live) AS matched_lines,
              count(*) FILTER (WHERE i.open AND NOT i.live) AS open_lines,
              coalesce(sum(i.amount) FILTER (WHERE i.live), 0)::bigint AS matched,
              coalesce(sum(i.amount) FILTER (WHERE i.open AND NOT i.live), 0)::bigint AS open,
              coalesce(sum(i.amount) FILTER (WHERE NOT i.open AND NOT i.live), 0)::bigint AS ended
         FROM (SELECT l.amount,
                      (SELECT count(*) FROM matched_line x
                        WHERE x.line_id = l.id AND NOT x.undone) > 0 AS live,
                      (SELECT count(*) FROM recon_break b
                        WHERE b.subject = 'line:' || l.line_key AND b.resolved_at IS NULL) > 0 AS open
                 FROM (SELECT id, line_key, amount, split_id FROM statement_line WHERE file_id = f.id
                       UNION ALL
                       SELECT id, line_key, amount, split_id FROM statement_line
                        WHERE f.fresh_lines < f.lines AND account_no = f.account_no AND file_id <> f.id
                          AND booked_on BETWEEN f.from_day AND f.to_day) l
                WHERE (SELECT count(*) FROM line_split d WHERE d.line_id = l.id AND d.joined_at IS NULL) = 0
                  AND (SELECT count(*) FROM line_split p
                                   WHERE p.id = l.split_id AND p.joined_at IS NOT NULL) = 0) i) s
 WHERE f.id < $1::bigint
   AND ($2::text = '' OR f.account_no IN (SELECT a.bank_account FROM agency a WHERE a.code = $2))
   AND ($3::text = '' OR f.account_no = $3)
 ORDER BY f.id DESC LIMIT $4)"};

std::vector<StatementFileView> list_statement_files(sql::Tx& tx, const StatementFileFilter& filter) {
  std::vector<StatementFileView> found;
  const auto params = sql::Params::of(filter.before, filter.agency, filter.account, filter.limit);
  for (const auto& row : tx.exec(kListStatementFiles, params)) {
    StatementFileView view;
    view.row = row.i64(0);
    view.id = row.uuid(1);
    view.bank = row.str(2);
    view.account = row.str(3);
    view.from = row.day(4);
    view.to = row.day(5);
    if (const auto opening = row.opt_i64(6)) view.opening = Money(*opening);
    if (const auto closing = row.opt_i64(7)) view.closing = Money(*closing);
    view.lines = row.i64(8);
    view.fresh_lines = row.i64(9);
    view.imported_at = row.time(10);
    view.imported_by = row.str(11);
    view.matched_lines = row.i64(12);
    view.open_lines = row.i64(13);
    view.matched = row.money(14);
    view.open = row.money(15);
    view.ended = row.money(16);
    found.push_back(std::move(view));
  }
  return found;
}

}  // namespace bccid
