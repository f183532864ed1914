#include "store/charge_store.hpp"

#include "store/stored_name.hpp"

#include <optional>

namespace bccid {
namespace {

std::vector<Charge> charges_from(const sql::Rows& rows) {
  std::vector<Charge> charges;
  charges.reserve(rows.size());
  for (const auto row : rows) {
    Charge charge;
    charge.id = row.i64(0);
    charge.order_id = row.i64(1);
    charge.agency = row.str(2);
    charge.kind = stored_name<ChargeKind>(row.text(3));
    charge.amount = row.money(4);
    charge.state = stored_name<MoneyState>(row.text(5));
    charge.taken = row.money(6);
    charge.collector = row.str(7);
    charge.office = row.str(8);
    charge.collected_at = row.opt_time(9).value_or(Time{});
    charge.destination = row.str(10);
    charges.push_back(std::move(charge));
  }
  return charges;
}

}  // namespace

const sql::Query kInsertCharges{"charge_insert", R"(
INSERT INTO charge (order_id, agency_code, kind, amount, code, name, destination, version, rule)
SELECT $1::bigint, $2::text, w.kind, w.amount, w.code, w.name,
       CASE WHEN w.kind = 'postage' AND w.destination = ''
            THEN coalesce((SELECT f.account_no FROM orders o JOIN fee_account f ON f.carrier = o.carrier
                            WHERE o.id = $1::bigint), '')
            ELSE w.destination END, w.version, w.rule
  FROM unnest($3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
       WITH ORDINALITY AS w(kind, amount, code, name, destination, version, rule, at)
 ORDER BY w.at
ON CONFLICT (order_id, kind, code, part) DO NOTHING
RETURNING id, order_id, agency_code, kind, amount, state, taken, collector, office, collected_at,
          destination)"};

std::vector<Charge> insert_charges(sql::Tx& tx, std::int64_t order_id, std::string_view agency,
                                   std::span<const WantedCharge> wanted) {
  auto params = sql::Params::of(order_id, agency);
  params.add_array(wanted, &WantedCharge::kind)
      .add_array(wanted, &WantedCharge::amount)
      .add_array(wanted, &WantedCharge::code)
      .add_array(wanted, &WantedCharge::name)
      .add_array(wanted, &WantedCharge::destination)
      .add_array(wanted, &WantedCharge::version)
      .add_array(wanted, &WantedCharge::rule);
  return charges_from(tx.exec(kInsertCharges, params));
}

const sql::Query kInsertReliefs{"charge_insert_reliefs", R"(
INSERT INTO relief (order_id, kind, code, name, listed, relieved, grounds, version, granted_at)
SELECT $1::bigint, w.kind, w.code, w.name, w.listed, w.relieved, w.grounds, w.version, $9::timestamptz
  FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[])
       AS w(kind, code, name, listed, relieved, grounds, version))"};

void insert_reliefs(sql::Tx& tx, std::int64_t order_id, std::span<const Relief> reliefs, Time now) {
  if (reliefs.empty()) return;
  auto params = sql::Params::of(order_id);
  params.add_array(reliefs, &Relief::kind)
      .add_array(reliefs, &Relief::code)
      .add_array(reliefs, &Relief::name)
      .add_array(reliefs, &Relief::listed)
      .add_array(reliefs, &Relief::relieved)
      .add_array(reliefs, &Relief::grounds)
      .add_array(reliefs, &Relief::version)
      .add(now);
  tx.exec(kInsertReliefs, params);
}

const sql::Query kInsertParts{"charge_insert_parts", R"(
INSERT INTO charge (order_id, agency_code, kind, code, name, destination, version, rule, amount,
                    split_of, part)
SELECT c.order_id, c.agency_code, c.kind, c.code, c.name, c.destination, c.version, c.rule, w.amount, c.id,
       w.at + (SELECT max(p.part) FROM charge p
                WHERE p.order_id = c.order_id AND p.kind = c.kind AND p.code = c.code)
  FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS w(whole, amount, at)
  JOIN charge c ON c.id = w.whole
 ORDER BY w.at
RETURNING id)"};

std::vector<std::int64_t> insert_parts(sql::Tx& tx, std::span<const ChargePart> parts) {
  std::vector<std::int64_t> ids;
  if (parts.empty()) return ids;
  sql::Params params;
  params.add_array(parts, &ChargePart::whole).add_array(parts, &ChargePart::amount);
  for (const auto row : tx.exec(kInsertParts, params)) ids.push_back(row.i64(0));
  return ids;
}

const sql::Query kLockOfOrders{"charge_lock_of_orders", R"(
SELECT id, order_id, agency_code, kind, amount, state, taken, collector, office, collected_at, destination
  FROM charge WHERE order_id = ANY ($1::bigint[]) AND state <> 'split' ORDER BY id FOR NO KEY UPDATE)"};

std::vector<Charge> lock_charges_of_orders(sql::Tx& tx, const std::vector<std::int64_t>& order_ids) {
  return charges_from(tx.exec(kLockOfOrders, sql::Params().add_array(order_ids)));
}

const sql::Query kLockById{"charge_lock_by_id", R"(
SELECT id, order_id, agency_code, kind, amount, state, taken, collector, office, collected_at, destination
  FROM charge WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE)"};

std::vector<Charge> lock_charges(sql::Tx& tx, const std::vector<std::int64_t>& ids) {
  if (ids.empty()) return {};
  return charges_from(tx.exec(kLockById, sql::Params().add_array(ids)));
}

const sql::Query kLockWithOrders{"charge_lock_with_orders", R"(
SELECT id, order_id, agency_code, kind, amount, state, taken, collector, office, collected_at, destination
  FROM charge
 WHERE order_id IN (SELECT order_id FROM charge WHERE id = ANY ($1::bigint[])) AND state <> 'split'
 ORDER BY id FOR NO KEY UPDATE)"};

std::vector<Charge> lock_charges_with_their_orders(sql::Tx& tx, const std::vector<std::int64_t>& ids) {
  if (ids.empty()) return {};
  return charges_from(tx.exec(kLockWithOrders, sql::Params().add_array(ids)));
}

const sql::Query kLockCollected{"charge_lock_collected", R"(
SELECT id, order_id, agency_code, kind, amount, state, taken, collector, office, collected_at, destination
  FROM charge WHERE collector = $1 AND held AND state = 'collected' ORDER BY id FOR NO KEY UPDATE)"};

std::vector<Charge> lock_collected_by(sql::Tx& tx, std::string_view collector) {
  return charges_from(tx.exec(kLockCollected, sql::Params::of(collector)));
}

const sql::Query kLockHandedIn{"charge_lock_handed_in", R"(
SELECT id, order_id, agency_code, kind, amount, state, taken, collector, office, collected_at, destination
  FROM charge WHERE agency_code = $1 AND kind IN ('fee', 'charge') AND held AND state = 'handed_in'
 ORDER BY id FOR NO KEY UPDATE)"};

std::vector<Charge> lock_handed_in_for(sql::Tx& tx, std::string_view agency) {
  return charges_from(tx.exec(kLockHandedIn, sql::Params::of(agency)));
}

const sql::Query kUpdateCharges{"charge_update", R"(
UPDATE charge c
   SET state = w.state, taken = w.taken, collector = w.collector, office = w.office,
       collected_at = w.collected_at
  FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::timestamptz[])
       AS w(id, state, taken, collector, office, collected_at)
 WHERE c.id = w.id)"};

