#include "flow/refund_receipt.hpp"

#include "flow/cash_entries.hpp"
#include "store/charge_store.hpp"
#include "store/day_store.hpp"
#include "store/ledger_store.hpp"
#include "store/receipt_store.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace bccid {
namespace {

// "receipt:17" -> "17"
std::string receipt_in(const std::string& subject) { return subject.substr(subject.find(':') + 1); }

std::int64_t number_of(const std::string& receipt) {
  std::int64_t number = 0;
  std::from_chars(receipt.data(), receipt.data() + receipt.size(), number);
  return number;
}

std::string claim_of(const std::string& receipt) { return "refund:" + receipt; }
std::string owed_key(const std::string& receipt) { return "refund_owed:" + receipt; }

bool arrived(const Charge& charge) {
  return charge.state == MoneyState::on_statement || charge.state == MoneyState::settled;
}

// Whether the money of every charge is where it can be given back from.
Status check_places(const std::vector<Charge>& charges, const std::string& office) {
  for (const auto& charge : charges) {
    switch (charge.state) {
      case MoneyState::collected:
        return Failure(Errc::conflict, "collector " + charge.collector + " still holds the money",
                       "Let him hand his cash in first.");
      case MoneyState::remitted:
        return Failure(Errc::conflict, "the money is on its way to the fee account",
                       "Wait for the bank statement that shows it.");
      case MoneyState::handed_in:
        if (charge.office == office) break;
        return Failure(Errc::conflict, "office " + charge.office + " holds the money, not \"" + office + '"',
                       "Reject the proposal and propose the office that holds it.", "/office");
      case MoneyState::on_statement:
      case MoneyState::settled: break;
      case MoneyState::due:
      case MoneyState::refunded:
      case MoneyState::waived:
      case MoneyState::split:
        return Failure(Errc::conflict, "the money of the receipt was given back already",
                       "Read the receipt: it says when and by whom.");
    }
  }
  return {};
}

// Books what goes out of the till and what the agency owes; returns the latter.
Money book_refund(sql::Tx& tx, const EndingBreak& ending, const std::string& receipt,
                  std::vector<Charge>& charges, Time now) {
  auto paid = empty_entry(JournalKind::refunded, "refunded:" + receipt, now, ending.by);
  auto owed = empty_entry(JournalKind::refunded, owed_key(receipt), now, ending.by);
  paid.note = owed.note = ending.proposal.note;
  Money sum;
  for (auto& charge : charges) {
    const ChargeLine line{charge.kind, charge.agency, charge.taken};
    if (arrived(charge)) {
      owed.append(refund_owed({}, claim_of(receipt), {&line, 1}), charge.id);
      sum += charge.taken;
    } else {
      paid.append(refunded({}, kAnyPayer, AccountRole::office, charge.office, {&line, 1}), charge.id);
      paid.append(payable_ended({}, kAnyPayer, {&line, 1}), charge.id);
    }
    charge.state = MoneyState::refunded;
  }
  for (const auto* entry : {&paid, &owed})
    if (!entry->journal.postings.empty()) book(tx, {entry, 1});
  update_charges(tx, charges);
  return sum;
}

// Asks for it whoever's account received it: the agency, or the post for its own postage.
void ask_for_refund(sql::Tx& tx, const EndingBreak& ending, Money owed, bool of_the_post, Time now) {
  NewBreak made;
  made.key = key_of(BreakType::refund_owed, ending.found.key.subject);
  made.amount = -owed;
  made.since = now;
  made.action =
      "Pay the refund out of the account that received it, and record it with the bank's reference.";
  made.of_the_post = of_the_post;
  if (!of_the_post) made.agency = ending.found.agency;
  made.dossier_code = ending.found.dossier_code;
  made.order_id = ending.found.order_id;
  open_breaks(tx, {&made, 1}, now);
}

}  // namespace

Status refund_receipt(sql::Tx& tx, const EndingBreak& ending, Time now) {
  const std::string receipt = receipt_in(ending.found.key.subject);
  const auto id = number_of(receipt);
  hold_day_open_of_receipt(tx, id);
  auto charges = lock_charges(tx, charges_on_receipt(tx, id));
  if (auto good = check_places(charges, ending.proposal.office); !good) return good;
  const bool from_till = std::ranges::any_of(charges, [](const Charge& one) { return !arrived(one); });
  const Cancellation why{ending.by, "refunded: " + ending.proposal.note};
  if (!cancel_refunded_receipt(tx, id, why, from_till, now))
    return Failure(Errc::conflict, "receipt " + receipt + " does not stand any more",
                   "Read it: it says why, and what stands in its place.");
  const Money owed = book_refund(tx, ending, receipt, charges, now);
  // A receipt holds postage alone, or none.
  const bool of_the_post = charges.front().kind == ChargeKind::postage;
  if (!owed.zero()) ask_for_refund(tx, ending, owed, of_the_post, now);
  return {};
}

Status record_refund_paid(sql::Tx& tx, const EndingBreak& ending, Time now) {
  const auto owed = unreversed_journals(tx, {owed_key(receipt_in(ending.found.key.subject))});
  if (owed.empty())
    return Failure(Errc::conflict, "the refund is recorded as paid already", "Accept the break instead.");
  const auto entry = reversal_of(owed.front(), now, ending.by, ending.proposal.note);
  book(tx, {&entry, 1});
  return {};
}

}  // namespace bccid
