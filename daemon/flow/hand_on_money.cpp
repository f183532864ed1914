#include "flow/hand_on_money.hpp"

#include "base/text.hpp"
#include "domain/ledger/ledger.hpp"
#include "flow/cash_entries.hpp"
#include "flow/places.hpp"
#include "store/break_store.hpp"
#include "store/charge_store.hpp"
#include "store/day_store.hpp"
#include "store/ledger_store.hpp"
#include "store/remittance_store.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace bccid {
namespace {

// Everything that one collector holds.
struct Holding {
  std::vector<Charge> charges;
  std::vector<LooseMoney> loose;

  bool empty() const { return charges.empty() && loose.empty(); }
  Money total() const {
    Money sum;
    for (const auto& charge : charges) sum += charge.taken;
    for (const auto& money : loose) sum += money.amount;
    return sum;
  }
  // By kind and agency; postage first, because it is the post's own money.
  std::vector<ChargeLine> lines() const {
    std::map<std::pair<ChargeKind, std::string>, Money> sums;
    for (const auto& charge : charges) sums[{charge.kind, charge.agency}] += charge.taken;
    for (const auto& money : loose) sums[{money.account.kind, money.account.agency}] += money.amount;
    std::vector<ChargeLine> found;
    for (const auto& [key, amount] : sums) found.push_back({key.first, key.second, amount});
    // clang 14 cannot read what libstdc++ 12's ranges return here.
    std::stable_partition(found.begin(), found.end(),
                          [](const ChargeLine& line) { return line.kind == ChargeKind::postage; });
    return found;
  }
};

Holding lock_holding(sql::Tx& tx, const std::string& collector) {
  lock_cash_of(tx, {collector});
  Holding holding;
  holding.charges = lock_collected_by(tx, collector);
  holding.loose = loose_cash_of(tx, {collector});
  return holding;
}

// How a hand-in is booked.
//
// The charges are handed in whole, whatever was counted: the agencies are owed what was collected, and the
// post answers for its collector. So the office account holds the full amount, and
//   counted less: Dr receivable/<kind>/<agency>/<collector>  Cr clearing/<kind>/<agency>/<collector>
//     the collector owes it, and the office's till is short by what clearing shows;
//   counted more: Dr cash  Cr clearing under the collector's name, as collected now, then handed in with
//     the rest: cash that no scan had named.
// Both differences are put on postage as far as it goes, because postage is the post's own money.
class HandInBooking {
 public:
  HandInBooking(const HandInRow& row, const Holding& holding) : row_(row), holding_(holding) {}

  std::vector<JournalEntry> entries() const {
    std::vector<JournalEntry> all;
    const Money difference = row_.counted - row_.expected;
    if (difference > Money{}) all.push_back(surplus(difference));
    EntryChain chain(JournalKind::handed_in, key(), row_.at, row_.actor);
    for (const auto& charge : holding_.charges)
      chain.append(moved({charge.kind, charge.agency, charge.taken}), charge.id);
    for (const auto& money : holding_.loose)
      chain.append(moved({money.account.kind, money.account.agency, money.amount}), {});
    if (difference > Money{}) chain.append(moved(first_line(difference)), {});
    chain.finish_into(all);
    if (difference < Money{}) all.push_back(shortage(-difference));
    return all;
  }

 private:
  std::string key() const { return "handed_in:" + row_.public_id.to_text(); }

  Journal moved(const ChargeLine& line) const {
    return handed_in({}, row_.collector, row_.office, {&line, 1});
  }

  ChargeLine first_line(Money amount) const {
    auto line = holding_.lines().front();
    line.amount = amount;
    return line;
  }

  JournalEntry surplus(Money amount) const {
    auto entry = empty_entry(JournalKind::collected, key() + ":over", row_.at, row_.actor);
    entry.append(without_claim(JournalKind::collected, AccountRole::cash, row_.collector, first_line(amount),
                               row_.collector),
                 {});
    return entry;
  }

  JournalEntry shortage(Money missing) const {
    auto entry = empty_entry(JournalKind::handed_in, key() + ":short", row_.at, row_.actor);
    for (auto line : holding_.lines()) {
      line.amount = std::min(line.amount, missing);
      if (line.amount.zero()) break;
      entry.append(without_claim(JournalKind::handed_in, AccountRole::receivable, row_.collector, line,
                                 row_.collector),
                   {});
      missing -= line.amount;
    }
    return entry;
  }

