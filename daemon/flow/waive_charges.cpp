#include "flow/waive_charges.hpp"

#include "flow/cash_entries.hpp"
#include "store/charge_store.hpp"
#include "store/ledger_store.hpp"

#include <map>
#include <set>

namespace bccid {
namespace {

constexpr std::string_view kActor = "job:cancel";

// How one parcel stands after all its steps in this transaction.
struct Outcome {
  const ParcelNews* last = nullptr;
  bool was_cancelled = false;  // before one of the steps
  bool cancelled() const { return last->after->state == ParcelState::cancelled; }
};

std::map<std::int64_t, Outcome> touched_orders(std::span<const ParcelNews> news) {
  std::map<std::int64_t, Outcome> orders;
  for (const auto& one : news) {
    auto& outcome = orders[one.parcel->order_id];
    outcome.last = &one;
    outcome.was_cancelled |= one.before->state == ParcelState::cancelled;
  }
  std::erase_if(orders,
                [](const auto& order) { return !order.second.cancelled() && !order.second.was_cancelled; });
  return orders;
}

JournalEntry waiver(const ParcelNews& cause, Time now) {
  auto entry = empty_entry(JournalKind::waived,
                           "waived:" + cause.parcel->order_number + ":" + cause.cause.to_text(), now, kActor);
  entry.note = "the order was cancelled";
  return entry;
}

std::vector<JournalEntry> waive(const std::vector<Charge>& due, const std::map<std::int64_t, Outcome>& orders,
                                Time now) {
  std::map<std::int64_t, JournalEntry> entries;
  for (const auto& charge : due) {
    const auto& cause = *orders.at(charge.order_id).last;
    const ChargeLine line{charge.kind, charge.agency, charge.amount};
    entries.try_emplace(charge.order_id, waiver(cause, now))
        .first->second.append(waived({}, kAnyPayer, {&line, 1}), charge.id);
  }
  std::vector<JournalEntry> list;
  for (auto& [order, entry] : entries) list.push_back(std::move(entry));
  return list;
}

// What a cancellation waived is owed again; what people waived stays so.
std::vector<JournalEntry> claim_again(sql::Tx& tx, std::vector<Charge>& given_up, Time now) {
  std::vector<std::int64_t> ids;
  for (const auto& charge : given_up) ids.push_back(charge.id);
  auto keys = journal_keys_of(tx, JournalKind::waived, ids);
  std::erase_if(keys, [](const std::string& key) { return key.starts_with("waived:break:"); });
  std::vector<JournalEntry> entries;
  std::set<std::int64_t> claimed;
  for (const auto& journal : unreversed_journals(tx, keys)) {
    entries.push_back(reversal_of(journal, now, std::string(kActor), "the cancellation was retracted"));
    for (const auto& stored : journal.postings)
      if (stored.charge_id) claimed.insert(*stored.charge_id);
  }
  std::erase_if(given_up, [&claimed](const Charge& charge) { return !claimed.contains(charge.id); });
  return entries;
}

void put_state(sql::Tx& tx, std::vector<Charge>& charges, MoneyState state) {
  for (auto& charge : charges) charge.state = state;
  update_charges(tx, charges);
}

}  // namespace

void follow_cancellations(sql::Tx& tx, std::span<const ParcelNews> news, Time now) {
  const auto orders = touched_orders(news);
  if (orders.empty()) return;
  std::vector<std::int64_t> ids;
  for (const auto& [id, outcome] : orders) ids.push_back(id);
  std::vector<Charge> due, given_up;
  for (auto& charge : lock_charges_of_orders(tx, ids)) {
    const bool cancelled = orders.at(charge.order_id).cancelled();
    if (cancelled && charge.state == MoneyState::due) due.push_back(std::move(charge));
    if (!cancelled && charge.state == MoneyState::waived) given_up.push_back(std::move(charge));
  }
  book(tx, waive(due, orders, now));
  book(tx, claim_again(tx, given_up, now));
  put_state(tx, due, MoneyState::waived);
  put_state(tx, given_up, MoneyState::due);
}

}  // namespace bccid
