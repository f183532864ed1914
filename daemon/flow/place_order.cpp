#include "flow/place_order.hpp"

#include "base/limits.hpp"
#include "base/time_text.hpp"
#include "domain/dossier/dossier.hpp"
#include "domain/order/order.hpp"
#include "domain/parcel/parcel.hpp"
#include "flow/accept_scans.hpp"
#include "flow/attention.hpp"
#include "flow/collect_cash.hpp"
#include "flow/online_payments.hpp"
#include "flow/party_json.hpp"
#include "flow/price_order.hpp"
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

CarrierParty office_of(const AgencyRow& agency, std::string_view province) {
  CarrierParty party;
  party.name = agency.name;
  party.phone = agency.phone;
  party.address = agency.address;
  party.province_code = std::string(province);
  party.commune_code = agency.commune_code;
  return party;
}

Status check_citizen(sql::Tx& tx, const CarrierParty& citizen) {
  const auto province = commune_province(tx, citizen.commune_code);
  if (!province)
    return missing("commune", citizen.commune_code, "Use a 5-digit commune code in force since 1/7/2025.",
                   "/citizen/commune_code");
  if (*province != citizen.province_code)
    return Failure(
        Errc::invalid_field,
        "commune " + citizen.commune_code + " is in province " + *province + ", not " + citizen.province_code,
        "Send the province that the commune belongs to.", "/citizen/province_code");
  return {};
}

Status check_finished(const OrderWish& wish, Time now) {
  if (!wish.finished_at) return {};
  if (*wish.finished_at <= now + limits::kScanFutureSkewMax &&
      *wish.finished_at >= now - limits::kFinishedAgeMax)
    return {};
  return Failure(
      Errc::invalid_field, to_rfc3339(*wish.finished_at) + " is no time at which a dossier was finished",
      "Send a time of the past twenty years; the server's time is " + to_rfc3339(now) + ".", "/finished_at");
}

