#include "domain/recon/candidates.hpp"

#include "tests/unit/domain/fixtures.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using test::day;
using Ids = std::vector<std::string>;

const MatchSettings kSettings{.window_days = 5, .payers = {"Bưu điện tỉnh Đồng Tháp"}};

CreditLine line(std::int64_t dong, std::string text, std::string payer = {}) {
  CreditLine made;
  made.id = "L1";
  made.account = "111";
  made.amount = Money{dong};
  made.booked = day(2026, 11, 24);
  made.text = std::move(text);
  made.payer = std::move(payer);
  return made;
}

ExpectedCredit credit(std::string reference, std::int64_t dong, Day sent = day(2026, 11, 23)) {
  return {std::move(reference), "111", Money{dong}, sent, false};
}

std::vector<LineCandidate> of(const CreditLine& line, const std::vector<ExpectedCredit>& expected) {
  return candidates_of(line, expected, kSettings);
}

TEST(Candidates, WhatIsNamedAndExactIsSureAndStandsFirst) {
  const auto found =
      of(line(500, "BCCI82 R000002"), {credit("BCCI82 R000001", 500), credit("BCCI82 R000002", 500)});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].references, Ids{"BCCI82 R000002"});
  EXPECT_EQ(found[0].kind, CandidateClass::sure);
  EXPECT_TRUE(found[0].named);
  EXPECT_EQ(found[0].days, 1);
  EXPECT_EQ(found[1].kind, CandidateClass::possible);
  EXPECT_FALSE(found[1].named);
}

TEST(Candidates, AnAmountThatIsCloseShowsTheDifferenceItWouldLeave) {
  const auto found =
      of(line(480, "nop tien"), {credit("BCCI82 R000001", 500), credit("BCCI82 R000002", 900)});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, CandidateClass::differs);
  EXPECT_EQ(found[0].difference, Money{-20});
}

TEST(Candidates, ASumIsOfferedAsOneCandidate) {
  const auto named = of(line(900, "BCCI82 R000002 BCCI82 R000001"),
                        {credit("BCCI82 R000001", 500), credit("BCCI82 R000002", 400)});
  ASSERT_FALSE(named.empty());
  EXPECT_EQ(named[0].references, (Ids{"BCCI82 R000001", "BCCI82 R000002"}));
  EXPECT_EQ(named[0].kind, CandidateClass::sure);
  const auto day = of(line(900, "nop tien"), {credit("BCCI82 R000001", 500), credit("BCCI82 R000002", 400)});
  ASSERT_EQ(day.size(), 1U);
  EXPECT_EQ(day[0].references.size(), 2U);
  EXPECT_EQ(day[0].kind, CandidateClass::possible);
}

TEST(Candidates, PayerAndDateRaiseAndLower) {
  const std::vector<ExpectedCredit> expected{credit("BCCI82 R000001", 500),
                                             credit("BCCI82 R000002", 500, day(2026, 11, 10))};
  const auto ours = of(line(500, "x", "BUU DIEN TINH DONG THAP"), expected);
  ASSERT_EQ(ours.size(), 2U);
  EXPECT_EQ(ours[0].score, 80);
  EXPECT_EQ(ours[0].payer, 100);
  EXPECT_EQ(ours[1].score, 60) << "sent too long before";
  EXPECT_EQ(of(line(500, "x", "NGUYEN VAN A"), expected)[0].score, 30);
}

TEST(Candidates, NothingIsOfferedThatIsMetElsewhereOrFarAway) {
  auto met = credit("BCCI82 R000001", 500);
  met.met = true;
  auto elsewhere = credit("BCCI82 R000002", 500);
  elsewhere.account = "222";
  EXPECT_TRUE(
      of(line(500, "BCCI82 R000001"), {met, elsewhere, credit("BCCI82 R000003", 500, day(2026, 9, 1))})
          .empty());
  EXPECT_TRUE(of(line(-500, "BCCI82 R000001"), {credit("BCCI82 R000001", 500)}).empty());
}

TEST(Candidates, APairThatAPersonTookApartIsOfferedAndSaysSo) {
  auto again = line(500, "BCCI82 R000001");
  again.refused = {"BCCI82 R000001"};
  const auto found = of(again, {credit("BCCI82 R000001", 500)});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].refused);
}

TEST(Candidates, ThereAreNeverMoreThanAPersonReads) {
  std::vector<ExpectedCredit> many;
  for (int at = 0; at < 50; ++at) many.push_back(credit("BCCI82 R" + std::to_string(100 + at), 500));
  const auto found = of(line(500, "x"), many);
  ASSERT_EQ(found.size(), kCandidatesMax);
  EXPECT_EQ(found[0].references, Ids{"BCCI82 R100"});
}

}  // namespace
}  // namespace bccid
