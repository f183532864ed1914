#include "flow/place_order.hpp"

#include "domain/order/order.hpp"
#include "domain/parcel/parcel.hpp"
#include "flow/accept_scans.hpp"
#include "flow/collect_cash.hpp"
#include "store/order_store.hpp"
#include "store/outbox_store.hpp"

#include <boost/json.hpp>

namespace bccid {
namespace {

namespace json = boost::json;

Failure missing(std::string what, std::string_view value, std::string hint, std::string pointer = {}) {
  return Failure(Errc::invalid_field, std::move(what) + " \"" + std::string(value) + "\" is not known",
                 std::move(hint), std::move(pointer));
}

Failure hidden_order(const Uuid& id) {
  return Failure(Errc::not_found, "there is no order " + id.to_text(),
                 "Check the id; orders of other agencies are not shown.");
}

std::string party_json(const CarrierParty& party) {
  json::object body;
  body["name"] = party.name;
  body["phone"] = party.phone;
  body["email"] = party.email;
  body["address"] = party.address;
  body["province_code"] = party.province_code;
  body["commune_code"] = party.commune_code;
  return json::serialize(body);
}

CarrierParty office_of(const AgencyRow& agency, std::string_view province) {
  CarrierParty party;
  party.name = agency.name;
  party.phone = agency.phone;
  party.address = agency.address;
  party.province_code = std::string(province);
  party.commune_code = agency.commune_code;
  return party;
}

// What the wish must agree with before anything is written.
Status check_wish(sql::Tx& tx, const OrderWish& wish, Leg leg) {
  const auto procedure = read_procedure(tx, wish.procedure_code);
  if (!procedure)
    return missing("procedure", wish.procedure_code, "Use a code of the national list, such as 1.001193.",
                   "/procedure_code");
  if (leg == Leg::pickup ? !procedure->by_post_receive : !procedure->by_post_return)
    return Failure(Errc::conflict,
                   "procedure " + wish.procedure_code + " is not open to the post for this leg",
                   "QĐ 45/2016 Điều 1.2: ask the applicant to come in person.");
  const auto province = commune_province(tx, wish.citizen.commune_code);
  if (!province)
    return missing("commune", wish.citizen.commune_code,
                   "Use a 5-digit commune code in force since 1/7/2025.", "/citizen/commune_code");
  if (*province != wish.citizen.province_code)
    return Failure(Errc::invalid_field,
                   "commune " + wish.citizen.commune_code + " is in province " + *province + ", not " +
                       wish.citizen.province_code,
                   "Send the province that the commune belongs to.", "/citizen/province_code");
  if (leg == Leg::delivery && wish.dossier_code.empty())
    return Failure(Errc::missing_field, "a delivery needs the dossier's code",
                   "Send the code that Một cửa gave.", "/dossier_code");
  if (leg == Leg::delivery && wish.portal_status != 0 && wish.portal_status != 9)
    return Failure(
        Errc::conflict,
        "dossier " + wish.dossier_code + " has portal status " + std::to_string(wish.portal_status),
        "A result is delivered when the dossier is finished: status 9.");
  return {};
}

void send_soon(sql::Tx& tx, const std::string& carrier, const std::string& number, const char* kind) {
  std::vector<OutboxMessage> messages;
  messages.push_back(OutboxMessage{"carrier:" + carrier, kind, number, "order:" + number,
                                   json::serialize(json::object{{"number", number}})});
  enqueue(tx, messages);
}

bool may_see(const Actor& actor, const std::string& agency) {
  return actor.agency.empty() || actor.agency == agency;
}

const sql::Query kAuditCancel{"order_cancel_record", R"(
INSERT INTO audit (actor, role, action, subject, request_id, detail)
VALUES ($1, $2, 'order.cancel', 'order:' || $3::text, $4, jsonb_build_object('reason', $5::text)))"};

void record_cancel(sql::Tx& tx, const Actor& actor, const OrderRow& order, std::string_view reason) {
  tx.exec(kAuditCancel, sql::Params::of(actor.id, actor.role, order.view.number, actor.request_id, reason));
}

// The order is not sent yet, or its fate at the post is known to be nothing.
Result<OrderView> cancel_here(sql::Tx& tx, const OrderRow& order, std::string_view reason, Time now) {
  move_order(tx, order.id, "cancelled", reason, now);
  void_messages(tx, "order:" + order.view.number, "order.create",
                "the order was cancelled before it was sent");
  cancel_parcel(tx, order.view.number, "job:cancel", now);
  return *read_order_view(tx, order.view.id);
}

}  // namespace

Result<OrderView> place_order(sql::Tx& tx, const Actor& actor, std::string_view agency_code,
                              std::string_view carrier, const OrderWish& wish, Time now) {
  const auto leg = from_name<Leg>(wish.leg);
  if (!leg) return missing("leg", wish.leg, "Use pickup or delivery.", "/leg");
  const auto agency = read_agency(tx, agency_code);
  if (!agency) return missing("agency", agency_code, "Register the agency first.", "/agency");
  if (auto status = check_wish(tx, wish, *leg); !status) return status.error();

  auto dossier = lock_or_create_dossier(tx, agency->code, wish, now);
  if (!dossier) return dossier.error();
  if (const auto live = live_order(tx, dossier->id, wish.leg)) {
    auto view = *read_order_view(tx, *live);
    view.existed = true;
    return view;
  }
  if (*leg == Leg::delivery && dossier->told_status == 10)
    return Failure(Errc::conflict, "the result of dossier " + wish.dossier_code + " is already delivered",
                   "Look at the dossier's timeline.");

  const int attempt = last_attempt(tx, dossier->id, wish.leg) + 1;
  const auto number =
      external_number(dossier->code.empty() ? dossier->slip_no : dossier->code, *leg, attempt);
  if (!number) return number.error();
  NewOrder order;
  order.id = new_uuid_v7(now);
  order.dossier_id = dossier->id;
  order.leg = wish.leg;
  order.attempt = attempt;
  order.number = *number;
  order.carrier = std::string(carrier);
  const std::string office = party_json(office_of(*agency, wish.citizen.province_code));
  const std::string citizen = party_json(wish.citizen);
  order.sender = *leg == Leg::pickup ? citizen : office;
  order.receiver = *leg == Leg::pickup ? office : citizen;
  order.papers = wish.papers.empty() ? read_procedure(tx, wish.procedure_code)->papers : wish.papers;
  order.contents = wish.procedure_code;
  order.created_by = actor.id;
  order.agency = agency->code;
  const auto id = insert_order(tx, order, now);
  if (!wish.charges.empty()) raise_charges(tx, id, agency->code, *number, wish.charges, now);
  send_soon(tx, order.carrier, *number, "order.create");
  // The post's feed, or a scanner, may have been faster than the order itself.
  adopt_held_scans(tx, {*number}, now);
  return *read_order_view(tx, order.id);
}

Result<OrderView> cancel_order(sql::Tx& tx, const Actor& actor, const Uuid& id, std::string_view reason,
                               Time now) {
  const auto order = lock_order(tx, id);
  if (!order || !may_see(actor, order->view.agency)) return hidden_order(id);
  if (order->view.state == "cancelled" || order->view.state == "cancel_wanted") return order->view;
  const auto parcel = from_name<ParcelState>(order->view.parcel_state);
  if (parcel && phase(*parcel) != ParcelPhase::before_custody)
    return Failure(Errc::conflict,
                   "the parcel of order " + order->view.number + " is " + order->view.parcel_state,
                   "The post has it: stop or return the parcel instead.");
  const auto state = from_name<OrderState>(order->view.state);
  if (state == OrderState::wanted || state == OrderState::held) {
    record_cancel(tx, actor, *order, reason);
    return cancel_here(tx, *order, reason, now);
  }
  if (state == OrderState::unknown || state == OrderState::placed) {
    record_cancel(tx, actor, *order, reason);
    move_order(tx, order->id, "cancel_wanted", reason, now);
    send_soon(tx, order->view.carrier, order->view.number, "order.cancel");
    return *read_order_view(tx, id);
  }
  return Failure(Errc::conflict, "order " + order->view.number + " is " + order->view.state,
                 state == OrderState::sending ? "It is being sent this moment: try again in a minute."
                                              : "It is closed and stays so.");
}

Result<OrderView> read_order(sql::Tx& tx, const Actor& actor, const Uuid& id) {
  auto view = read_order_view(tx, id);
  if (!view || !may_see(actor, view->agency)) return hidden_order(id);
  return std::move(*view);
}

}  // namespace bccid