// What the wish must agree with before anything is written.
Status check_wish(sql::Tx& tx, const OrderWish& wish, Leg leg, Time now) {
  if (auto finished = check_finished(wish, now); !finished) return finished;
  const auto procedure = read_procedure(tx, wish.procedure_code);
  if (!procedure)
    return missing("procedure", wish.procedure_code, "Use a code of the national list, such as 1.001193.",
                   "/procedure_code");
  if (leg == Leg::pickup ? !procedure->by_post_receive : !procedure->by_post_return)
    return Failure(Errc::conflict,
                   "procedure " + wish.procedure_code + " is not open to the post for this leg",
                   "QĐ 45/2016 Điều 1.2: ask the applicant to come in person.");
  if (auto lives = check_citizen(tx, wish.citizen); !lives) return lives;
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

void send_soon(sql::Tx& tx, const Actor& actor, const std::string& carrier, const std::string& number,
               const char* kind) {
  std::vector<OutboxMessage> messages;
  messages.push_back(OutboxMessage{"carrier:" + carrier, kind, number, "order:" + number,
                                   json::serialize(json::object{{"number", number}}), actor.request_id});
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

// What the post's refusal of an order left behind: a message that died with it, and two questions.
const sql::Query kForgetRefusal{"order_forget_refusal", R"(
WITH gone AS (
  UPDATE outbox SET state = 'void', finished_at = now(), reason = $3
   WHERE state = 'dead' AND kind = 'order.create' AND subject = $1 RETURNING id)
UPDATE attention SET closed_at = now(), closed_by = $2, note = $3
 WHERE closed_at IS NULL
   AND ((kind = 'order_refused' AND subject = $1) OR
        (kind = 'dead_letter' AND subject IN (SELECT 'outbox:' || id FROM gone))))"};

// The order is not sent yet, or its fate at the post is known to be nothing.
Result<OrderView> cancel_here(sql::Tx& tx, const Actor& actor, const OrderRow& order, std::string_view reason,
                              Time now) {
  move_order(tx, order.id, "cancelled", reason, now);
  tx.exec(kForgetRefusal, sql::Params::of("order:" + order.view.number, actor.id, "the order was cancelled"));
  void_messages(tx, "order:" + order.view.number, "order.create",
                "the order was cancelled before it was sent");
  cancel_parcel(tx, order.view.number, "job:cancel", now, actor.request_id);
  return *read_order_view(tx, order.view.id);
}

// The message that sends the order, as long as it may still be needed.
const sql::Query kSendingMessage{"order_sending_message", R"(
SELECT id, state FROM outbox
 WHERE order_key = outbox_order_key($1::text, $2::text) AND target = $1 AND subject = 'order:' || $2::text
   AND kind = 'order.create' AND state IN ('scheduled', 'leased')
UNION ALL
SELECT id, state FROM outbox WHERE state = 'dead' AND kind = 'order.create' AND subject = 'order:' || $2::text
 ORDER BY id DESC LIMIT 1)"};

const sql::Query kSameCitizen{"order_same_citizen", R"(
SELECT CASE WHEN leg = 'pickup' THEN sender ELSE receiver END = $2::jsonb FROM orders WHERE id = $1)"};

const sql::Query kCorrectCitizen{"order_correct_citizen", R"(
UPDATE orders SET sender = CASE WHEN leg = 'pickup' THEN $2::jsonb ELSE sender END,
                  receiver = CASE WHEN leg = 'delivery' THEN $2::jsonb ELSE receiver END
 WHERE id = $1)"};

const sql::Query kAuditRelease{"order_release_record", R"(
INSERT INTO audit (actor, role, action, subject, request_id, detail)
VALUES ($1, $2, 'order.release', 'order:' || $3::text, $4,
        jsonb_build_object('note', $5::text, 'citizen_corrected', $6::boolean)))"};

struct SendingMessage {
  std::int64_t id = 0;
  std::string state;  // empty: there is none
};

SendingMessage sending_message(sql::Tx& tx, const OrderView& order) {
  const auto rows = tx.exec(kSendingMessage, sql::Params::of("carrier:" + order.carrier, order.number));
  if (rows.empty()) return {};
  return {rows.front().i64(0), rows.front().str(1)};
}

// A held order becomes wanted, with what was corrected. Errors: as release_order.
Status unhold(sql::Tx& tx, const Actor& actor, const OrderRow& order, const OrderCorrection& correction,
              Time now) {
  if (correction.citizen) {
    if (auto lives = check_citizen(tx, *correction.citizen); !lives) return lives;
    tx.exec(kCorrectCitizen, sql::Params::of(order.id, party_json(*correction.citizen)));
  }
  move_order(tx, order.id, "wanted", "", now);
  tx.exec(kAuditRelease, sql::Params::of(actor.id, actor.role, order.view.number, actor.request_id,
                                         correction.note, correction.citizen.has_value()));
  return {};
}

// An order that is on its way cannot take other particulars any more.
Status check_same(sql::Tx& tx, const OrderRow& order, const OrderCorrection& correction) {
  if (!correction.citizen) return {};
  const auto same = tx.exec(kSameCitizen, sql::Params::of(order.id, party_json(*correction.citizen)));
  if (same.front().boolean(0)) return {};
  return Failure(Errc::conflict,
                 "order " + order.view.number + " is " + order.view.state + " with other particulars",
                 "Only an order that the post refused can be corrected; cancel it and place another.");
}

// More papers may follow only while the agency waits for them.
bool is_supplement(const OrderWish& wish, Leg leg) {
  return leg == Leg::pickup && wish.portal_status == static_cast<int>(PortalStatus::supplement_requested);
}

FeeTiming due_now(const OrderWish& wish, Leg leg) {
  if (leg == Leg::delivery) return FeeTiming::on_returning;
  return is_supplement(wish, leg) ? FeeTiming::on_supplement : FeeTiming::on_receiving;
}

Result<PricedOrder> price(sql::Tx& tx, const OrderWish& wish, const AgencyRow& agency,
                          std::string_view carrier, Leg leg, Time now) {
  if (!wish.price) return PricedOrder{wish.charges, {}};
  const auto province = commune_province(tx, agency.commune_code);
  if (!province)
    return Failure(Errc::conflict, "agency " + agency.code + " has no commune that decides its prices",
                   "Set it with: bccid agency add --code CODE --commune COMMUNE.", "/price");
  return price_order(tx, wish, agency, {*province, carrier, business_day(now), due_now(wish, leg)});
}

std::vector<WantedCharge> unpaid(std::vector<WantedCharge> charges) {
  std::erase_if(charges, [](const WantedCharge& charge) { return charge.paid.has_value(); });
  return charges;
}

// A result that may go out is finished: who says nothing of its status says 9, or the dossier would never be
// told that the result was given.
OrderWish with_status(const OrderWish& asked) {
  OrderWish wish = asked;
  if (wish.leg == name(Leg::delivery) && wish.portal_status == 0)
    wish.portal_status = static_cast<int>(PortalStatus::processed);
  return wish;
}

}  // namespace

Result<OrderView> place_order(sql::Tx& tx, const Actor& actor, std::string_view agency_code,
                              std::string_view carrier, const OrderWish& asked, Time now) {
  const OrderWish wish = with_status(asked);
  const auto leg = from_name<Leg>(wish.leg);
  if (!leg) return missing("leg", wish.leg, "Use pickup or delivery.", "/leg");
  const auto agency = read_agency(tx, agency_code);
  if (!agency)
    return missing("agency", agency_code, "Register the agency with: bccid agency add.", "/agency");
  if (auto status = check_wish(tx, wish, *leg, now); !status) return status.error();

  auto dossier = lock_or_create_dossier(tx, agency->code, wish, now);
  if (!dossier) return dossier.error();
  const auto standing = standing_order(tx, dossier->id, wish.leg);
  const bool live = standing && standing->live;
  if (!live && *leg == Leg::delivery && dossier->told_status == 10)
    return Failure(Errc::conflict, "the result of dossier " + wish.dossier_code + " is already delivered",
                   "Look at the dossier's timeline.");
  if (standing && (live || !is_supplement(wish, *leg))) {
    auto view = *read_order_view(tx, standing->id);
    view.existed = true;
    return view;
  }

  const std::string& base = dossier->code.empty() ? dossier->slip_no : dossier->code;
  const int attempt = last_attempt(tx, dossier->id, wish.leg, base) + 1;
  const auto number = external_number(base, *leg, attempt);
  if (!number)
    return Failure(number.error().code, number.error().detail, number.error().hint,
                   dossier->code.empty() ? "/slip_no" : "/dossier_code");
  const auto priced = price(tx, wish, *agency, carrier, *leg, now);
  if (!priced) return priced.error();
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
  if (auto paid = raise_paid(tx, actor, {id, agency->code, *number}, priced->charges, now); !paid)
    return paid.error();
  raise_charges(tx, id, agency->code, *number, unpaid(priced->charges), now);
  insert_reliefs(tx, id, priced->reliefs, now);
  send_soon(tx, actor, order.carrier, *number, "order.create");
  // The post's feed, or a scanner, may have been faster than the order itself.
  adopt_held_scans(tx, {*number}, now, actor.request_id);
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
    return cancel_here(tx, actor, *order, reason, now);
  }
  if (state == OrderState::unknown || state == OrderState::placed) {
    record_cancel(tx, actor, *order, reason);
    move_order(tx, order->id, "cancel_wanted", reason, now);
    send_soon(tx, actor, order->view.carrier, order->view.number, "order.cancel");
    return *read_order_view(tx, id);
  }
  return Failure(Errc::conflict, "order " + order->view.number + " is " + order->view.state,
                 state == OrderState::sending ? "It is being sent this moment: try again in a minute."
                                              : "It is closed and stays so.");
}

