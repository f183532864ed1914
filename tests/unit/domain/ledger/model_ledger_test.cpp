// Random commands against a second, naive ledger: a map of hands to whole đồng, without journals or sides.

#include "domain/ledger/ledger.hpp"
#include "tests/unit/domain/fixtures.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using test::pick;

// Who holds how much of one kind for one agency.
struct Pots {
  std::int64_t raised = 0;
  std::map<std::string, std::int64_t> owed, cash, office, transit, bank, refund;
};

// Takes from one pot and puts into another; false (and nothing moved) when there is not enough.
bool shift(std::map<std::string, std::int64_t>& from, const std::string& source,
           std::map<std::string, std::int64_t>& to, const std::string& target, std::int64_t dong) {
  if (from[source] < dong) return false;
  from[source] -= dong;
  to[target] += dong;
  return true;
}

class Workload {
 public:
  explicit Workload(std::mt19937& random) : random_(random) {}

  void step(int number) {
    const ChargeLine line{static_cast<ChargeKind>(pick(random_, 0, 2)), any("agency", 2),
                          Money{pick(random_, 1, 9)}};
    const std::string key = std::to_string(number);
    const bool moved = run(key, line);
    const auto posted = ledger_.post(made_);
    ASSERT_EQ(posted.has_value(), moved) << name(made_.kind) << ' ' << made_.postings.front().account.key();
    if (moved) again(key);
  }

  void compare() const {
    Money debits;
    Money credits;
    for (const auto& [account, balance] : ledger_.balances()) {
      ASSERT_GE(balance.of(account.role), Money{}) << account.key();
      debits += balance.debits;
      credits += balance.credits;
    }
    ASSERT_EQ(debits, credits);
    for (const auto& [group, pots] : model_) compare(group.first, group.second, pots);
  }

 private:
  std::string any(const std::string& prefix, int count) {
    return prefix + std::to_string(pick(random_, 1, count));
  }

  // Builds the journal and moves the model; true when the model could.
  bool run(const std::string& key, const ChargeLine& line) {
    Pots& pots = model_[{line.kind, line.agency}];
    const auto dong = line.amount.dong();
    const auto payer = any("D", 3), collector = any("C", 2), office = any("O", 2), transfer = any("R", 2);
    const std::span<const ChargeLine> lines(&line, 1);
    switch (pick(random_, 0, 6)) {
      case 0:
      case 1:
        made_ = charge_raised(key, payer, lines);
        pots.raised += dong;
        pots.owed[payer] += dong;
        return true;
      case 2:
        made_ = collected(key, payer, collector, lines);
        return shift(pots.owed, payer, pots.cash, collector, dong);
      case 3:
        made_ = handed_in(key, collector, office, lines);
        return shift(pots.cash, collector, pots.office, office, dong);
      case 4:
        made_ = remitted(key, office, transfer, lines);
        return shift(pots.office, office, pots.transit, transfer, dong);
      case 5:
        made_ = on_statement(key, transfer, "111", line, line.amount);
        return shift(pots.transit, transfer, pots.bank, "111", dong);
      default:
        made_ = refunded(key, payer, AccountRole::office, office, lines);
        return shift(pots.office, office, pots.refund, payer, dong);
    }
  }

  // The same command once more changes nothing; the same key with other content is refused.
  void again(const std::string& key) {
    ASSERT_EQ(ledger_.post(made_).value(), Posted::already);
    auto other = made_;
    for (auto& posting : other.postings) posting.amount += Money{1};
    other.key = key;
    ASSERT_EQ(ledger_.post(other).error().code, Errc::key_reused);
  }

  void compare(ChargeKind kind, const std::string& agency, const Pots& pots) const {
    compare(AccountRole::receivable, kind, agency, pots.owed);
    compare(AccountRole::cash, kind, agency, pots.cash);
    compare(AccountRole::office, kind, agency, pots.office);
    compare(AccountRole::transit, kind, agency, pots.transit);
    compare(AccountRole::bank, kind, agency, pots.bank);
    compare(AccountRole::refund, kind, agency, pots.refund);
    const auto total = [&](AccountRole role) { return ledger_.total(role, kind, agency); };
    const Money somewhere = total(AccountRole::receivable) + total(AccountRole::cash) +
                            total(AccountRole::office) + total(AccountRole::transit) +
                            total(AccountRole::bank) + total(AccountRole::refund);
    ASSERT_EQ(somewhere, Money{pots.raised})
        << "raised = owed + held + handed in + remitted + arrived + refunded";
  }

  void compare(AccountRole role, ChargeKind kind, const std::string& agency,
               const std::map<std::string, std::int64_t>& holders) const {
    for (const auto& [holder, dong] : holders) {
      const Account account{role, kind, agency, holder};
      ASSERT_EQ(ledger_.balance(account).of(role), Money{dong}) << account.key();
    }
  }

  std::mt19937& random_;
  Ledger ledger_;
  std::map<std::pair<ChargeKind, std::string>, Pots> model_;
  Journal made_;
};

TEST(Ledger, AgreesWithTheModelAfterEveryRandomCommand) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  for (int run = 0; run < 4; ++run) {
    Workload workload(random);
    for (int number = 1; number <= 800; ++number) {
      workload.step(number);
      if (testing::Test::HasFatalFailure()) return;
      if (number % 5 == 0) workload.compare();
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace bccid
