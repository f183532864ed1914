#include "flow/collect_cash.hpp"

#include "domain/ledger/ledger.hpp"
#include "flow/cash_collection.hpp"
#include "flow/cash_entries.hpp"
#include "store/break_store.hpp"
#include "store/charge_store.hpp"
#include "store/day_store.hpp"
#include "store/ledger_store.hpp"
#include "store/receipt_store.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace bccid {
namespace {

// --- raising -------------------------------------------------------------------------------------------

// One charge for each kind and code; an agency may state several amounts that it does not name.
std::vector<WantedCharge> wanted_lines(const std::vector<WantedCharge>& wanted) {
  std::map<std::pair<ChargeKind, std::string>, WantedCharge> lines;
  for (const auto& charge : wanted) {
    const auto kind = from_name<ChargeKind>(charge.kind);
    if (!kind) throw std::logic_error("unknown kind of charge \"" + charge.kind + "\"");
    const auto [found, fresh] = lines.try_emplace({*kind, charge.code}, charge);
    if (!fresh) found->second.amount += charge.amount;
  }
  std::vector<WantedCharge> list;
  for (auto& [key, charge] : lines)
    if (!charge.amount.zero()) list.push_back(std::move(charge));
  return list;
}

// --- collecting ----------------------------------------------------------------------------------------

// What a scan batch holds is decided in the order of the events, whatever the order of their arrival.
std::vector<const CashTaken*> in_order(std::span<const CashTaken> cash) {
  std::vector<const CashTaken*> ordered;
  for (const auto& taken : cash) ordered.push_back(&taken);
  std::ranges::sort(ordered, [](const CashTaken* left, const CashTaken* right) {
    return std::tie(left->occurred_at, left->event_key) < std::tie(right->occurred_at, right->event_key);
  });
  return ordered;
}

// --- taking back ---------------------------------------------------------------------------------------

bool is_cash(const StoredPosting& stored) {
  return stored.posting.account.role == AccountRole::cash && stored.posting.side == Side::debit;
}

// Decides which journals can be taken back: those whose money is still in the collector's hand.
class Retraction {
 public:
  Retraction(std::vector<Charge> charges, const std::vector<LooseMoney>& loose,
             const std::vector<std::int64_t>& counted, Time now)
      : charges_(std::move(charges)), counted_(counted.begin(), counted.end()), now_(now) {
    for (auto& charge : charges_) by_id_[charge.id] = &charge;
    for (const auto& money : loose) loose_[money.account_id] = money.amount;
  }

  void add(const StoredJournal& journal, std::string_view actor) {
    const std::string event = journal.key.substr(journal.key.find(':') + 1);
    if (in_hand(journal)) {
      take_back(journal, event);
      events.push_back(parse_uuid(event).value());
      entries.push_back(reversal_of(journal, now_, std::string(actor), "the scan was retracted"));
    } else {
      keep(journal, event);
    }
  }

  // Of a debt that is partly paid by other scans, the rest is asked for anew.
  void ask_for_rests() {
    for (const auto& [order_id, kind] : reopened_) {
      Money due, paid;
      NewBreak found;
      for (const auto& charge : charges_) {
        if (charge.order_id != order_id || charge.kind != kind) continue;
        (charge.state == MoneyState::due ? due : paid) += charge.amount;
        found.agency = charge.agency;
      }
      if (due.zero() || paid.zero()) continue;
      found.key = key_of(BreakType::amount_differs, debt_subject(order_id, kind));
      found.order_id = order_id;
      found.amount = -due;
      found.since = now_;
      found.action =
          "Ask for the rest of the " + std::string(name(kind)) + ": a scan that paid it was retracted.";
      breaks.push_back(std::move(found));
    }
  }

  std::vector<Charge> changed() const {
    std::vector<Charge> found;
    for (const auto& charge : charges_)
      if (changed_.contains(charge.id)) found.push_back(charge);
    return found;
  }

  std::vector<JournalEntry> entries;
  std::vector<NewBreak> breaks;
  std::vector<BreakEnd> ends;
  std::vector<Uuid> events;  // whose cash goes back

 private:
  bool in_hand(const StoredJournal& journal) const {
    if (counted_.contains(journal.id)) return false;
    std::map<std::int64_t, Money> loose_wanted;
    for (const auto& stored : journal.postings) {
      if (!is_cash(stored)) continue;
      if (!stored.charge_id) {
        loose_wanted[stored.account_id] += stored.posting.amount;
      } else if (by_id_.at(*stored.charge_id)->state != MoneyState::collected) {
        return false;
      }
    }
    return std::ranges::all_of(loose_wanted, [&](const auto& wanted) {
      const auto found = loose_.find(wanted.first);
      return found != loose_.end() && found->second >= wanted.second;
    });
  }

  void take_back(const StoredJournal& journal, const std::string& event) {
    for (const auto& stored : journal.postings) {
      if (!is_cash(stored)) continue;
      if (stored.charge_id) {
        auto& charge = *by_id_.at(*stored.charge_id);
        make_due(charge);
        reopened_.insert({charge.order_id, charge.kind});
        end(key_of(BreakType::amount_differs, debt_subject(charge.order_id, charge.kind)));
      } else {
        loose_.at(stored.account_id) -= stored.posting.amount;
        const std::string subject = "cash:" + event + ":" + std::string(name(stored.posting.account.kind));
        for (const auto type : {BreakType::cash_over, BreakType::paid_twice}) end(key_of(type, subject));
      }
    }
  }

  void end(BreakKey key) {
    ends.push_back({std::move(key), "rule retracted: the scan that booked it was retracted"});
  }

