#include "flow/transfer_promises.hpp"

#include <utility>
#include <vector>

namespace bccid {
namespace {

const sql::Query kOwing{"promise_orders_owing", R"(
SELECT DISTINCT c.order_id
  FROM charge c JOIN agency a ON a.code = c.agency_code
 WHERE c.order_id = ANY ($1::bigint[]) AND c.owed
   AND account_of_charge(c.kind, c.destination, a.bank_account) <> '')"};

}  // namespace

std::set<std::int64_t> owing_no_transfer(sql::Tx& tx, std::set<std::int64_t> orders) {
  if (orders.empty()) return orders;
  const std::vector<std::int64_t> ids(orders.begin(), orders.end());
  for (const auto row : tx.exec(kOwing, sql::Params().add_array(ids))) orders.erase(row.i64(0));
  return orders;
}

}  // namespace bccid
