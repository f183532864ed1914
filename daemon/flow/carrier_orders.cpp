#include "flow/carrier_orders.hpp"

#include "domain/order/order.hpp"
#include "flow/accept_scans.hpp"
#include "flow/attention.hpp"
#include "flow/order_events.hpp"
#include "flow/order_looks.hpp"
#include "flow/party_json.hpp"
#include "flow/waybills.hpp"
#include "store/parcel_store.hpp"

#include <algorithm>
#include <stdexcept>

namespace bccid {
namespace {

// The post collects for others what is owed to them; its own postage is not part of that.
const sql::Query kLockOrder{"carrier_order_lock", R"(
  SELECT o.number, o.state, o.carrier, o.leg, o.sender::text, o.receiver::text, o.contents, o.reason,
         o.asked_since, o.cancel_asked_since, d.agency_code, coalesce(d.code, d.slip_no),
         (SELECT coalesce(sum(c.amount), 0)::bigint FROM charge c
           WHERE c.order_id = o.id AND c.kind IN ('fee', 'charge') AND c.state = 'due')
    FROM orders o JOIN dossier d ON d.id = o.dossier_id
   WHERE o.number = $1::text FOR NO KEY UPDATE OF o
)"};

// What the post has told about a number: is it there, and when did the last reading begin that would have
// shown it, of the whole feed or of this order. That a post has no order of ours is believed only where it
// has found one by our number before: asked in a wrong way, it has none at all.
const sql::Query kAskFeed{"carrier_order_ask_feed", R"(
  SELECT EXISTS (SELECT 1 FROM feed_row WHERE carrier = $1::text AND order_number = $2::text)
         OR EXISTS (SELECT 1 FROM order_look WHERE number = $2::text AND seen_at IS NOT NULL),
         greatest((SELECT end_seen_at FROM feed_cursor WHERE carrier = $1::text),
                  (SELECT l.absent_at FROM order_look l
                    WHERE l.number = $2::text
                      AND EXISTS (SELECT 1 FROM order_look s
                                   WHERE s.carrier = $1::text AND s.seen_at IS NOT NULL)))
)"};

const sql::Query kBeginSend{"carrier_order_begin_send", R"(
  UPDATE orders SET sent_at = $2::timestamptz, reason = '' WHERE number = $1::text
)"};

const sql::Query kAskedSince{"carrier_order_asked_since", R"(
  UPDATE orders SET asked_since = $2::timestamptz, reason = $3::text WHERE number = $1::text
)"};

const sql::Query kCancelAsked{"carrier_order_cancel_asked", R"(
  UPDATE orders SET cancel_asked_since = coalesce(cancel_asked_since, $2::timestamptz), reason = $3::text
   WHERE number = $1::text
)"};

const sql::Query kReason{"carrier_order_reason", R"(
  UPDATE orders SET reason = $2::text WHERE number = $1::text
)"};

struct OrderAtPost {
  std::string number;
  OrderState state = OrderState::wanted;
  std::string carrier;
  std::string leg;
  std::string sender, receiver, contents, reason;
  std::optional<Time> asked_since, cancel_asked_since;
  std::string agency, dossier;
  Money cod;
};

std::optional<OrderAtPost> lock(sql::Tx& tx, std::string_view number) {
  const auto rows = tx.exec(kLockOrder, sql::Params::of(number));
  if (rows.empty()) return std::nullopt;
  const auto row = rows.front();
  const auto state = from_name<OrderState>(row.text(1));
  if (!state) throw std::logic_error("order " + row.str(0) + " has the unknown state " + row.str(1));
  return OrderAtPost{row.str(0),  *state,      row.str(2),   row.str(3),      row.str(4),
                     row.str(5),  row.str(6),  row.str(7),   row.opt_time(8), row.opt_time(9),
                     row.str(10), row.str(11), row.money(12)};
}

// Scans lock a parcel before its order; whoever will change both does so, too, or each would wait for the
// other.
void lock_parcel_first(sql::Tx& tx, std::string_view number) { lock_parcels(tx, {}, {std::string(number)}); }

CarrierOrder carrier_order(const OrderAtPost& order) {
  CarrierOrder made;
  made.number = order.number;
  made.sender = party_of(order.sender);
  made.receiver = party_of(order.receiver);
  made.cod = order.cod;
  made.contents = order.contents;
  made.note = order.leg == name(Leg::pickup) ? "Nhận hồ sơ tại địa chỉ người gửi" : "Trả kết quả hồ sơ";
  return made;
}

enum class AtPost { there, absent, unclear };

struct FeedAnswer {
  AtPost at = AtPost::unclear;
  Time ask_at{};
};

// A whole reading that began late enough would have shown the number.
FeedAnswer ask_feed(sql::Tx& tx, const OrderAtPost& order, Duration settle) {
  const auto rows = tx.exec(kAskFeed, sql::Params::of(order.carrier, order.number));
  if (rows.front().boolean(0)) return {AtPost::there, {}};
  const Time settled = order.asked_since.value() + settle;
  const auto read = rows.front().opt_time(1);
  if (read && *read >= settled) return {AtPost::absent, {}};
  return {AtPost::unclear, settled};
}

SendPlan nothing(SendStep step, std::string reason) {
  SendPlan plan;
  plan.step = step;
  plan.reason = std::move(reason);
  return plan;
}

// An order without a number stays as it is: nothing was sent, and it is asked for again.
SendPlan begin_send(sql::Tx& tx, const OrderAtPost& order, const SendTerms& terms, Time now) {
  std::string item_code;
  if (terms.with_item_code) {
    item_code = lease_waybill(tx, order.carrier, order.number, terms.waybills_low, now);
    if (item_code.empty()) return nothing(SendStep::no_number, no_waybill_left(order.carrier));
  }
  move_orders(tx, {order.number}, OrderEvent::sent, now);
  tx.exec(kBeginSend, sql::Params::of(order.number, now));
  if (terms.first_look) begin_looks(tx, order.number, now + *terms.first_look);
  SendPlan plan;
  plan.step = SendStep::send;
  plan.order = carrier_order(order);
  plan.order.item_code = std::move(item_code);
  return plan;
}

// The outcome of a send is unknown: the feed decides.
SendPlan ask(sql::Tx& tx, const OrderAtPost& order, const SendTerms& terms, Time now) {
  const auto answer = ask_feed(tx, order, terms.settle);
  if (answer.at == AtPost::unclear) {
    auto plan = nothing(SendStep::ask_later, "waiting for the post to show order " + order.number);
    plan.ask_at = answer.ask_at;
    hasten_look(tx, order.number, std::max(now, answer.ask_at));
    return plan;
  }
  const bool there = answer.at == AtPost::there;
  move_orders(tx, {order.number}, there ? OrderEvent::found : OrderEvent::not_found, now);
  if (there) return nothing(SendStep::done, "the post shows the order");
  if (order.state != OrderState::cancel_wanted) return begin_send(tx, order, terms, now);
  cancel_parcel(tx, order.number, "job:carrier", now);
  return nothing(SendStep::unwanted, "the order was cancelled and the post never had it");
}

SendPlan plan_wanted(sql::Tx& tx, const OrderAtPost& order, const SendTerms& terms, Time now) {
  const auto rows = tx.exec(kAskFeed, sql::Params::of(order.carrier, order.number));
  if (!rows.front().boolean(0)) return begin_send(tx, order, terms, now);
  move_orders(tx, {order.number}, OrderEvent::found, now);
  return nothing(SendStep::done, "the post shows the order");
}

Attention about(const OrderAtPost& order, std::string kind, Time now) {
  Attention item;
  item.kind = std::move(kind);
  item.subject = "order:" + order.number;
  item.agency_code = order.agency;
  item.dossier_code = order.dossier;
  item.owner = "clerk";
  item.due_at = now + std::chrono::hours(4);
  return item;
}

void set_asked_since(sql::Tx& tx, const OrderAtPost& order, Time now, const std::string& reason) {
  tx.exec(kAskedSince, sql::Params::of(order.number, now, reason));
}

void refuse(sql::Tx& tx, const OrderAtPost& order, const std::string& reason, Time now) {
  if (move_orders(tx, {order.number}, OrderEvent::rejected, now) == 0) return;
  if (order.state == OrderState::placed) return;  // the feed shows it and is believed
  tx.exec(kReason, sql::Params::of(order.number, reason));
  auto item = about(order, "order_refused", now);
  item.detail = "the post refused order " + order.number + ": " + reason;
  item.action = "Release the order with what was wrong corrected, or cancel it.";
  open_attention(tx, {std::move(item)});
}

void cancelled(sql::Tx& tx, const OrderAtPost& order, Time now) {
  if (move_orders(tx, {order.number}, OrderEvent::cancel_confirmed, now) == 0) return;
  cancel_parcel(tx, order.number, "job:carrier", now);
}

// A person at the post decides. It is cancelled when its events say so; until then nobody may think it is.
void cancel_pending(sql::Tx& tx, const OrderAtPost& order, const std::string& reason, Time now) {
  tx.exec(kCancelAsked, sql::Params::of(order.number, now, reason));
  hasten_look(tx, order.number, now);
  auto item = about(order, "cancel_pending", now);
  item.detail = "the post has yet to decide whether order " + order.number + " is cancelled: " + reason;
  item.action = "Ask the post for its decision; the item closes when its events show one.";
  open_attention(tx, {std::move(item)});
}

void cancel_refused(sql::Tx& tx, const OrderAtPost& order, const std::string& reason, Time now) {
  const bool tried_before = order.cancel_asked_since.has_value();
  if (!tried_before && move_orders(tx, {order.number}, OrderEvent::cancel_rejected, now) == 0) return;
  auto item = about(order, tried_before ? "cancel_unclear" : "cancel_refused", now);
  item.detail = "the post did not cancel order " + order.number + ": " + reason;
  item.action =
      tried_before
          ? "Ask the post, then close the item: an earlier try had no answer and may have cancelled it."
          : "Tell the agency that the parcel is under way, then close the item; stop it at the office if "
            "needed.";
  open_attention(tx, {std::move(item)});
}

}  // namespace

SendPlan plan_order_send(sql::Tx& tx, std::string_view number, const SendTerms& terms, Time now) {
  if (terms.with_item_code) lock_parcel_first(tx, number);
  auto order = lock(tx, number);
  if (!order) return nothing(SendStep::unwanted, "there is no order " + std::string(number));
  if (order->state == OrderState::sending) {
    move_orders(tx, {order->number}, OrderEvent::outcome_unknown, now);
    set_asked_since(tx, *order, now, "the sender ended before the post answered");
    order->state = OrderState::unknown;
    order->asked_since = now;
  }
  switch (order->state) {
    case OrderState::wanted: return plan_wanted(tx, *order, terms, now);
    case OrderState::unknown: return ask(tx, *order, terms, now);
    case OrderState::cancel_wanted:
      return order->asked_since ? ask(tx, *order, terms, now)
                                : nothing(SendStep::done, "the post has the order; its cancellation follows");
    case OrderState::held: return nothing(SendStep::refused, order->reason);
    case OrderState::placed:
    case OrderState::completed: return nothing(SendStep::done, "the post has the order");
    case OrderState::sending:
    case OrderState::cancelled:
    case OrderState::refused: break;
  }
  return nothing(SendStep::unwanted, "order is " + std::string(name(order->state)));
}

void apply_send_report(sql::Tx& tx, std::string_view number, const SendReport& report, Time now) {
  const auto order = lock(tx, number);
  if (!order) return;
  switch (report.outcome) {
    case SendOutcome::accepted:
      // A late yes to an order whose outcome was given up as unknown is as good as a row of the feed.
      if (move_orders(tx, {order->number}, OrderEvent::acknowledged, now) == 0)
        move_orders(tx, {order->number}, OrderEvent::found, now);
      hasten_look(tx, order->number, now);  // its label's number is wanted
      return;
    case SendOutcome::rejected: refuse(tx, *order, report.reason, now); return;
    case SendOutcome::not_sent:
      if (order->state != OrderState::sending) return;
      move_orders(tx, {order->number}, OrderEvent::outcome_unknown, now);
      move_orders(tx, {order->number}, OrderEvent::not_found, now);
      tx.exec(kReason, sql::Params::of(order->number, report.reason));
      return;
    case SendOutcome::pending:
    case SendOutcome::unknown:
      if (order->state != OrderState::sending) return;
      move_orders(tx, {order->number}, OrderEvent::outcome_unknown, now);
      set_asked_since(tx, *order, now, report.reason);
      hasten_look(tx, order->number, now);
      return;
  }
}

SendPlan plan_order_cancel(sql::Tx& tx, std::string_view number) {
  const auto order = lock(tx, number);
  if (!order) return nothing(SendStep::unwanted, "there is no order " + std::string(number));
  if (order->state == OrderState::cancelled) return nothing(SendStep::done, "the order is cancelled");
  if (order->state != OrderState::cancel_wanted)
    return nothing(SendStep::unwanted, "order is " + std::string(name(order->state)));
  SendPlan plan;
  plan.step = SendStep::send;
  plan.order.number = order->number;
  return plan;
}

void apply_cancel_report(sql::Tx& tx, std::string_view number, const SendReport& report, Time now) {
  lock_parcel_first(tx, number);
  const auto order = lock(tx, number);
  if (!order || order->state != OrderState::cancel_wanted) return;
  switch (report.outcome) {
    case SendOutcome::accepted: cancelled(tx, *order, now); return;
    case SendOutcome::rejected: cancel_refused(tx, *order, report.reason, now); return;
    case SendOutcome::pending: cancel_pending(tx, *order, report.reason, now); return;
    case SendOutcome::unknown:
      tx.exec(kCancelAsked, sql::Params::of(order->number, now, report.reason));
      return;
    case SendOutcome::not_sent: return;
  }
}

}  // namespace bccid
