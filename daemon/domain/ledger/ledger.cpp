#include "domain/ledger/ledger.hpp"

#include <stdexcept>
#include <tuple>

namespace bccid {
namespace {

struct Sums {
  std::int64_t debits = 0;
  std::int64_t credits = 0;
  void add(const Posting& posting) {
    (posting.side == Side::debit ? debits : credits) += posting.amount.dong();
  }
};

Failure out_of_range(const Journal& journal, const std::string& what) {
  return Failure(Errc::amount_out_of_range, "journal '" + journal.key + "' has " + what);
}

Status check_form(const Journal& journal) {
  const auto count = journal.postings.size();
  if (journal.key.empty()) return Failure(Errc::malformed, "journal has no key");
  if (count < 2 || count > kJournalPostingsMax) {
    return Failure(Errc::malformed,
                   "journal '" + journal.key + "' has " + std::to_string(count) + " postings",
                   "Give 2 to " + std::to_string(kJournalPostingsMax) + " postings.");
  }
  return {};
}

Status check_amounts(const Journal& journal) {
  Sums sums;
  for (const auto& posting : journal.postings) {
    const auto dong = posting.amount.dong();
    if (dong <= 0 || dong > Money::kAbsMax)
      return out_of_range(journal, "a posting of " + std::to_string(dong) + " dong");
    sums.add(posting);
    // Each addend is at most kAbsMax, so looking after each one is early enough against overflow.
    if (sums.debits > Money::kAbsMax || sums.credits > Money::kAbsMax)
      return out_of_range(journal, "a total over the limit");
  }
  return {};
}

Status check_balanced(const Journal& journal) {
  std::map<std::pair<ChargeKind, std::string_view>, Sums> groups;
  for (const auto& posting : journal.postings)
    groups[{posting.account.kind, posting.account.agency}].add(posting);
  for (const auto& [group, sums] : groups) {
    if (sums.debits == sums.credits) continue;
    return Failure(Errc::unbalanced, "journal '" + journal.key + "' has debits " +
                                         std::to_string(sums.debits) + " and credits " +
                                         std::to_string(sums.credits) + " for " +
                                         std::string(name(group.first)) + " of " + std::string(group.second));
  }
  return {};
}

// Kept in release builds: a broken ledger must stop the transaction, whoever is the caller.
void require(bool holds, const char* what) {
  if (!holds) throw std::logic_error(std::string("ledger invariant broken: ") + what);
}

bool grows_by_credit(AccountRole role) {
  return role == AccountRole::payable || role == AccountRole::clearing;
}

}  // namespace

Status check(const Journal& journal) {
  if (auto status = check_form(journal); !status) return status;
  if (auto status = check_amounts(journal); !status) return status;
  return check_balanced(journal);
}

Money Balance::of(AccountRole role) const {
  return grows_by_credit(role) ? credits - debits : debits - credits;
}

Result<Posted> Ledger::post(const Journal& journal) {
  if (auto status = check(journal); !status) return status.error();
  if (const auto known = journals_.find(journal.key); known != journals_.end()) {
    if (known->second == journal) return Posted::already;
    return Failure(Errc::key_reused, "journal '" + journal.key + "' exists with other content",
                   "Correct by a reversal and a new journal.");
  }
  std::map<Account, Balance> changed;
  for (const auto& posting : journal.postings) {
    auto& target = changed.try_emplace(posting.account, balance(posting.account)).first->second;
    (posting.side == Side::debit ? target.debits : target.credits) += posting.amount;
  }
  for (const auto& [account, after] : changed) {
    if (after.of(account.role) >= Money{}) continue;
    return Failure(Errc::conflict,
                   "account '" + account.key() + "' would go below zero by journal '" + journal.key + "'",
                   "Record first what put the money there.");
  }
  for (auto& [account, after] : changed) balances_[account] = after;
  journals_.emplace(journal.key, journal);
  require(journals_.contains(journal.key), "a posted journal is kept");
  return Posted::now;
}

Balance Ledger::balance(const Account& account) const {
  const auto found = balances_.find(account);
  return found == balances_.end() ? Balance{} : found->second;
}

Money Ledger::total(AccountRole role, ChargeKind kind, const std::string& agency) const {
  Money sum;
  for (const auto& [account, balance] : balances_) {
    if (account.role == role && account.kind == kind && account.agency == agency) sum += balance.of(role);
  }
  return sum;
}

}  // namespace bccid
