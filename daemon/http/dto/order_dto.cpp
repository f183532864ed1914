#include "http/dto/order_dto.hpp"

#include "domain/dossier/dossier_code.hpp"
#include "domain/order/order.hpp"
#include "domain/order/phone.hpp"
#include "http/dto/exchange_dto.hpp"
#include "http/dto/null_values.hpp"
#include "http/dto/payment_dto.hpp"
#include "http/dto/quote_dto.hpp"

#include <array>

namespace bccid::http {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 2> kLegs{"pickup", "delivery"};
constexpr std::array<std::string_view, 3> kChargeKinds{"fee", "charge", "postage"};
constexpr std::size_t kChargesMax = 20;
constexpr std::size_t kGroupsMax = 10;
constexpr std::size_t kPapersMax = 100;
constexpr std::size_t kPaperCharsMax = 500;

json::value number_or_null(const std::optional<int>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}

CarrierParty read_citizen(ObjectReader& reader) {
  CarrierParty citizen;
  citizen.name = reader.text("name", {.max = 200});
  const std::string phone = reader.text("phone", {.max = 30});
  citizen.email = reader.optional_text("email", {.max = 254}).value_or("");
  citizen.address = reader.text("address", {.max = 500});
  citizen.province_code = reader.text("province_code", {.min = 2, .max = 2});
  citizen.commune_code = reader.text("commune_code", {.min = 5, .max = 5});
  if (phone.empty()) return citizen;
  if (const auto parsed = parse_phone(phone))
    citizen.phone = parsed->e164;
  else
    reader.fail("phone", parsed.error());
  return citizen;
}

std::optional<OnlinePayment> read_payment(ObjectReader& parent, std::string_view kind) {
  auto reader = parent.optional_object("paid_online");
  if (!reader) return {};
  auto paid = read_online_payment(*reader);
  parent.absorb(*reader);
  if (kind == kChargeKinds[2])
    parent.fail("paid_online", "postage is paid to the post, not on the platform",
                "Leave paid_online out of a line of kind postage.");
  return paid;
}

std::vector<WantedCharge> read_charges(ObjectReader& reader) {
  std::vector<WantedCharge> charges;
  const auto items = reader.optional_list("charges", {.min = 0, .max = kChargesMax});
  for (std::size_t i = 0; i < items.size(); ++i) {
    ObjectReader item(items[i], reader.pointer("charges", i));
    const auto kind = item.one_of("kind", kChargeKinds);
    WantedCharge charge{std::string(kChargeKinds[kind]), item.money("amount_vnd")};
    charge.code = item.optional_text("code", {.max = 64}).value_or("");
    charge.name = item.optional_text("name", {.max = 200}).value_or("");
    charge.paid = read_payment(item, charge.kind);
    for (const auto& earlier : charges)
      if (earlier.kind == charge.kind && earlier.code == charge.code)
        item.fail("kind", "charge kind " + earlier.kind + " is given twice",
                  "Send one amount for each kind, or tell the lines apart by code.");
    charges.push_back(std::move(charge));
    reader.absorb(item);
  }
  return charges;
}

PriceWish read_price(ObjectReader& reader) {
  PriceWish price;
  price.fees = reader.optional_boolean("fees").value_or(true);
  price.fee_case = reader.optional_text("fee_case", {.max = 64}).value_or("");
  price.groups = reader.optional_texts("groups", {.min = 0, .max = kGroupsMax}, {.max = 64});
  price.receipt_g = optional_weight(reader, "receipt_g");
  price.result_g = optional_weight(reader, "result_g");
  const auto group = reader.optional_one_of("postage_group", EnumNames<PostageGroup>::kNames);
  if (group) price.postage_group = static_cast<PostageGroup>(*group);
  if (!price.fees && !price.receipt_g && !price.result_g && reader.ok())
    reader.fail("fees", "nothing is to be priced", "Leave price out, or give a weight.", Errc::missing_field);
  return price;
}

// What travels with a leg is what it is priced by.
void check_weights(ObjectReader& reader, const OrderWish& wish) {
  if (!wish.price) return;
  if (wish.leg == kLegs[1] && wish.price->receipt_g)
    reader.fail("price", "a delivery takes no papers to the agency",
                "Send result_g only; both weights belong to the pickup that pays for both ways.");
  if (wish.leg == kLegs[0] && wish.price->result_g && !wish.price->receipt_g)
    reader.fail("price", "a pickup without receipt_g has no price", "Send the weight of the papers.");
}

// The number that the post will know the order by is made of one of the two codes, so it must fit in one.
void check_codes(ObjectReader& reader, const OrderWish& wish) {
  if (!wish.dossier_code.empty() && !is_dossier_code(wish.dossier_code))
    reader.fail("dossier_code", "\"" + wish.dossier_code + "\" is not a dossier code",
                "Send the code exactly as Một cửa gave it, such as H01.16-250701-0001.");
  if (wish.dossier_code.empty() && wish.slip_no.empty())
    reader.fail("dossier_code", "neither dossier_code nor slip_no is given", "Send at least one of them.",
                Errc::missing_field);
  if (wish.slip_no.empty()) return;
  if (const auto number = external_number(wish.slip_no, Leg::pickup, kOrderAttemptMax); !number)
    reader.fail("slip_no", number.error());
}

}  // namespace