Result<OrderView> release_order(sql::Tx& tx, const Actor& actor, const Uuid& id,
                                const OrderCorrection& correction, Time now) {
  const auto order = lock_order(tx, id);
  if (!order || !may_see(actor, order->view.agency)) return hidden_order(id);
  const auto state = from_name<OrderState>(order->view.state);
  if (state == OrderState::cancel_wanted || state == OrderState::cancelled || state == OrderState::refused ||
      state == OrderState::completed)
    return Failure(Errc::conflict, "order " + order->view.number + " is " + order->view.state,
                   "Place a new order if the dossier still has to travel.");
  const bool held = state == OrderState::held;
  const auto message = sending_message(tx, order->view);
  if (held && message.state == "leased")
    return Failure(Errc::conflict,
                   "the refusal of order " + order->view.number + " is being recorded this moment",
                   "Try again in a minute.");
  auto status = held ? unhold(tx, actor, *order, correction, now) : check_same(tx, *order, correction);
  if (!status) return status.error();
  if (message.state == "dead") status = replay(tx, message.id, actor.id, actor.role);
  if (!status) return status.error();
  if (held && message.state.empty())
    send_soon(tx, actor, order->view.carrier, order->view.number, "order.create");
  close_attention(tx, "order_refused", {"order:" + order->view.number}, actor, correction.note);
  return *read_order_view(tx, id);
}

Result<OrderView> read_order(sql::Tx& tx, const Actor& actor, const Uuid& id) {
  auto view = read_order_view(tx, id);
  if (!view || !may_see(actor, view->agency)) return hidden_order(id);
  return std::move(*view);
}

}  // namespace bccid