  const HandInRow& row_;
  const Holding& holding_;
};

std::vector<NewBreak> count_breaks(const HandInRow& row, const Holding& holding) {
  const Money difference = row.counted - row.expected;
  if (difference.zero()) return {};
  const bool is_short = difference < Money{};
  const auto lines = holding.lines();
  NewBreak found;
  found.key = key_of(is_short ? BreakType::collector_short : BreakType::collector_over,
                     "hand_in:" + row.public_id.to_text());
  found.amount = difference;
  found.since = row.at;
  found.action = is_short
                     ? "Ask " + row.collector + " for what was missing at the count in " + row.office + "."
                     : "Find whose money " + row.collector + " handed in without a scan.";
  const bool one_agency =
      std::ranges::all_of(lines, [&](const ChargeLine& line) { return line.agency == lines.front().agency; });
  if (one_agency) found.agency = lines.front().agency;
  return {found};
}

void mark_handed_in(sql::Tx& tx, std::vector<Charge> charges, const std::string& office) {
  for (auto& charge : charges) {
    charge.state = MoneyState::handed_in;
    charge.office = office;
  }
  update_charges(tx, charges);
}

// --- remitting -----------------------------------------------------------------------------------------

// What goes to one account: the agency's own, or the one that the fee schedule names for the line.
using ChargesByGoal = std::map<std::pair<ChargeKind, std::string>, std::vector<Charge>>;

// "BCCI82 R000123": ASCII and short enough for the text field of a bank transfer.
std::string reference_of(std::string_view province, std::int64_t number) {
  const std::string digits = std::to_string(number);
  const std::string zeros(digits.size() < 6 ? 6 - digits.size() : 0, '0');
  return "BCCI" + std::string(province) + " R" + zeros + digits;
}

RemittanceRow bundle(const std::vector<Charge>& charges, std::string reference, std::string_view bank_account,
                     const Actor& actor, Time now) {
  RemittanceRow row;
  row.public_id = new_uuid_v7(now);
  row.reference = std::move(reference);
  row.agency = charges.front().agency;
  row.kind = charges.front().kind;
  row.bank_account = bank_account;
  row.sent_at = now;
  row.oldest_collected_at = charges.front().collected_at;
  row.actor = actor.id;
  for (const auto& charge : charges) {
    row.amount += charge.taken;
    row.oldest_collected_at = std::min(row.oldest_collected_at, charge.collected_at);
    row.charges.push_back(charge.id);
  }
  return row;
}

void add_entries(std::vector<JournalEntry>& entries, const RemittanceRow& row,
                 const std::vector<Charge>& charges) {
  EntryChain chain(JournalKind::remitted, "remitted:" + row.reference, row.sent_at, row.actor);
  for (const auto& charge : charges) {
    const ChargeLine line{charge.kind, charge.agency, charge.taken};
    chain.append(remitted({}, charge.office, row.reference, {&line, 1}), charge.id);
  }
  chain.finish_into(entries);
}

RemittanceView view_of(const RemittanceRow& row) {
  RemittanceView view;
  view.id = row.public_id;
  view.reference = row.reference;
  view.agency = row.agency;
  view.kind = name(row.kind);
  view.bank_account = row.bank_account;
  view.amount = row.amount;
  view.charges = row.charges.size();
  view.sent_at = row.sent_at;
  return view;
}

}  // namespace

Result<HandInView> hand_in(sql::Tx& tx, const Actor& actor, std::string_view collector,
                           std::string_view office, Money counted, Time now) {
  if (counted < Money{})
    return Failure(Errc::invalid_field, "counted amount " + std::to_string(counted.dong()) + " is negative",
                   "Give the counted cash in whole dong, zero or more.", "/counted");
  if (!office_exists(tx, office))
    return Failure(Errc::invalid_field, "there is no post office \"" + shown(office) + '"',
                   "Use the code that it was added with: bccid office list.", "/office");
  hold_days_open(tx, {std::string(office)});
  const auto holding = lock_holding(tx, std::string(collector));
  if (holding.empty())
    return Failure(Errc::not_found, "collector \"" + std::string(collector) + "\" holds no cash",
                   "Check the collector's id, or wait until his scans have arrived.");
  const HandInRow row{
      new_uuid_v7(now), std::string(collector), std::string(office), holding.total(), counted, now, actor.id};
  insert_hand_in(tx, row);
  book(tx, HandInBooking(row, holding).entries());
  mark_handed_in(tx, holding.charges, row.office);
  open_breaks(tx, count_breaks(row, holding), now);
  HandInView view;
  view.id = row.public_id;
  view.collector = row.collector;
  view.office = row.office;
  view.expected = row.expected;
  view.counted = row.counted;
  view.charges = holding.charges.size();
  return view;
}

std::vector<RemittanceView> send_remittances(sql::Tx& tx, const Actor& actor,
                                             std::vector<RemittancePlan> plans, Time now) {
  std::vector<RemittanceRow> rows;
  std::vector<RemittanceView> views;
  std::vector<JournalEntry> entries;
  std::vector<Charge> moved;
  for (auto& plan : plans) {
    rows.push_back(bundle(plan.charges, std::move(plan.reference), plan.bank_account, actor, now));
    views.push_back(view_of(rows.back()));
    add_entries(entries, rows.back(), plan.charges);
    for (auto& charge : plan.charges) {
      charge.state = MoneyState::remitted;
      moved.push_back(std::move(charge));
    }
  }
  insert_remittances(tx, rows);
  book(tx, entries);
  update_charges(tx, moved);
  return views;
}

Result<std::vector<RemittanceView>> remit(sql::Tx& tx, const Actor& actor, std::string_view agency,
                                          std::string_view province, Time now) {
  const auto bank_account = bank_account_of(tx, agency);
  if (!bank_account)
    return Failure(Errc::not_found, "agency \"" + std::string(agency) + "\" is not known",
                   "Check the agency's code.");
  if (bank_account->empty())
    return Failure(Errc::conflict, "agency \"" + std::string(agency) + "\" has no bank account",
                   "Set the agency's fee account with: bccid agency add --code CODE --account ACCOUNT.");
  ChargesByGoal by_goal;
  for (auto& charge : lock_handed_in_for(tx, agency)) {
    const std::string account = charge.destination.empty() ? *bank_account : charge.destination;
    by_goal[{charge.kind, account}].push_back(std::move(charge));
  }
  if (by_goal.empty()) return std::vector<RemittanceView>{};
  const auto numbers = new_remittance_numbers(tx, by_goal.size());
  std::vector<RemittancePlan> plans;
  for (auto& [goal, charges] : by_goal)
    plans.push_back({reference_of(province, numbers.at(plans.size())), goal.second, std::move(charges)});
  return send_remittances(tx, actor, std::move(plans), now);
}

}  // namespace bccid