OrderBody read_order_body(ObjectReader& reader) {
  OrderBody body;
  body.agency = reader.optional_text("agency", {.min = 3, .max = 35}).value_or("");
  OrderWish& wish = body.wish;
  wish.leg = std::string(kLegs[reader.one_of("leg", kLegs)]);
  wish.dossier_code =
      reader.optional_text("dossier_code", {.max = limits::kDossierCodeCharsMax}).value_or("");
  wish.slip_no = reader.optional_text("slip_no", {.max = limits::kDossierCodeCharsMax}).value_or("");
  wish.procedure_code = reader.text("procedure_code", {.min = 8, .max = 8});
  wish.portal_status =
      static_cast<int>(reader.optional_integer("portal_status", {.min = 1, .max = 10}).value_or(0));
  wish.channel = static_cast<int>(reader.optional_integer("channel", {.min = 1, .max = 3}).value_or(1));
  wish.applicant_name = reader.optional_text("applicant_name", {.max = 200}).value_or("");
  wish.finished_at = reader.optional_time("finished_at");
  ObjectReader citizen = reader.object("citizen");
  wish.citizen = read_citizen(citizen);
  reader.absorb(citizen);
  wish.charges = read_charges(reader);
  if (auto price = reader.optional_object("price")) {
    wish.price = read_price(*price);
    reader.absorb(*price);
    for (const auto& charge : wish.charges)
      if (charge.paid)
        reader.fail("price", "a line that is paid has its price already",
                    "Send what is left to pay, and the paid lines, without price.");
    check_weights(reader, wish);
  }
  wish.papers = reader.optional_texts("papers", {.min = 0, .max = kPapersMax}, {.max = kPaperCharsMax});
  check_codes(reader, wish);
  return body;
}

OrderCorrection read_order_correction(ObjectReader& reader) {
  OrderCorrection correction;
  correction.note = reader.text("note", {.min = 3, .max = 300});
  if (auto citizen = reader.optional_object("citizen")) {
    correction.citizen = read_citizen(*citizen);
    reader.absorb(*citizen);
  }
  return correction;
}

json::object to_json(const RecipientCheck& check) {
  json::array compared;
  for (const auto& field : check.compared) compared.push_back(json::value(field));
  json::object out;
  out["answer"] = check.answer;
  out["compared"] = std::move(compared);
  out["checked_at"] = to_rfc3339(check.at);
  return out;
}

json::object to_json(const OrderView& order) {
  json::array charges;
  for (const auto& charge : order.charges)
    charges.push_back(json::object{{"kind", charge.kind},
                                   {"code", or_null(charge.code)},
                                   {"name", or_null(charge.name)},
                                   {"amount_vnd", charge.amount.dong()},
                                   {"version", or_null(charge.version)},
                                   {"rule", or_null(charge.rule)},
                                   {"state", charge.state},
                                   {"taken_vnd", charge.taken.dong()},
                                   {"paid_by", or_null(charge.paid_by)}});
  json::object out;
  out["id"] = order.id.to_text();
  out["number"] = order.number;
  out["leg"] = order.leg;
  out["attempt"] = order.attempt;
  out["state"] = order.state;
  out["reason"] = order.reason;
  out["carrier"] = order.carrier;
  out["agency"] = order.agency;
  out["dossier_code"] = or_null(order.dossier_code);
  out["slip_no"] = or_null(order.slip_no);
  out["item_code"] = or_null(order.item_code);
  out["parcel_state"] = order.parcel_state;
  out["outcome"] = order.parcel_step;
  out["created_at"] = to_rfc3339(order.created_at);
  out["placed_at"] = or_null(order.placed_at);
  out["charges"] = std::move(charges);
  out["promised_transfer"] = or_null(order.promised);
  out["recipient_check"] = order.recipient ? json::value(to_json(*order.recipient)) : json::value(nullptr);
  return out;
}

