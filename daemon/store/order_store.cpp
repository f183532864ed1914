#include "store/order_store.hpp"

#include "store/outbox_plan.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace bccid {
namespace {

const sql::Query kReadProcedure{"procedure_read", R"(
SELECT name, by_post_receive, by_post_return, to_json(papers) FROM procedure WHERE code = $1)"};

const sql::Query kCommuneProvince{"commune_province", R"(SELECT province_code FROM commune WHERE code = $1)"};

const sql::Query kReadAgency{"agency_read", R"(
SELECT code, name, address, phone, commune_code, bank_account FROM agency WHERE code = $1)"};

// Creation and look-up in one: of two triggers at once, one inserts and the other waits for it.
const sql::Query kCreateDossier{"dossier_create", R"(
INSERT INTO dossier (public_id, agency_code, code, slip_no, procedure_code, channel, applicant_name,
                     portal_status, finished_at, created_at)
VALUES ($1, $2, nullif($3, ''), nullif($4, ''), $5, $6, $7, nullif($8::integer, 0), $9, $10)
    ON CONFLICT DO NOTHING)"};

const sql::Query kLockDossier{"dossier_lock", R"(
SELECT id, coalesce(code, ''), coalesce(slip_no, ''), told_status, procedure_code, agency_code
  FROM dossier
 WHERE (code = nullif($2, '') AND agency_code = $1) OR slip_no = nullif($3, '')
 ORDER BY id LIMIT 1
   FOR NO KEY UPDATE)"};

const sql::Query kRefreshDossier{"dossier_refresh", R"(
UPDATE dossier
   SET code = coalesce(code, nullif($2, '')), portal_status = coalesce(nullif($3::integer, 0), portal_status),
       finished_at = coalesce($4, finished_at), version = version + 1
 WHERE id = $1)"};

// Also of other agencies' dossiers of that code or slip: numbers are given once, whoever named the code
// first.
const sql::Query kLastAttempt{"order_last_attempt", R"(
SELECT coalesce(max(attempt), 0)
  FROM orders
 WHERE leg = $2 AND (dossier_id = $1 OR dossier_id = ANY (ARRAY(
         SELECT id FROM dossier WHERE code = $3 UNION ALL SELECT id FROM dossier WHERE slip_no = $3))))"};

// The leg's live order, or else the newest whose parcel was neither given up nor brought back.
const sql::Query kStandingOrder{"order_standing", R"(
SELECT o.public_id, o.state <> 'completed'
  FROM orders o JOIN parcel p ON p.order_id = o.id
 WHERE o.dossier_id = $1 AND o.leg = $2 AND o.state NOT IN ('cancelled', 'refused')
   AND (o.state <> 'completed' OR p.state NOT IN ('returned', 'cancelled', 'lost'))
 ORDER BY o.state = 'completed', o.attempt DESC LIMIT 1)"};

const sql::Query kInsertOrder{"order_insert", R"(
WITH o AS (
  INSERT INTO orders (public_id, dossier_id, leg, attempt, number, carrier, sender, receiver, contents,
                      papers, created_by, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text[], $11, $12)
  RETURNING id, dossier_id, leg, number)
INSERT INTO parcel (order_id, dossier_id, leg, agency_code, order_number, due_at, one_of_several)
SELECT id, dossier_id, leg, $13, number, $12::timestamptz + interval '48 hours', $4 > 1 FROM o
RETURNING order_id)"};

// Before the dossier, as scans lock them: else a scan that then wants the dossier and an order that then
// wants the parcel would wait for each other.
const sql::Query kLockLeg{"order_lock_leg", R"(
SELECT p.id
  FROM parcel AS p
 WHERE p.leg = $4
   AND p.dossier_id = ANY (ARRAY(SELECT id FROM dossier WHERE code = nullif($2, '') AND agency_code = $1
                                  UNION ALL
                                 SELECT id FROM dossier WHERE slip_no = nullif($3, '')))
 ORDER BY p.id
   FOR NO KEY UPDATE OF p)"};

// The next scan of each sees it, and takes the dossier's lock from then on.
const sql::Query kEarlierParcels{"order_earlier_parcels", R"(
UPDATE parcel SET one_of_several = true WHERE dossier_id = $1 AND leg = $2 AND NOT one_of_several)"};

const sql::Query kOrderRowId{"order_lock", R"(
SELECT id FROM orders WHERE public_id = $1 FOR NO KEY UPDATE)"};

const sql::Query kReadOrder{"order_read", R"(
SELECT o.public_id, o.number, o.leg, o.attempt, o.state, o.reason, o.carrier, d.agency_code,
       coalesce(d.code, ''), coalesce(d.slip_no, ''), coalesce(p.item_code, ''), p.state, p.step,
       o.created_at, o.placed_at, t.event_key, t.actor, t.occurred_at, c.answer, to_json(c.compared),
       c.checked_at
  FROM orders o JOIN dossier d ON d.id = o.dossier_id JOIN parcel p ON p.order_id = o.id
  LEFT JOIN LATERAL promised_transfer(p.id) AS t ON true
  LEFT JOIN LATERAL (SELECT k.answer, k.compared, k.checked_at FROM recipient_check k
                      WHERE k.order_id = o.id AND k.party_hash = citizen_hash(o.leg, o.sender, o.receiver)
                      ORDER BY k.id DESC LIMIT 1) AS c ON true
 WHERE o.public_id = $1)"};

const sql::Query kReadCharges{"order_charges", R"(
SELECT c.kind, c.amount, c.state, c.taken, c.code, c.name, c.version, c.rule,
       CASE WHEN c.taken = 0 THEN ''
            WHEN c.collector IN ('transfer', 'online') THEN c.collector ELSE 'cash' END
  FROM charge c JOIN orders o ON o.id = c.order_id WHERE o.public_id = $1 AND c.state <> 'split'
 ORDER BY c.kind, c.code, c.id)"};

const sql::Query kMoveOrder{"order_move", R"(
UPDATE orders
   SET state = $2, reason = $3, version = version + 1,
       closed_at = CASE WHEN $2 IN ('cancelled', 'refused', 'completed') THEN $4::timestamptz
                        ELSE closed_at END
 WHERE id = $1)"};

// By the order's key, as its messages are sent: the queue has no index by subject.
const sql::Query kVoidMessages{"outbox_void", R"(
UPDATE outbox AS m SET state = 'void', finished_at = now(), reason = $3
  FROM orders AS o
 WHERE o.number = substr($1::text, 7)
   AND m.order_key = outbox_order_key('carrier:' || o.carrier, o.number)
   AND m.target = 'carrier:' || o.carrier AND m.subject = $1 AND m.kind = $2 AND m.state = 'scheduled')"};

std::vector<std::string> texts(std::string_view array) {
  std::vector<std::string> list;
  const auto parsed = boost::json::parse(array);  // named: a range-for does not keep its temporaries alive
  for (const auto& item : parsed.as_array()) list.emplace_back(item.as_string());
  return list;
}

}  // namespace

