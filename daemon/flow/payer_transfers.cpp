#include "flow/payer_transfers.hpp"

#include "base/time_text.hpp"
#include "flow/cash_collection.hpp"
#include "store/break_store.hpp"
#include "store/charge_store.hpp"
#include "store/ledger_store.hpp"
#include "store/parcel_store.hpp"
#include "store/receipt_store.hpp"
#include "store/remittance_store.hpp"
#include "store/stored_name.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace bccid {
namespace {

const sql::Query kOrders{"transfer_orders", R"(
SELECT o.id, o.number, d.agency_code, coalesce(d.code, d.slip_no, ''), a.bank_account
  FROM orders o JOIN dossier d ON d.id = o.dossier_id JOIN agency a ON a.code = d.agency_code
 WHERE o.id = ANY ($1::bigint[]) ORDER BY o.id)"};

const sql::Query kTaken{"transfer_taken_references",
                        "SELECT reference FROM remittance WHERE reference = ANY ($1::text[]) ORDER BY 1"};

const sql::Query kAwaited{
    "transfer_awaited_references",
    "SELECT reference FROM remittance WHERE reference = ANY ($1::text[]) AND state = 'sent'"};

const sql::Query kBookedAs{"transfer_booked_as", R"(
SELECT n.line_id, r.reference
  FROM unnest($1::bigint[]) AS w(id)
 CROSS JOIN LATERAL (SELECT * FROM line_name WHERE line_id = w.id OFFSET 0) n
  JOIN remittance r ON r.id = n.remittance_id AND r.source = 'payer'
 ORDER BY n.line_id, r.id)"};

// Looks without a lock: what is booked is decided again under it.
const sql::Query kDue{"transfer_due", R"(
SELECT c.order_id, c.kind, sum(c.amount)::bigint
  FROM charge c JOIN agency a ON a.code = c.agency_code
 WHERE c.order_id = ANY ($1::bigint[]) AND c.state = 'due'
   AND account_of_charge(c.kind, c.destination, a.bank_account) = $2
 GROUP BY c.order_id, c.kind)"};

const sql::Query kNamed{"transfer_named_orders", R"(
SELECT DISTINCT o.id, c.kind, o.number, coalesce(d.code, d.slip_no, '')
  FROM charge c
  JOIN agency a ON a.code = c.agency_code
  JOIN orders o ON o.id = c.order_id
  JOIN dossier d ON d.id = o.dossier_id
 WHERE c.order_id = ANY ($1::bigint[]) AND account_of_charge(c.kind, c.destination, a.bank_account) = $2)"};

struct PaidOrder {
  std::string number, agency, dossier_code, account;
};
using PaidOrders = std::map<std::int64_t, PaidOrder>;

PaidOrders orders_of(sql::Tx& tx, const std::vector<PayerTransfer>& transfers) {
  std::set<std::int64_t> ids;
  for (const auto& transfer : transfers) ids.insert(transfer.order_id);
  const std::vector<std::int64_t> list(ids.begin(), ids.end());
  PaidOrders orders;
  for (const auto row : tx.exec(kOrders, sql::Params().add_array(list)))
    orders[row.i64(0)] = {row.str(1), row.str(2), row.str(3), row.str(4)};
  return orders;
}

// Parcels before charges, as whoever scans locks them.
std::vector<Charge> lock_orders(sql::Tx& tx, const PaidOrders& orders) {
  std::vector<std::string> numbers;
  std::vector<std::int64_t> ids;
  for (const auto& [id, order] : orders) {
    numbers.push_back(order.number);
    ids.push_back(id);
  }
  lock_parcels(tx, {}, numbers);
  auto charges = lock_charges_of_orders(tx, ids);
  for (auto& charge : charges)
    if (charge.destination.empty() && charge.kind != ChargeKind::postage)
      charge.destination = orders.at(charge.order_id).account;
  return charges;
}

using DebtKey = std::tuple<std::int64_t, ChargeKind, std::string>;

// The transfers as payments, none of more than what is due when it comes to it.
std::vector<CashTaken> payments_of(const std::vector<PayerTransfer>& transfers, const PaidOrders& orders,
                                   const std::vector<Charge>& charges, Time now) {
  std::map<DebtKey, Money> due;
  for (const auto& charge : charges)
    if (charge.state == MoneyState::due)
      due[{charge.order_id, charge.kind, charge.destination}] += charge.amount;
  std::vector<CashTaken> payments;
  for (const auto& transfer : transfers) {
    CashTaken paid;
    paid.event_key = new_uuid_v7(now);
    Money& left = due[{transfer.order_id, transfer.kind, transfer.account}];
    const Money amount = std::min(transfer.amount, left);
    left -= amount;
    paid.of(transfer.kind) = amount;
    paid.order_id = transfer.order_id;
    const auto& order = orders.at(transfer.order_id);
    paid.agency = order.agency;
    paid.dossier_code = order.dossier_code;
    paid.order_number = order.number;
    paid.collector = std::string(transfer.way);
    paid.occurred_at = transfer.paid_at;
    paid.transfer = transfer.reference;
    paid.account = transfer.account;
    payments.push_back(std::move(paid));
  }
  return payments;
}

std::vector<RemittanceRow> remittances_of(const std::vector<PayerTransfer>& transfers,
                                          const std::vector<CashTaken>& payments,
                                          const std::vector<PaidLine>& paid, const Actor& actor) {
  std::vector<RemittanceRow> rows;
  for (std::size_t i = 0; i < transfers.size(); ++i) {
    RemittanceRow row;
    row.public_id = payments[i].event_key;
    row.reference = transfers[i].reference;
    row.agency = payments[i].agency;
    row.kind = transfers[i].kind;
    row.bank_account = transfers[i].account;
    row.sent_at = row.oldest_collected_at = transfers[i].paid_at;
    row.actor = actor.id;
    row.source = transfers[i].way == kPaidOnline ? RemittanceSource::platform : RemittanceSource::payer;
    for (const auto& line : paid)
      if (line.event == row.public_id) {
        row.amount += line.amount;
        row.charges.push_back(line.charge_id);
      }
    if (!row.charges.empty()) rows.push_back(std::move(row));
  }
  return rows;
}

// --- what lines say ------------------------------------------------------------------------------------

std::vector<std::int64_t> named_ids(const std::vector<TransferLine>& lines) {
  std::set<std::int64_t> ids;
  for (const auto& line : lines)
    for (const auto& reference : line.named) ids.insert(reference.order_id);
  return {ids.begin(), ids.end()};
}

using DueByOrder = std::map<std::int64_t, std::map<ChargeKind, Money>>;

DueByOrder due_on_account(sql::Tx& tx, const std::vector<TransferLine>& lines) {
  DueByOrder due;
  for (const auto row : tx.exec(kDue, sql::Params().add_array(named_ids(lines)).add(lines.front().account)))
    due[row.i64(0)][stored_name<ChargeKind>(row.text(1))] = row.money(2);
  return due;
}

// Of the readings of a line's text those that something is due for; of several readings of one number those
// that make sense together.
std::vector<PaymentReference> meant_by(const TransferLine& line, DueByOrder& due) {
  std::vector<PaymentReference> open;
  std::map<std::int64_t, Money> owed;
  Money all;
  for (const auto& reference : line.named) {
    const Money amount = due[reference.order_id][reference.kind];
    if (amount.zero()) continue;
    open.push_back(reference);
    owed[reference.order_id] += amount;
    all += amount;
  }
  if (owed.size() <= 1 || all == line.amount) return open;
  std::vector<std::int64_t> exact;
  for (const auto& [order, amount] : owed)
    if (amount == line.amount) exact.push_back(order);
  std::erase_if(open, [&exact](const PaymentReference& reference) {
    return exact.size() != 1 || reference.order_id != exact.front();
  });
  return open;
}

// A line pays on the day that its bank booked it on; one that waited in clearing pays at this moment, because
// what was in clearing yesterday paid nothing yesterday.
Time paid_at(const TransferLine& line, Time now) { return line.fresh ? start_of_day(line.booked) : now; }

// The first by its day, then by its key, whatever the order of the file.
void sort_lines(std::vector<TransferLine>& lines) {
  std::ranges::sort(lines, [](const TransferLine& left, const TransferLine& right) {
    return std::tie(left.booked, left.key) < std::tie(right.booked, right.key);
  });
}

std::vector<std::string> texts_of(const std::vector<TransferLine>& lines) {
  std::vector<std::string> texts;
  for (const auto& line : lines)
    for (const auto& reference : line.named) texts.push_back(payment_reference_text(reference));
  return texts;
}

// Their remittances are booked and wait for a line: perhaps for one of these.
void forget_awaited(sql::Tx& tx, std::vector<TransferLine>& lines) {
  std::set<std::string> awaited;
  for (const auto row : tx.exec(kAwaited, sql::Params().add_array(texts_of(lines))))
    awaited.insert(row.str(0));
  for (auto& line : lines)
    std::erase_if(line.named, [&awaited](const PaymentReference& reference) {
      return awaited.contains(payment_reference_text(reference));
    });
  std::erase_if(lines, [](const TransferLine& line) { return line.named.empty(); });
}

// The references that remittances bear, before this run and by it.
class UsedReferences {
 public:
  UsedReferences(sql::Tx& tx, const std::vector<TransferLine>& lines) : tx_(tx) {
    for (auto& text : taken_references(tx, texts_of(lines))) used_.insert(std::move(text));
  }
  // Under which one a payment by this one goes into the books; nothing when the order has none left.
  std::optional<std::string> take(const PaymentReference& named) {
    auto text = payment_reference_text(named);
    if (used_.insert(text).second) return text;
    std::vector<std::string> others;
    for (int attempt = kPaymentAttempts - 1; attempt >= 0; --attempt)
      others.push_back(payment_reference_text({named.kind, named.order_id, attempt}));
    for (auto& other : taken_references(tx_, others)) used_.insert(std::move(other));
    for (const auto& other : others)
      if (used_.insert(other).second) return other;
    return {};
  }

