#include "flow/recipient_check.hpp"

#include "flow/party_json.hpp"
#include "flow/place_order.hpp"

namespace bccid {
namespace {

const sql::Query kReadRecipient{"recipient_read", R"(
SELECT o.id, citizen_of(o.leg, o.sender, o.receiver)::text,
       citizen_hash(o.leg, o.sender, o.receiver)
  FROM orders o WHERE o.public_id = $1)"};

const sql::Query kKeep{"recipient_check_keep", R"(
INSERT INTO recipient_check (order_id, answer, party_hash, checked_at, checked_by, compared)
VALUES ($1, $2, $3, $4, $5, $6::text[]))"};

bool is_closed(const std::string& state) {
  return state == "cancelled" || state == "refused" || state == "completed";
}

}  // namespace

Result<RecipientToCheck> read_recipient(sql::Tx& tx, const Actor& actor, const Uuid& id) {
  const auto order = read_order(tx, actor, id);
  if (!order) return order.error();
  if (is_closed(order->state))
    return Failure(Errc::conflict, "order " + order->number + " is " + order->state,
                   "A recipient is looked up only while the parcel is on its way.");
  const auto rows = tx.exec(kReadRecipient, sql::Params::of(id));
  const auto row = rows.front();
  const CarrierParty citizen = party_of(row.text(1));
  return RecipientToCheck{row.i64(0), citizen.name, citizen.address, row.str(2)};
}

Result<OrderView> keep_recipient_check(sql::Tx& tx, const Actor& actor, const Uuid& id,
                                       const RecipientToCheck& asked, const CitizenVerdict& verdict,
                                       Time now) {
  sql::Params kept = sql::Params::of(asked.order_id, name(verdict.answer), asked.party_hash, now, actor.id);
  kept.add_array(verdict.compared);
  tx.exec(kKeep, kept);
  return read_order(tx, actor, id);
}

}  // namespace bccid