  void make_due(Charge& charge) {
    charge.state = MoneyState::due;
    charge.taken = Money{};
    charge.collector.clear();
    charge.office.clear();
    charge.collected_at = Time{};
    changed_.insert(charge.id);
  }

  // The office has counted this money: no retraction makes it vanish.
  void keep(const StoredJournal& journal, const std::string& event) {
    std::map<ChargeKind, NewBreak> kept;  // what was owed and what was too much are one question
    for (const auto& stored : journal.postings) {
      if (!is_cash(stored)) continue;
      const auto& account = stored.posting.account;
      auto& found = kept[account.kind];
      found.key =
          key_of(BreakType::retracted_after_hand_in, "cash:" + event + ":" + std::string(name(account.kind)));
      if (stored.charge_id) found.order_id = by_id_.at(*stored.charge_id)->order_id;
      found.amount += stored.posting.amount;
      found.since = now_;
      found.action = "Ask " + account.holder +
                     " whose money this is: its scan was retracted after the cash was handed in.";
      found.agency = account.agency;
    }
    for (auto& [kind, found] : kept) breaks.push_back(std::move(found));
  }

  std::vector<Charge> charges_;
  std::map<std::int64_t, Charge*> by_id_;
  std::map<std::int64_t, Money> loose_;
  std::set<std::int64_t> counted_;  // journals whose loose cash an office has counted
  std::set<std::int64_t> changed_;
  std::set<std::pair<std::int64_t, ChargeKind>> reopened_;
  Time now_;
};

struct Touched {
  std::vector<std::string> collectors;
  std::vector<std::int64_t> charges;
};

Touched touched_by(const std::vector<StoredJournal>& journals) {
  std::set<std::string> collectors;
  std::set<std::int64_t> charges;
  for (const auto& journal : journals) {
    for (const auto& stored : journal.postings) {
      if (!is_cash(stored)) continue;
      collectors.insert(stored.posting.account.holder);
      if (stored.charge_id) charges.insert(*stored.charge_id);
    }
  }
  return {{collectors.begin(), collectors.end()}, {charges.begin(), charges.end()}};
}

}  // namespace

void raise_charges(sql::Tx& tx, std::int64_t order_id, std::string_view agency, std::string_view order_number,
                   const std::vector<WantedCharge>& charges, Time now) {
  const auto lines = wanted_lines(charges);
  if (lines.empty()) return;
  const auto fresh = insert_charges(tx, order_id, agency, lines);
  if (fresh.empty()) return;
  // Named after a charge, not only the order: kinds that are added later are a cause of their own.
  const std::string key =
      "charge_raised:" + std::string(order_number) + ":" + std::to_string(fresh.front().id);
  auto entry = empty_entry(JournalKind::charge_raised, key, now, "order");
  for (const auto& charge : fresh) {
    const ChargeLine line{charge.kind, charge.agency, charge.amount};
    entry.append(charge_raised({}, kAnyPayer, {&line, 1}), charge.id);
  }
  book(tx, {&entry, 1});
}

std::vector<PaidLine> collect_cash(sql::Tx& tx, std::span<const CashTaken> cash, Time now) {
  if (cash.empty()) return {};
  std::set<std::int64_t> orders;
  std::set<std::string> offices;
  std::vector<std::string> keys;
  for (const auto& taken : cash) {
    orders.insert(taken.order_id);
    offices.insert(taken.office);
    keys.push_back(collected_key(taken.event_key));
  }
  hold_days_open(tx, {offices.begin(), offices.end()});
  // First the locks, then what is booked: the same event in two batches waits and is then seen. Whoever takes
  // cash has the order's parcel locked before, so parts that another batch made are seen too.
  auto charges = lock_charges_of_orders(tx, {orders.begin(), orders.end()});
  CashCollection collection(std::move(charges), booked_keys(tx, keys));
  for (const auto* taken : in_order(cash)) collection.add(*taken);
  if (!collection.parts().empty()) collection.name_parts(insert_parts(tx, collection.parts()));
  book(tx, collection.entries);
  update_charges(tx, collection.changed());
  resolve_breaks(tx, collection.ends, "rule:paid", now);
  open_breaks(tx, collection.breaks, now);
  return std::move(collection.paid);
}

std::vector<Uuid> reverse_cash(sql::Tx& tx, const std::vector<Uuid>& event_keys, std::string_view actor,
                               Time now) {
  if (event_keys.empty()) return {};
  std::vector<std::string> keys;
  for (const auto& event : event_keys) keys.push_back(collected_key(event));
  const auto touched = touched_by(unreversed_journals(tx, keys));
  if (touched.collectors.empty()) return {};
  lock_cash_of(tx, touched.collectors);
  auto charges = lock_charges_with_their_orders(tx, touched.charges);
  Retraction retraction(std::move(charges), loose_cash_of(tx, touched.collectors), counted_journals(tx, keys),
                        now);
  // Read again under the locks: another transaction may have taken the same journals back meanwhile.
  for (const auto& journal : unreversed_journals(tx, keys)) retraction.add(journal, actor);
  retraction.ask_for_rests();
  book(tx, retraction.entries);
  update_charges(tx, retraction.changed());
  cancel_receipts_of(tx, retraction.events, {std::string(actor), "the scan was retracted"}, now);
  resolve_breaks(tx, retraction.ends, "rule:retracted", now);
  open_breaks(tx, retraction.breaks, now);
  return std::move(retraction.events);
}

void forget_paid(std::vector<PaidLine>& paid, const std::vector<Uuid>& events) {
  std::erase_if(paid, [&events](const PaidLine& line) {
    return std::ranges::find(events, line.event) != events.end();
  });
}

}  // namespace bccid
