#include "flow/online_payments.hpp"

#include "base/limits.hpp"
#include "base/time_text.hpp"
#include "domain/payment/payment_reference.hpp"
#include "flow/collect_cash.hpp"
#include "flow/payer_transfers.hpp"

#include <algorithm>
#include <map>

namespace bccid {
namespace {

constexpr std::chrono::hours kPaymentAgeMax{24 * 366};  // older is a wrong date

const sql::Query kDueByGoal{"online_due_by_goal", R"(
SELECT c.kind, coalesce(nullif(c.destination, ''), a.bank_account), sum(c.amount)::bigint
  FROM charge c JOIN agency a ON a.code = c.agency_code
 WHERE c.order_id = $1 AND c.state = 'due' AND c.kind = ANY ($2::text[])
 GROUP BY 1, 2 ORDER BY 1 DESC, 2)"};

// Which order the remittances of a payment belong to.
const sql::Query kPaidOrder{"online_paid_order", R"(
SELECT DISTINCT o.public_id, o.number
  FROM remittance r
  JOIN remittance_charge rc ON rc.remittance_id = r.id
  JOIN charge c ON c.id = rc.charge_id
  JOIN orders o ON o.id = c.order_id
 WHERE r.reference = $1)"};

const sql::Query kOrderRow{"online_order_row", "SELECT id FROM orders WHERE public_id = $1"};

Status check_time(const OnlinePayment& payment, Time now, std::string pointer) {
  if (payment.paid_at <= now + limits::kScanFutureSkewMax && payment.paid_at >= now - kPaymentAgeMax)
    return {};
  return Failure(
      Errc::invalid_field,
      to_rfc3339(payment.paid_at) + " is no time at which payment " + payment.reference + " was made",
      "Send a time of the past year; the server's time is " + to_rfc3339(now) + ".", std::move(pointer));
}

Failure known_reference(const OnlinePayment& payment, const std::string& number, std::string pointer) {
  return Failure(Errc::conflict,
                 "payment " + payment.reference + " is booked on order " + number + " already",
                 "Each payment of the platform has a reference of its own: check it.", std::move(pointer));
}

// All that is due of these kinds, to whatever account; returns how much that was.
Result<Money> book_all_due(sql::Tx& tx, const Actor& actor, std::int64_t order, const OnlinePayment& payment,
                           const std::vector<ChargeKind>& kinds, Time now) {
  auto params = sql::Params::of(order);
  params.add_array(kinds, [](ChargeKind kind) { return name(kind); });
  std::vector<PayerTransfer> transfers;
  for (const auto row : tx.exec(kDueByGoal, params)) {
    if (row.text(1).empty())
      return Failure(Errc::conflict, "no account is known that payment " + payment.reference + " went to",
                     "Set the agency's fee account with: bccid agency add --code CODE --account ACCOUNT.");
    const auto kind = row.text(0) == name(ChargeKind::fee) ? ChargeKind::fee : ChargeKind::charge;
    transfers.push_back({order, kind, row.str(1), row.money(2),
                         online_reference(payment.reference, transfers.size()), payment.paid_at,
                         kPaidOnline});
  }
  Money sum;
  for (const auto booked : book_transfers(tx, actor, transfers, now).amounts) sum += booked;
  return sum;
}

}  // namespace

Status raise_paid(sql::Tx& tx, const Actor& actor, const RaisedFor& order,
                  const std::vector<WantedCharge>& charges, Time now) {
  std::map<std::string, std::vector<WantedCharge>> by_payment;
  for (const auto& charge : charges)
    if (charge.paid) by_payment[charge.paid->reference].push_back(charge);
  for (const auto& [reference, lines] : by_payment) {
    const auto& payment = *lines.front().paid;
    if (auto good = check_time(payment, now, "/charges"); !good) return good;
    if (const auto known = tx.exec(kPaidOrder, sql::Params::of(reference)); !known.empty())
      return known_reference(payment, known.front().str(1), "/charges");
    // Nothing else is due yet, so the payment pays exactly its own lines.
    raise_charges(tx, order.order_id, order.agency, order.number, lines, now);
    const auto booked =
        book_all_due(tx, actor, order.order_id, payment, {ChargeKind::fee, ChargeKind::charge}, now);
    if (!booked) return booked.error();
  }
  return {};
}

Result<OrderView> record_online_payment(sql::Tx& tx, const Actor& actor, const Uuid& id,
                                        const LatePayment& late, Time now) {
  auto order = read_order_view(tx, id);
  if (!order || (!actor.agency.empty() && actor.agency != order->agency))
    return Failure(Errc::not_found, "there is no order " + id.to_text(),
                   "Check the id; orders of other agencies are not shown.");
  if (auto good = check_time(late.payment, now, "/paid_at"); !good) return good.error();
  if (const auto known = tx.exec(kPaidOrder, sql::Params::of(late.payment.reference)); !known.empty()) {
    if (known.front().str(1) != order->number)
      return known_reference(late.payment, known.front().str(1), "/reference");
    order->existed = true;
    return std::move(*order);
  }
  const auto row = tx.exec(kOrderRow, sql::Params::of(id)).front().i64(0);
  const auto booked = book_all_due(tx, actor, row, late.payment, late.kinds, now);
  if (!booked) return booked.error();
  if (*booked != late.amount)
    return Failure(
        Errc::conflict,
        booked->to_text() + " is due on order " + order->number + " for these kinds, not " +
            late.amount.to_text(),
        "Read the order's charges: what was collected already has to be paid back on the platform.",
        "/amount_vnd");
  return *read_order_view(tx, id);
}

}  // namespace bccid