json::object to_json(const EventView& event) {
  json::object out;
  out["event_id"] = event.key.to_text();
  out["event"] = event.event;
  out["source"] = event.source;
  out["raw_code"] = event.raw_code;
  out["reason"] = event.reason;
  out["occurred_at"] = to_rfc3339(event.occurred_at);
  out["received_at"] = to_rfc3339(event.received_at);
  out["office"] = event.office;
  out["device"] = event.device;
  out["actor"] = event.actor;
  out["evidence"] = event.evidence;
  out["late"] = event.late;
  out["retracts"] = event.retracts ? json::value(event.retracts->to_text()) : json::value(nullptr);
  out["payment"] = or_null(std::string(event.by_transfer ? "transfer" : ""));
  return out;
}

json::object to_json(const ParcelView& parcel) {
  json::array events;
  for (const auto& event : parcel.events) events.push_back(to_json(event));
  json::object out;
  out["item_code"] = or_null(parcel.item_code);
  out["order_id"] = parcel.order_id.to_text();
  out["order_number"] = parcel.order_number;
  out["leg"] = parcel.leg;
  out["agency"] = parcel.agency;
  out["dossier_code"] = or_null(parcel.dossier_code);
  out["state"] = parcel.state;
  out["outcome"] = parcel.step;
  out["reason"] = parcel.reason;
  out["attempts"] = parcel.attempts;
  out["anomalies"] = parcel.anomalies;
  out["seal_no"] = parcel.seal_no;
  out["last_at"] = or_null(parcel.last_at);
  out["final_at"] = or_null(parcel.final_at);
  out["due_at"] = to_rfc3339(parcel.due_at);
  out["events"] = std::move(events);
  return out;
}

json::object to_json(const DossierView& dossier) {
  json::array orders;
  for (const auto& order : dossier.orders) orders.push_back(to_json(order));
  json::array parcels;
  for (const auto& parcel : dossier.parcels) parcels.push_back(to_json(parcel));
  json::object out;
  out["code"] = or_null(dossier.code);
  out["slip_no"] = or_null(dossier.slip_no);
  out["agency"] = dossier.agency;
  out["procedure_code"] = dossier.procedure_code;
  out["portal_status"] = number_or_null(dossier.portal_status);
  out["told_status"] = number_or_null(dossier.told_status);
  out["told_text"] = dossier.told_text;
  out["confirmed_status"] = number_or_null(dossier.confirmed_status);
  out["delivered_at"] = or_null(dossier.delivered_at);
  out["orders"] = std::move(orders);
  out["parcels"] = std::move(parcels);
  json::array exchanges;
  for (const auto& one : dossier.exchanges) exchanges.push_back(to_json(one, false));
  out["exchanges"] = std::move(exchanges);
  return out;
}

json::object to_json(const AttentionView& item) {
  json::object out;
  out["id"] = item.id;
  out["kind"] = item.kind;
  out["subject"] = item.subject;
  out["agency"] = or_null(item.agency);
  out["dossier_code"] = or_null(item.dossier_code);
  out["detail"] = item.detail;
  out["action"] = item.action;
  out["owner"] = item.owner;
  out["opened_at"] = to_rfc3339(item.opened_at);
  out["due_at"] = to_rfc3339(item.due_at);
  out["seen"] = item.seen;
  return out;
}

json::object to_json(const ClosedAttention& item) {
  json::object out;
  out["id"] = item.id;
  out["kind"] = item.kind;
  out["subject"] = item.subject;
  out["owner"] = item.owner;
  out["closed_at"] = to_rfc3339(item.closed_at);
  out["closed_by"] = item.closed_by;
  out["note"] = item.note;
  return out;
}

}  // namespace bccid::http