 private:
  sql::Tx& tx_;
  std::set<std::string> used_;
};

bool same_debt(const PaymentReference& one, const PaymentReference& other) {
  return one.kind == other.kind && one.order_id == other.order_id;
}

// Without what it names of an order of which it was booked as another part. What only looks as if it stood
// there, because a longer number begins like it, is of another order and no part.
void name_booked(CreditLine& line, const std::vector<PaymentReference>& booked) {
  auto meant = payment_references_in(line);
  std::vector<PaymentReference> parts;
  for (const auto& reference : booked)
    if (!std::ranges::binary_search(meant, reference) &&
        std::ranges::any_of(meant, [&](const auto& named) { return same_debt(named, reference); }))
      parts.push_back(reference);
  if (parts.empty()) return;
  for (const auto& part : parts)
    std::erase_if(meant, [&part](const PaymentReference& other) { return same_debt(other, part); });
  meant.insert(meant.end(), parts.begin(), parts.end());
  for (const auto& reference : meant) line.booked_as.push_back(payment_reference_text(reference));
}

}  // namespace

NamedOrders orders_named(sql::Tx& tx, const std::vector<TransferLine>& lines) {
  if (lines.empty()) return {};
  std::map<std::pair<std::int64_t, ChargeKind>, NamedOrder> known;
  const auto params = sql::Params().add_array(named_ids(lines)).add(lines.front().account);
  for (const auto row : tx.exec(kNamed, params))
    known[{row.i64(0), stored_name<ChargeKind>(row.text(1))}] = {row.i64(0), row.str(2), row.str(3)};
  NamedOrders named;
  for (const auto& line : lines)
    for (const auto& reference : line.named)
      if (const auto order = known.find({reference.order_id, reference.kind}); order != known.end())
        named.try_emplace(line.key, order->second);
  return named;
}

