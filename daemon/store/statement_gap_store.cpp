#include "store/statement_gap_store.hpp"

namespace bccid {

const sql::Query kJoints{"statement_joints", R"(
SELECT f.public_id, f.from_day, f.opening, p.to_day, p.closing,
       coalesce((SELECT min(a.code) FROM agency a WHERE a.bank_account = f.account_no), ''),
       p.to_day <= f.from_day
   AND (f.opening <> ALL (SELECT e.closing FROM statement_file e
                           WHERE e.account_no = f.account_no AND e.to_day = p.to_day AND e.id <> f.id
                             AND e.kind = 'statement')
        AND f.opening <> p.closing - coalesce((SELECT sum(l.amount)::bigint FROM statement_line l
                                                WHERE l.account_no = f.account_no AND l.split_id IS NULL
                                                  AND l.booked_on BETWEEN f.from_day AND p.to_day), 0)
        OR (p.last_no > 0 AND f.first_no > p.last_no + 1)) AS gap
  FROM statement_file f
  JOIN LATERAL (SELECT e.to_day, e.closing, e.last_no FROM statement_file e
                 WHERE e.account_no = f.account_no AND e.from_day < f.from_day AND e.kind = 'statement'
                 ORDER BY e.to_day DESC, e.id DESC LIMIT 1) p ON true
 WHERE f.account_no = $1 AND f.to_day >= $2 AND f.kind = 'statement'
 ORDER BY f.from_day, f.id)"};

std::vector<StatementJoint> statement_joints(sql::Tx& tx, std::string_view account, Day from) {
  std::vector<StatementJoint> joints;
  for (const auto row : tx.exec(kJoints, sql::Params::of(account, from)))
    joints.push_back(
        {row.uuid(0), row.day(1), row.money(2), row.day(3), row.money(4), row.str(5), row.boolean(6)});
  return joints;
}

}  // namespace bccid
