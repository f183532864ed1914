#include "flow/end_break.hpp"

#include "domain/recon/break.hpp"
#include "flow/cash_entries.hpp"
#include "flow/refund_receipt.hpp"
#include "store/charge_store.hpp"
#include "store/ledger_store.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace bccid {
namespace {

// "hand_in:0193…" -> "0193…"; "debt:17:fee" -> "17:fee".
std::string after_colon(const std::string& subject) { return subject.substr(subject.find(':') + 1); }

std::int64_t number_in(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Status take_back_shortage(sql::Tx& tx, const EndingBreak& ending, Time now) {
  const auto shortage =
      unreversed_journals(tx, {"handed_in:" + after_colon(ending.found.key.subject) + ":short"});
  if (shortage.empty())
    return Failure(Errc::conflict, "the shortage is booked back already", "Accept the break instead.");
  const auto entry = reversal_of(shortage.front(), now, ending.by, std::string(name(ending.proposal.action)));
  book(tx, {&entry, 1});
  return {};
}

// Of a charge, or of all lines of an order's kind.
std::vector<Charge> charges_due(sql::Tx& tx, const BreakKey& key) {
  const std::string rest = after_colon(key.subject);
  auto charges = key.subject.starts_with("charge:") ? lock_charges(tx, {number_in(rest)})
                                                    : lock_charges_of_orders(tx, {number_in(rest)});
  const auto kind = from_name<ChargeKind>(after_colon(rest));
  std::erase_if(charges, [&kind](const Charge& charge) {
    return charge.state != MoneyState::due || (kind && charge.kind != *kind);
  });
  return charges;
}

Status waive(sql::Tx& tx, const EndingBreak& ending, Time now) {
  auto charges = charges_due(tx, ending.found.key);
  if (charges.empty())
    return Failure(Errc::conflict, "nothing of it is due any more", "Read the order's charges.");
  auto entry = empty_entry(JournalKind::waived, "waived:break:" + ending.id.to_text(), now, ending.by);
  entry.note = ending.proposal.note;
  for (auto& charge : charges) {
    const ChargeLine line{charge.kind, charge.agency, charge.amount};
    entry.append(waived({}, kAnyPayer, {&line, 1}), charge.id);
    charge.state = MoneyState::waived;
  }
  book(tx, {&entry, 1});
  update_charges(tx, charges);
  return {};
}

// Where money that nobody owed waits, as long as an office has counted it: what a collector still holds goes
// back with a retraction of its scan, and is not the till's to pay.
std::optional<Account> waiting_in(sql::Tx& tx, const StoredBreak& found) {
  const std::string rest = after_colon(found.key.subject);
  const auto kind = from_name<ChargeKind>(after_colon(rest));
  const bool by_count = found.key.type == name(BreakType::collector_over);
  const std::vector<std::string> keys{by_count ? "handed_in:" + rest + ":over"
                                               : "collected:" + rest.substr(0, rest.find(':'))};
  if (!by_count && counted_journals(tx, keys).empty()) return {};
  for (const auto& journal : unreversed_journals(tx, keys))
    for (const auto& stored : journal.postings)
      if (stored.posting.account.role == AccountRole::clearing &&
          (!kind || stored.posting.account.kind == *kind))
        return stored.posting.account;
  return {};
}

Status pay_back(sql::Tx& tx, const EndingBreak& ending, Time now) {
  const auto waiting = waiting_in(tx, ending.found);
  if (!waiting)
    return Failure(Errc::conflict, "no office has counted the money of this break",
                   "Let the collector hand his cash in first; if its scan was retracted, accept the break.");
  const Account till{AccountRole::office, waiting->kind, waiting->agency, ending.proposal.office};
  const Money there = lock_loose_money(tx, till);
  if (there < ending.found.amount)
    return Failure(Errc::conflict,
                   "office " + ending.proposal.office + " holds " + std::to_string(there.dong()) +
                       " VND of it, not " + std::to_string(ending.found.amount.dong()),
                   "Let the collector hand his cash in first, or name the office that counted it.",
                   "/office");
  auto entry = empty_entry(JournalKind::refunded, "paid_back:" + ending.id.to_text(), now, ending.by);
  entry.note = ending.proposal.note;
  Journal moved{JournalKind::refunded, {}, {}};
  moved.postings.push_back({*waiting, Side::debit, ending.found.amount});
  moved.postings.push_back({till, Side::credit, ending.found.amount});
  entry.append(moved, {});
  book(tx, {&entry, 1});
  return {};
}

}  // namespace

Status book_end(sql::Tx& tx, const EndingBreak& ending, Time now) {
  switch (ending.proposal.action) {
    case BreakAction::accept: return {};
    case BreakAction::paid:
      if (ending.found.key.type == name(BreakType::refund_owed)) return record_refund_paid(tx, ending, now);
      [[fallthrough]];
    case BreakAction::write_off: return take_back_shortage(tx, ending, now);
    case BreakAction::waive: return waive(tx, ending, now);
    case BreakAction::pay_back: return pay_back(tx, ending, now);
    case BreakAction::refund: return refund_receipt(tx, ending, now);
  }
  return {};
}

}  // namespace bccid