std::vector<std::string> taken_references(sql::Tx& tx, const std::vector<std::string>& references) {
  std::vector<std::string> taken;
  if (references.empty()) return taken;
  for (const auto row : tx.exec(kTaken, sql::Params().add_array(references))) taken.push_back(row.str(0));
  std::ranges::sort(taken);
  return taken;
}

BookedTransfers book_transfers(sql::Tx& tx, const Actor& actor, const std::vector<PayerTransfer>& transfers,
                               Time now) {
  if (transfers.empty()) return {};
  const auto orders = orders_of(tx, transfers);
  auto charges = lock_orders(tx, orders);
  const auto payments = payments_of(transfers, orders, charges, now);
  CashCollection collection(std::move(charges), {});
  for (const auto& payment : payments) collection.add(payment);
  if (!collection.parts().empty()) collection.name_parts(insert_parts(tx, collection.parts()));
  const auto rows = remittances_of(transfers, payments, collection.paid, actor);
  if (!rows.empty()) insert_remittances(tx, rows);
  book(tx, collection.entries);
  update_charges(tx, collection.changed());
  resolve_breaks(tx, collection.ends, "rule:paid", now);
  open_breaks(tx, collection.breaks, now);
  // The platform gives the payer a receipt of its own.
  std::erase_if(collection.paid, [](const PaidLine& line) { return line.collector == kPaidOnline; });
  BookedTransfers booked;
  booked.paid = std::move(collection.paid);
  for (const auto& payment : payments)
    booked.amounts.push_back(payment.fee + payment.charge + payment.postage);
  return booked;
}

