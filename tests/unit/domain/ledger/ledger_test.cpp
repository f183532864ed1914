#include "domain/ledger/ledger.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using Lines = std::vector<ChargeLine>;

const Lines kFee{{ChargeKind::fee, "H20.16", Money{120'000}}};

Account account(AccountRole role, const std::string& holder) {
  return {role, ChargeKind::fee, "H20.16", holder};
}

Posting posting(Side side, std::int64_t dong, ChargeKind kind = ChargeKind::fee,
                const std::string& agency = "H20.16") {
  return {{side == Side::debit ? AccountRole::bank : AccountRole::clearing, kind, agency, "x"},
          side,
          Money{dong}};
}

Journal journal(std::vector<Posting> postings) {
  return {JournalKind::unexplained, "k", std::move(postings)};
}

Errc refusal(const Journal& tried) { return check(tried).error().code; }

TEST(Account, KeyReadsBack) {
  const Account cash{AccountRole::cash, ChargeKind::charge, "H20.16", "postman-7"};
  EXPECT_EQ(cash.key(), "cash/charge/H20.16/postman-7");
  EXPECT_EQ(parse_account(cash.key()).value(), cash);
  EXPECT_EQ(parse_account("payable/postage/post/-").value().holder, "-");
}

TEST(Account, RefusesOtherTexts) {
  for (const auto* key :
       {"", "cash", "cash/fee/H20.16", "cash/fee/H20.16/a/b", "cash/fee//a", "cash/fee/H20.16/",
        "purse/fee/H20.16/a", "cash/tax/H20.16/a", "cash/fee/H20 16/a"}) {
    EXPECT_FALSE(parse_account(key)) << key;
  }
}

TEST(Check, TakesABalancedJournal) {
  EXPECT_TRUE(check(journal({posting(Side::debit, 5), posting(Side::credit, 5)})));
}

TEST(Check, RefusesEachWayToBeWrong) {
  auto keyless = journal({posting(Side::debit, 5), posting(Side::credit, 5)});
  keyless.key.clear();
  EXPECT_EQ(refusal(keyless), Errc::malformed);
  EXPECT_EQ(refusal(journal({})), Errc::malformed);
  EXPECT_EQ(refusal(journal({posting(Side::debit, 5)})), Errc::malformed);
  EXPECT_EQ(refusal(journal({posting(Side::debit, 5), posting(Side::credit, 4)})), Errc::unbalanced);
  EXPECT_EQ(refusal(journal({posting(Side::debit, 5), posting(Side::debit, 5)})), Errc::unbalanced);
  EXPECT_EQ(refusal(journal({posting(Side::debit, 0), posting(Side::credit, 0)})), Errc::amount_out_of_range);
  EXPECT_EQ(refusal(journal({posting(Side::debit, -5), posting(Side::credit, -5)})),
            Errc::amount_out_of_range);
  const auto over = Money::kAbsMax + 1;
  EXPECT_EQ(refusal(journal({posting(Side::debit, over), posting(Side::credit, over)})),
            Errc::amount_out_of_range);
}

TEST(Check, RefusesTotalsOverTheLimitWithoutOverflow) {
  std::vector<Posting> postings;
  for (int count = 0; count < 200; ++count) postings.push_back(posting(Side::debit, Money::kAbsMax));
  EXPECT_EQ(refusal(journal(postings)), Errc::amount_out_of_range);
  postings.assign(kJournalPostingsMax + 1, posting(Side::debit, 1));
  EXPECT_EQ(refusal(journal(postings)), Errc::malformed);
}

TEST(Check, FeeNeverPaysForChargeNorOneAgencyForAnother) {
  EXPECT_EQ(refusal(journal(
                {posting(Side::debit, 5, ChargeKind::fee), posting(Side::credit, 5, ChargeKind::charge)})),
            Errc::unbalanced);
  EXPECT_EQ(refusal(journal({posting(Side::debit, 5, ChargeKind::fee, "H20.16"),
                             posting(Side::credit, 5, ChargeKind::fee, "H20.17")})),
            Errc::unbalanced);
}

// One charge from its raising to the bank, on a ledger of its own.
class OneCharge : public testing::Test {
 protected:
  void post(const Journal& entry) { ASSERT_EQ(ledger.post(entry).value(), Posted::now); }
  void bring_to_office() {
    post(charge_raised("1", "D1", kFee));
    post(collected("2", "D1", "postman-7", kFee));
    post(handed_in("3", "postman-7", "office-1", kFee));
  }
  void bring_to_transit() {
    bring_to_office();
    post(remitted("4", "office-1", "R000123", kFee));
  }
  Money at(AccountRole role, const std::string& holder) const {
    return ledger.balance(account(role, holder)).of(role);
  }

  Ledger ledger;
};

TEST_F(OneCharge, MovesFromHandToHand) {
  bring_to_transit();
  EXPECT_EQ(at(AccountRole::receivable, "D1"), Money{});
  EXPECT_EQ(at(AccountRole::cash, "postman-7"), Money{});
  EXPECT_EQ(at(AccountRole::office, "office-1"), Money{});
  EXPECT_EQ(at(AccountRole::transit, "R000123"), Money{120'000});
  post(on_statement("5", "R000123", "111", kFee.front(), Money{120'000}));
  EXPECT_EQ(at(AccountRole::transit, "R000123"), Money{});
  EXPECT_EQ(at(AccountRole::bank, "111"), Money{120'000});
  EXPECT_EQ(at(AccountRole::payable, "-"), Money{120'000});
  post(settled("6", "111", kFee));
  EXPECT_EQ(at(AccountRole::payable, "-"), Money{});
}

TEST_F(OneCharge, WhatIsShortStaysInTransit) {
  bring_to_transit();
  post(on_statement("5", "R000123", "111", kFee.front(), Money{100'000}));
  EXPECT_EQ(at(AccountRole::transit, "R000123"), Money{20'000});
  EXPECT_EQ(at(AccountRole::bank, "111"), Money{100'000});
}

TEST_F(OneCharge, WhatIsOverWaitsInClearing) {
  bring_to_transit();
  post(on_statement("5", "R000123", "111", kFee.front(), Money{150'000}));
  EXPECT_EQ(at(AccountRole::transit, "R000123"), Money{});
  EXPECT_EQ(at(AccountRole::clearing, "R000123"), Money{30'000});
  EXPECT_EQ(at(AccountRole::bank, "111"), Money{150'000});
}

TEST_F(OneCharge, NobodyHandsInWhatWasNotCollected) {
  post(charge_raised("1", "D1", kFee));
  const auto refused = ledger.post(handed_in("3", "postman-7", "office-1", kFee));
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_NE(refused.error().detail.find("cash/fee/H20.16/postman-7"), std::string::npos);
  EXPECT_EQ(at(AccountRole::office, "office-1"), Money{}) << "a refused journal changes nothing";
}

TEST_F(OneCharge, NothingIsCollectedTwice) {
  bring_to_office();
  EXPECT_EQ(ledger.post(collected("2b", "D1", "postman-8", kFee)).error().code, Errc::conflict);
}

TEST_F(OneCharge, TheSameKeyIsTheSameEntryOrARefusal) {
  post(charge_raised("1", "D1", kFee));
  EXPECT_EQ(ledger.post(charge_raised("1", "D1", kFee)).value(), Posted::already);
  const Lines other{{ChargeKind::fee, "H20.16", Money{120'001}}};
  EXPECT_EQ(ledger.post(charge_raised("1", "D1", other)).error().code, Errc::key_reused);
  EXPECT_EQ(ledger.journals(), 1U);
}

TEST_F(OneCharge, AReversalRestoresEveryBalance) {
  post(charge_raised("1", "D1", kFee));
  const auto taken = collected("2", "D1", "postman-7", kFee);
  post(taken);
  post(reversal("2r", taken));
  EXPECT_EQ(at(AccountRole::cash, "postman-7"), Money{});
  EXPECT_EQ(at(AccountRole::receivable, "D1"), Money{120'000});
}

TEST_F(OneCharge, ARefundTakesTheMoneyFromWhereItIs) {
  bring_to_office();
  post(refunded("5", "D1", AccountRole::office, "office-1", kFee));
  EXPECT_EQ(at(AccountRole::office, "office-1"), Money{});
  EXPECT_EQ(at(AccountRole::refund, "D1"), Money{120'000});
  EXPECT_FALSE(ledger.post(refunded("6", "D1", AccountRole::office, "office-1", kFee)));
}

TEST_F(OneCharge, AWaivedChargeIsOwedByNobody) {
  post(charge_raised("1", "D1", kFee));
  post(waived("2", "D1", kFee));
  EXPECT_EQ(at(AccountRole::receivable, "D1"), Money{});
  EXPECT_EQ(at(AccountRole::payable, "-"), Money{});
}

TEST_F(OneCharge, ALineThatNobodyAnnouncedIsHeldByItsOwnName) {
  post(unexplained("9", "line-4", "111", kFee.front()));
  EXPECT_EQ(at(AccountRole::clearing, "line-4"), Money{120'000});
}

}  // namespace
}  // namespace bccid