std::optional<ProcedureRow> read_procedure(sql::Tx& tx, std::string_view code) {
  const auto rows = tx.exec(kReadProcedure, sql::Params::of(code));
  if (rows.empty()) return std::nullopt;
  const auto row = rows.front();
  return ProcedureRow{row.str(0), row.boolean(1), row.boolean(2), texts(row.text(3))};
}

std::optional<std::string> commune_province(sql::Tx& tx, std::string_view commune) {
  const auto rows = tx.exec(kCommuneProvince, sql::Params::of(commune));
  if (rows.empty()) return std::nullopt;
  return rows.front().str(0);
}

std::optional<AgencyRow> read_agency(sql::Tx& tx, std::string_view code) {
  const auto rows = tx.exec(kReadAgency, sql::Params::of(code));
  if (rows.empty()) return std::nullopt;
  const auto row = rows.front();
  return AgencyRow{row.str(0), row.str(1), row.str(2), row.str(3), row.str(4), row.str(5)};
}

Result<DossierKey> lock_or_create_dossier(sql::Tx& tx, std::string_view agency, const OrderWish& wish,
                                          Time now) {
  tx.exec(kLockLeg, sql::Params::of(agency, wish.dossier_code, wish.slip_no, wish.leg));
  tx.exec(kCreateDossier,
          sql::Params::of(new_uuid_v7(now), agency, wish.dossier_code, wish.slip_no, wish.procedure_code,
                          wish.channel, wish.applicant_name, wish.portal_status, wish.finished_at, now));
  const auto rows = tx.exec(kLockDossier, sql::Params::of(agency, wish.dossier_code, wish.slip_no));
  if (rows.empty())
    return Failure(Errc::conflict,
                   "slip " + wish.slip_no + " and dossier " + wish.dossier_code + " do not agree",
                   "Check both numbers against the phiếu gửi hồ sơ.");
  const auto row = rows.front();
  DossierKey dossier{row.i64(0), row.str(1), row.str(2), std::nullopt};
  if (const auto told = row.opt_i64(3)) dossier.told_status = static_cast<int>(*told);
  if (row.text(5) != agency)
    return Failure(Errc::conflict, "slip " + wish.slip_no + " belongs to another agency",
                   "Check the number against the phiếu gửi hồ sơ.");
  if (row.text(4) != wish.procedure_code)
    return Failure(Errc::conflict,
                   "dossier " + (dossier.code.empty() ? dossier.slip_no : dossier.code) +
                       " is of procedure " + row.str(4) + ", not " + wish.procedure_code,
                   "A dossier keeps its procedure; check the code.");
  if (!dossier.code.empty() && !wish.dossier_code.empty() && dossier.code != wish.dossier_code)
    return Failure(Errc::conflict, "slip " + wish.slip_no + " belongs to dossier " + dossier.code,
                   "Check both numbers against the phiếu gửi hồ sơ.");
  tx.exec(kRefreshDossier,
          sql::Params::of(dossier.id, wish.dossier_code, wish.portal_status, wish.finished_at));
  if (dossier.code.empty()) dossier.code = wish.dossier_code;
  return dossier;
}

