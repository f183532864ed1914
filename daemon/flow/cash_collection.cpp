#include "flow/cash_collection.hpp"

#include "domain/ledger/ledger.hpp"
#include "flow/cash_entries.hpp"

#include <algorithm>
#include <array>

namespace bccid {
namespace {

// What a break about this cash has in common.
NewBreak question(const CashTaken& cash) {
  NewBreak found;
  found.since = cash.occurred_at;
  found.agency = cash.agency;
  found.dossier_code = cash.dossier_code;
  found.order_id = cash.order_id;
  return found;
}

// One side of a debt that is divided: the same account, once for the whole and once for each part.
Journal owed(const Charge& charge, Side side) {
  Journal journal{JournalKind::split, {}, {}};
  journal.postings.push_back(
      {Account{AccountRole::receivable, charge.kind, charge.agency, kAnyPayer}, side, charge.amount});
  return journal;
}

}  // namespace

std::string debt_subject(std::int64_t order_id, ChargeKind kind) {
  return "debt:" + std::to_string(order_id) + ":" + std::string(name(kind));
}

std::string collected_key(const Uuid& event) { return "collected:" + event.to_text(); }

CashCollection::CashCollection(std::vector<Charge> charges, std::vector<std::string> known)
    : charges_(std::make_move_iterator(charges.begin()), std::make_move_iterator(charges.end())),
      known_(std::move(known)) {
  for (auto& charge : charges_) debts_[{charge.order_id, charge.kind}].lines.push_back(&charge);
}

Money CashCollection::Debt::due(std::string_view account) const {
  Money sum;
  for (const auto* line : lines)
    if (line->state == MoneyState::due && (account.empty() || line->destination == account))
      sum += line->amount;
  return sum;
}

bool CashCollection::Debt::somebody_paid() const {
  return std::ranges::any_of(lines, [](const Charge* line) { return !line->taken.zero(); });
}

void CashCollection::add(const CashTaken& cash) {
  if (std::ranges::binary_search(known_, collected_key(cash.event_key))) return;
  if (!seen_.insert(cash.event_key).second) return;
  const auto kind = cash.transfer.empty() ? JournalKind::collected : JournalKind::transferred;
  auto entry = empty_entry(kind, collected_key(cash.event_key), cash.occurred_at, cash.collector);
  const std::array<std::pair<ChargeKind, Money>, 3> amounts{
      {{ChargeKind::fee, cash.fee}, {ChargeKind::charge, cash.charge}, {ChargeKind::postage, cash.postage}}};
  for (const auto& [what, taken] : amounts)
    if (taken > Money{}) add_kind(entry, cash, {what, cash.agency, taken});
  if (!entry.journal.postings.empty()) entries.push_back(std::move(entry));
}

void CashCollection::add_kind(JournalEntry& entry, const CashTaken& cash, const ChargeLine& line) {
  const auto found = debts_.find({cash.order_id, line.kind});
  Debt* debt = found == debts_.end() ? nullptr : &found->second;
  const bool paid_before_it = debt != nullptr && debt->due(cash.account).zero() && debt->somebody_paid();
  if (debt != nullptr && debt->due(cash.account).zero()) debt = nullptr;
  Money rest = line.amount;
  const std::size_t paid_before = paid.size();
  for (std::size_t i = 0; debt != nullptr && i < debt->lines.size() && !rest.zero(); ++i) {
    Charge* charge = debt->lines[i];
    if (charge->state != MoneyState::due) continue;
    if (!cash.account.empty() && charge->destination != cash.account) continue;
    if (charge->amount > rest) charge = &split(cash, *debt, i, rest);
    rest -= charge->amount;
    pay(entry, cash, *charge);
  }
  if (rest > Money{}) {
    const ChargeLine surplus{line.kind, line.agency, rest};
    entry.append(
        without_claim(JournalKind::collected, AccountRole::cash, cash.collector, surplus, cash.order_number),
        {});
  }
  // Whoever pays all at once ends no question: there was none.
  if (debt != nullptr && paid.size() - paid_before != debt->lines.size())
    end_question(cash.order_id, line.kind);
  if (rest.zero()) {
    ask_for_rest(cash, line, debt);
  } else {
    ask_about_surplus(cash, line, rest, paid_before_it ? BreakType::paid_twice : BreakType::cash_over);
  }
}

void CashCollection::pay(JournalEntry& entry, const CashTaken& cash, Charge& charge) {
  const ChargeLine line{charge.kind, charge.agency, charge.amount};
  const bool in_cash = cash.transfer.empty();
  entry.append(in_cash ? collected({}, kAnyPayer, cash.collector, {&line, 1})
                       : transferred({}, kAnyPayer, cash.transfer, {&line, 1}),
               charge.id);
  charge.state = in_cash ? MoneyState::collected : MoneyState::remitted;
  charge.taken = charge.amount;
  charge.collector = cash.collector;
  charge.office = cash.office;
  charge.collected_at = cash.occurred_at;
  changed_.insert(charge.id);
  paid.push_back({cash.event_key, charge.kind, charge.id, charge.amount, charge.order_id, cash.collector,
                  cash.office, cash.occurred_at});
}

// Divides a line in two and returns the one of `amount`, which is about to be paid.
Charge& CashCollection::split(const CashTaken& cash, Debt& debt, std::size_t line, Money amount) {
  Charge& whole = *debt.lines[line];
  const bool stored = whole.id > 0;
  auto entry = empty_entry(JournalKind::split,
                           "split:" + cash.event_key.to_text() + ":" + std::string(name(whole.kind)),
                           cash.occurred_at, cash.collector);
  Charge& first = stored ? add_part(whole, amount) : whole;
  Charge& rest = add_part(whole, whole.amount - amount);
  entry.append(owed(rest, Side::debit), rest.id);
  if (stored) {
    entry.append(owed(first, Side::debit), first.id);
    entry.append(owed(whole, Side::credit), whole.id);
    whole.state = MoneyState::split;
    changed_.insert(whole.id);
  } else {  // a part that this batch made: it shrinks before anybody stores it
    entry.append(owed(rest, Side::credit), whole.id);
    whole.amount = amount;
    parts_.at(static_cast<std::size_t>(-whole.id) - 1).amount = amount;
  }
  entries.push_back(std::move(entry));
  debt.lines[line] = &first;
  debt.lines.insert(debt.lines.begin() + static_cast<std::ptrdiff_t>(line) + 1, &rest);
  return first;
}

Charge& CashCollection::add_part(const Charge& whole, Money amount) {
  Charge part = whole;
  const bool stored = whole.id > 0;
  parts_.push_back({stored ? whole.id : parts_.at(static_cast<std::size_t>(-whole.id) - 1).whole, amount});
  part.id = -static_cast<std::int64_t>(parts_.size());
  part.amount = amount;
  return charges_.emplace_back(std::move(part));
}

// A difference stops: what is missing stays due, so nothing that waits for the money is closed, and what is
// too much stays out of every remittance, until a person has answered. The surplus is a question about this
// event, what is missing one about the order.
void CashCollection::ask_about_surplus(const CashTaken& cash, const ChargeLine& line, Money surplus,
                                       BreakType type) {
  auto found = question(cash);
  found.key = key_of(type, cash_subject(cash.event_key, line.kind));
  found.amount = surplus;
  const std::string what(name(line.kind));
  if (type == BreakType::paid_twice) {
    found.action =
        "Pay it back to the applicant: the " + what + " of order " + cash.order_number + " was paid.";
  } else if (surplus == line.amount) {
    found.action = "Find whose " + what + " this is and pay it back: nothing was due on order " +
                   cash.order_number + ".";
  } else {
    found.action = "Pay the surplus on order " + cash.order_number + " back to the applicant.";
  }
  breaks.push_back(std::move(found));
}

void CashCollection::ask_for_rest(const CashTaken& cash, const ChargeLine& line, const Debt* debt) {
  const Money missing = debt->due(cash.account);
  if (missing.zero()) return;
  auto found = question(cash);
  for (const auto* paid_line : debt->lines)
    if (paid_line->state != MoneyState::due && paid_line->collected_at != Time{})
      found.since = std::min(found.since, paid_line->collected_at);
  found.key = key_of(BreakType::amount_differs, debt_subject(cash.order_id, line.kind));
  found.amount = -missing;
  found.action = "Ask " + (cash.transfer.empty() ? cash.collector : "the payer") + " for the rest of the " +
                 std::string(name(line.kind)) + ".";
  breaks.push_back(std::move(found));
}

void CashCollection::end_question(std::int64_t order_id, ChargeKind kind) {
  const auto key = key_of(BreakType::amount_differs, debt_subject(order_id, kind));
  ends.push_back({key, "rule paid: more of it was paid"});
  std::erase_if(breaks, [&key](const NewBreak& earlier) { return earlier.key == key; });
}

void CashCollection::name_parts(const std::vector<std::int64_t>& ids) {
  const auto real = [&ids](std::int64_t id) {
    return id < 0 ? ids.at(static_cast<std::size_t>(-id) - 1) : id;
  };
  std::set<std::int64_t> changed;
  for (const auto id : changed_) changed.insert(real(id));
  changed_ = std::move(changed);
  for (auto& charge : charges_) charge.id = real(charge.id);
  for (auto& line : paid) line.charge_id = real(line.charge_id);
  for (auto& entry : entries)
    for (auto& charge : entry.charges)
      if (charge) charge = real(*charge);
}

std::vector<Charge> CashCollection::changed() const {
  std::vector<Charge> found;
  for (const auto& charge : charges_)
    if (changed_.contains(charge.id)) found.push_back(charge);
  return found;
}

}  // namespace bccid
