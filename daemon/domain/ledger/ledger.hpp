#pragma once

#include "base/money.hpp"
#include "domain/ledger/account.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace bccid {

enum class Side : std::uint8_t { debit, credit };

template <>
struct EnumNames<Side> {
  static constexpr std::array<std::string_view, 2> kNames{"D", "C"};
};

struct Posting {
  Account account;
  Side side = Side::debit;
  Money amount;  // always positive; the side carries the sign
  bool operator==(const Posting&) const = default;
};

enum class JournalKind : std::uint8_t {
  charge_raised,
  collected,
  transferred,  // the payer sent it to the fee account himself
  handed_in,
  remitted,
  on_statement,
  settled,
  refunded,
  waived,
  split,        // one debt becomes several
  unexplained,  // a bank line that nobody announced
  adjusted,     // a difference that is small enough to be taken for settled
  reversal,
};

template <>
struct EnumNames<JournalKind> {
  static constexpr std::array<std::string_view, 13> kNames{
      "charge_raised", "collected", "transferred", "handed_in",   "remitted", "on_statement", "settled",
      "refunded",      "waived",    "split",       "unexplained", "adjusted", "reversal"};
};

// One balanced entry. `key` makes it exactly-once: the same key is the same entry.
struct Journal {
  JournalKind kind = JournalKind::charge_raised;
  std::string key;
  std::vector<Posting> postings;
  bool operator==(const Journal&) const = default;
};

inline constexpr std::size_t kJournalPostingsMax = 4000;

// In this order: malformed (empty key, fewer than two or too many postings), amount_out_of_range (not
// positive, or a total over Money::kAbsMax), unbalanced (debits and credits differ, in all or within
// one charge kind and agency: phí never pays for lệ phí, nor one agency for another).
Status check(const Journal& journal);

// What is moved in a journal: one line a charge kind and agency.
struct ChargeLine {
  ChargeKind kind = ChargeKind::fee;
  std::string agency;
  Money amount;
};

// The builders only build; check() judges. `payer` names who owes (a dossier code or order number).
Journal charge_raised(std::string key, const std::string& payer, std::span<const ChargeLine> lines);
Journal waived(std::string key, const std::string& payer, std::span<const ChargeLine> lines);
Journal collected(std::string key, const std::string& payer, const std::string& collector,
                  std::span<const ChargeLine> lines);
// The payer sent the money himself, by a transfer or on a payment platform: nobody of the post ever held it.
Journal transferred(std::string key, const std::string& payer, const std::string& remittance,
                    std::span<const ChargeLine> lines);
Journal handed_in(std::string key, const std::string& collector, const std::string& office,
                  std::span<const ChargeLine> lines);
Journal remitted(std::string key, const std::string& office, const std::string& remittance,
                 std::span<const ChargeLine> lines);
// `arrived` came for a remittance of which `line.amount` is open. What is short stays in transit; what is
// over waits in clearing.
Journal on_statement(std::string key, const std::string& remittance, const std::string& bank_account,
                     const ChargeLine& line, Money arrived);
// A bank line without a remittance; `line_id` holds it in clearing until a person explains it.
Journal unexplained(std::string key, const std::string& line_id, const std::string& bank_account,
                    const ChargeLine& line);
// The agency agrees that the money is its own.
Journal settled(std::string key, const std::string& bank_account, std::span<const ChargeLine> lines);
// The agency takes what came for `remittance` for all of it. Too little (a negative difference): what is
// still under way is owed to it no longer. Too much: the surplus leaves clearing and is its own.
Journal adjusted(std::string key, const std::string& remittance, const std::string& bank_account,
                 ChargeLine line, Money difference);
// Money goes back to the payer out of `holding` (cash, office or bank and its holder).
Journal refunded(std::string key, const std::string& payer, AccountRole holding, const std::string& holder,
                 std::span<const ChargeLine> lines);
// What was given back is owed to the agency no longer.
Journal payable_ended(std::string key, const std::string& payer, std::span<const ChargeLine> lines);
// The payer gets money back that the agency holds already: the agency owes it, and he is owed it under
// `claim`.
Journal refund_owed(std::string key, const std::string& claim, std::span<const ChargeLine> lines);
// The same postings on the other side. Corrections are new entries; nothing is edited.
Journal reversal(std::string key, const Journal& original);

struct Balance {
  Money debits;
  Money credits;
  // Debits less credits for the accounts that hold or are owed money, the reverse for payable and clearing.
  Money of(AccountRole role) const;
  bool operator==(const Balance&) const = default;
};

enum class Posted : std::uint8_t { now, already };

// The ledger in memory: the rules that the database keeps too, for decisions and for tests.
// No account may go below zero at any moment: nobody hands in what was not collected.
class Ledger {
 public:
  // Errors: those of check(); key_reused (same key, other content); conflict (an account would go
  // below zero). A refused journal changes nothing.
  Result<Posted> post(const Journal& journal);

  // Zero when nothing was ever posted there.
  Balance balance(const Account& account) const;
  const std::map<Account, Balance>& balances() const { return balances_; }
  // Sum of of(role) over all accounts of a role, by kind and agency.
  Money total(AccountRole role, ChargeKind kind, const std::string& agency) const;
  std::size_t journals() const { return journals_.size(); }

 private:
  std::map<Account, Balance> balances_;
  std::map<std::string, Journal> journals_;
};

}  // namespace bccid