std::optional<StandingOrder> standing_order(sql::Tx& tx, std::int64_t dossier, std::string_view leg) {
  const auto rows = tx.exec(kStandingOrder, sql::Params::of(dossier, leg));
  if (rows.empty()) return std::nullopt;
  return StandingOrder{rows.front().uuid(0), rows.front().boolean(1)};
}

int last_attempt(sql::Tx& tx, std::int64_t dossier, std::string_view leg, std::string_view base) {
  return static_cast<int>(tx.exec(kLastAttempt, sql::Params::of(dossier, leg, base)).front().i64(0));
}

std::int64_t insert_order(sql::Tx& tx, const NewOrder& order, Time now) {
  if (order.attempt > 1) tx.exec(kEarlierParcels, sql::Params::of(order.dossier_id, order.leg));
  sql::Params params = sql::Params::of(order.id, order.dossier_id, order.leg, order.attempt, order.number,
                                       order.carrier, order.sender, order.receiver, order.contents);
  params.add_array(order.papers).add(order.created_by).add(now).add(order.agency);
  return tx.exec(kInsertOrder, params).front().i64(0);
}

std::optional<OrderRow> lock_order(sql::Tx& tx, const Uuid& id) {
  const auto rows = tx.exec(kOrderRowId, sql::Params::of(id));
  if (rows.empty()) return std::nullopt;
  return OrderRow{rows.front().i64(0), *read_order_view(tx, id)};
}

std::optional<OrderView> read_order_view(sql::Tx& tx, const Uuid& id) {
  const auto rows = tx.exec(kReadOrder, sql::Params::of(id));
  if (rows.empty()) return std::nullopt;
  const auto row = rows.front();
  OrderView view;
  view.id = row.uuid(0);
  view.number = row.str(1);
  view.leg = row.str(2);
  view.attempt = static_cast<int>(row.i64(3));
  view.state = row.str(4);
  view.reason = row.str(5);
  view.carrier = row.str(6);
  view.agency = row.str(7);
  view.dossier_code = row.str(8);
  view.slip_no = row.str(9);
  view.item_code = row.str(10);
  view.parcel_state = row.str(11);
  view.parcel_step = row.str(12);
  view.created_at = row.time(13);
  view.placed_at = row.opt_time(14);
  if (const auto event = row.opt_uuid(15)) view.promised = TransferPromise{*event, row.str(16), row.time(17)};
  if (const auto answer = row.opt_text(18))
    view.recipient = RecipientCheck{*answer, texts(row.text(19)), row.time(20)};
  const auto charges = tx.exec(kReadCharges, sql::Params::of(id));
  for (const auto& charge : charges)
    view.charges.push_back(ChargeView{charge.str(0), charge.money(1), charge.str(2), charge.money(3),
                                      charge.str(4), charge.str(5), charge.str(6), charge.str(7),
                                      charge.str(8)});
  return view;
}

void move_order(sql::Tx& tx, std::int64_t id, std::string_view state, std::string_view reason, Time now) {
  tx.exec(kMoveOrder, sql::Params::of(id, state, reason, now));
}

void void_messages(sql::Tx& tx, std::string_view subject, std::string_view kind, std::string_view reason) {
  plan_outbox_by_index(tx);
  tx.exec(kVoidMessages, sql::Params::of(subject, kind, reason));
}

}  // namespace bccid