TakenTransfers take_transfers(sql::Tx& tx, const Actor& actor, std::vector<TransferLine> lines, Time now) {
  TakenTransfers taken;
  if (!lines.empty()) forget_awaited(tx, lines);
  if (lines.empty()) return taken;
  sort_lines(lines);
  auto due = due_on_account(tx, lines);
  std::vector<PayerTransfer> transfers;
  UsedReferences used(tx, lines);
  for (const auto& line : lines) {
    Money rest = line.amount;
    for (const auto& reference : meant_by(line, due)) {
      Money& owed = due[reference.order_id][reference.kind];
      const Money amount = std::min(rest, owed);
      if (amount.zero()) continue;
      const auto text = used.take(reference);
      if (!text) continue;
      if (*text != payment_reference_text(reference)) taken.parts.push_back({line.id, *text});
      transfers.push_back(
          {reference.order_id, reference.kind, line.account, amount, *text, paid_at(line, now), kByTransfer});
      rest -= amount;
      owed -= amount;
    }
  }
  taken.paid = book_transfers(tx, actor, transfers, now).paid;
  return taken;
}

void name_booked_parts(sql::Tx& tx, std::vector<OpenLine>& lines) {
  std::map<std::int64_t, CreditLine*> naming;
  std::vector<std::int64_t> ids;
  for (auto& open : lines) {
    if (payment_references_in(open.line).empty()) continue;
    naming[open.id] = &open.line;
    ids.push_back(open.id);
  }
  if (ids.empty()) return;
  std::map<std::int64_t, std::vector<PaymentReference>> booked;
  for (const auto row : tx.exec(kBookedAs, sql::Params().add_array(ids)))
    if (const auto reference = parse_payment_reference(row.text(1))) booked[row.i64(0)].push_back(*reference);
  for (const auto& [id, references] : booked) name_booked(*naming.at(id), references);
}

}  // namespace bccid