void update_charges(sql::Tx& tx, std::span<const Charge> charges) {
  if (charges.empty()) return;
  sql::Params params;
  params.add_array(charges, &Charge::id)
      .add_array(charges, [](const Charge& charge) { return name(charge.state); })
      .add_array(charges, &Charge::taken)
      .add_array(charges, &Charge::collector)
      .add_array(charges, &Charge::office)
      .add_array(charges, [](const Charge& charge) {
        return charge.collected_at == Time{} ? std::nullopt : std::optional(charge.collected_at);
      });
  tx.exec(kUpdateCharges, params);
}

const sql::Query kMoveArrived{"charge_move_arrived", R"(
UPDATE charge c SET state = w.state
  FROM (SELECT rc.charge_id, a.state FROM unnest($1::bigint[], $2::text[]) AS a(remittance, state)
         CROSS JOIN LATERAL (SELECT charge_id FROM remittance_charge
                              WHERE remittance_id = a.remittance OFFSET 0) rc) w
 WHERE c.id = w.charge_id AND c.state = 'remitted')"};

void move_arrived_charges(sql::Tx& tx, std::span<const RemittanceMove> moves) {
  if (moves.empty()) return;
  sql::Params params;
  params.add_array(moves, &RemittanceMove::remittance).add_array(moves, [](const RemittanceMove& move) {
    return name(move.to);
  });
  tx.exec(kMoveArrived, params);
}

const sql::Query kMoveRemitted{"charge_move_remitted", R"(
UPDATE charge c SET state = $3
  FROM remittance r JOIN remittance_charge rc ON rc.remittance_id = r.id
 WHERE r.reference = ANY ($1::text[]) AND rc.charge_id = c.id AND c.state = $2)"};

void move_remitted_charges(sql::Tx& tx, const std::vector<std::string>& references, MoneyState from,
                           MoneyState to) {
  if (references.empty()) return;
  sql::Params params;
  params.add_array(references).add(name(from)).add(name(to));
  tx.exec(kMoveRemitted, params);
}

}  // namespace bccid
