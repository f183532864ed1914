#include "domain/recon/matcher.hpp"

#include "tests/unit/domain/fixtures.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace bccid {
namespace {

using test::day;
using test::pick;

constexpr const char* kAccount = "111";

CreditLine line(std::string id, std::int64_t dong, std::string text, Day booked = day(2026, 11, 24)) {
  return {std::move(id), kAccount, Money{dong}, booked, std::move(text)};
}

ExpectedCredit credit(std::string reference, std::int64_t dong, Day sent = day(2026, 11, 23)) {
  return {std::move(reference), kAccount, Money{dong}, sent, std::nullopt};
}

MatchSettings on(Day today) {
  MatchSettings settings;
  settings.today = today;
  return settings;
}

MatchResult match(std::vector<CreditLine> lines, std::vector<ExpectedCredit> expected,
                  Day today = day(2026, 11, 24)) {
  return match_statement(lines, expected, on(today));
}

TEST(Reference, IsFoundThroughWhatBanksDoToText) {
  for (const auto* text :
       {"BCCI82 R000123", "bcci82 r000123", "BCCI82R000123", "MBVCB.55.BCCI82 R000123.CT tu 0011 toi 0022",
        "BCCI82-R0001 23 nop phi", "Bưu điện nộp BCCI82 R000123", "Bu\xCC\x9B\x75 nop BCCI82 R000123",
        "BCCI82 R000123 4500000", "REM BCCI82\nR000123"}) {
    EXPECT_TRUE(mentions_reference(text, "BCCI82 R000123")) << text;
  }
}

TEST(Reference, IsNotSeenInAnotherNumber) {
  for (const auto* text : {"", "BCCI82", "R000123", "BCCI82 R0001234", "BCCI82 R00012", "BCCI83 R000123"}) {
    EXPECT_FALSE(mentions_reference(text, "BCCI82 R000123")) << text;
  }
  EXPECT_FALSE(mentions_reference("anything", ""));
}

TEST(Matcher, TheExactAmountWithTheReferenceIsAMatchWithoutABreak) {
  const auto result = match({line("L1", 500, "BCCI82 R000123")}, {credit("BCCI82 R000123", 500)});
  ASSERT_EQ(result.matches.size(), 1U);
  EXPECT_EQ(result.matches[0].rule, MatchRule::reference);
  EXPECT_EQ(result.matches[0].score, 100);
  EXPECT_FALSE(result.matches[0].evidence.empty());
  EXPECT_TRUE(result.breaks.empty());
}

TEST(Matcher, ShortAndOverAreMatchedWithASignedBreak) {
  const auto result = match({line("L1", 480, "BCCI82 R000001"), line("L2", 530, "BCCI82 R000002")},
                            {credit("BCCI82 R000001", 500), credit("BCCI82 R000002", 500)});
  ASSERT_EQ(result.matches.size(), 2U);
  ASSERT_EQ(result.breaks.size(), 2U);
  EXPECT_EQ(result.breaks[0],
            (Break{BreakType::short_paid, Money{-20}, day(2026, 11, 24), "L1", "BCCI82 R000001"}));
  EXPECT_EQ(result.breaks[1],
            (Break{BreakType::over_paid, Money{30}, day(2026, 11, 24), "L2", "BCCI82 R000002"}));
}

TEST(Matcher, ASecondLineForOneRemittanceIsADouble) {
  const auto result = match({line("L1", 480, "BCCI82 R000001"), line("L2", 500, "BCCI82 R000001")},
                            {credit("BCCI82 R000001", 500)});
  ASSERT_EQ(result.matches.size(), 1U);
  EXPECT_EQ(result.matches[0].line_id, "L2") << "the line of the exact amount is the one that was meant";
  ASSERT_EQ(result.breaks.size(), 1U);
  EXPECT_EQ(result.breaks[0].type, BreakType::double_paid);
  EXPECT_EQ(result.breaks[0].amount, Money{480});
}

TEST(Matcher, ADoubleIsFoundInALaterStatementToo) {
  auto matched = credit("BCCI82 R000001", 500);
  matched.matched_line = "old";
  const auto result = match({line("L9", 500, "BCCI82 R000001")}, {matched});
  EXPECT_TRUE(result.matches.empty());
  ASSERT_EQ(result.breaks.size(), 1U);
  EXPECT_EQ(result.breaks[0].type, BreakType::double_paid);
}

TEST(Matcher, ARemittanceWithoutALineIsMissingOnceItsTimeIsOver) {
  EXPECT_TRUE(match({}, {credit("BCCI82 R000001", 500)}, day(2026, 11, 24)).breaks.empty());
  const auto late = match({}, {credit("BCCI82 R000001", 500)}, day(2026, 11, 26));
  ASSERT_EQ(late.breaks.size(), 1U);
  EXPECT_EQ(late.breaks[0].type, BreakType::missing);
  EXPECT_EQ(late.breaks[0].amount, Money{-500});
  EXPECT_EQ(age_days(late.breaks[0], day(2026, 11, 26)), 2);
}

TEST(Matcher, AnUnknownLineIsMoneyWithoutAReceipt) {
  const auto result = match({line("L1", 77, "chuyen tien")}, {credit("BCCI82 R000001", 500)});
  ASSERT_EQ(result.breaks.size(), 1U);
  EXPECT_EQ(result.breaks[0].type, BreakType::remitted_without_receipt);
}

TEST(Matcher, AmountAndDateMatchOnlyWhereThereIsOneOfEach) {
  const auto sole = match({line("L1", 500, "chuyen tien")}, {credit("BCCI82 R000001", 500)});
  ASSERT_EQ(sole.matches.size(), 1U);
  EXPECT_EQ(sole.matches[0].rule, MatchRule::amount_and_date);
  EXPECT_LT(sole.matches[0].score, 100);

  const auto twins =
      match({line("L1", 500, "chuyen tien")}, {credit("BCCI82 R000001", 500), credit("BCCI82 R000002", 500)});
  EXPECT_TRUE(twins.matches.empty());
  ASSERT_EQ(twins.suggestions.size(), 1U);
  EXPECT_EQ(twins.suggestions[0].references, (std::vector<std::string>{"BCCI82 R000001", "BCCI82 R000002"}));
  ASSERT_EQ(twins.breaks.size(), 1U);
  EXPECT_EQ(twins.breaks[0].type, BreakType::ambiguous);

  const auto rivals = match({line("L1", 500, "a"), line("L2", 500, "b")}, {credit("BCCI82 R000001", 500)});
  EXPECT_TRUE(rivals.matches.empty());
  EXPECT_EQ(rivals.suggestions.size(), 2U);
}

TEST(Matcher, AmountAndDateKeepToAccountAndWindow) {
  const auto expected = credit("BCCI82 R000001", 500);
  auto elsewhere = line("L1", 500, "x");
  elsewhere.account = "222";
  EXPECT_TRUE(match({elsewhere}, {expected}).matches.empty());
  EXPECT_TRUE(match({line("L1", 500, "x", day(2026, 11, 22))}, {expected}).matches.empty())
      << "before it was sent";
  EXPECT_EQ(match({line("L1", 500, "x", day(2026, 11, 28))}, {expected}).matches.size(), 1U);
  EXPECT_TRUE(match({line("L1", 500, "x", day(2026, 11, 29))}, {expected}).matches.empty());
}

TEST(Matcher, TheReferenceGoesBeforeTheAmount) {
  const auto result = match({line("L1", 500, "chuyen tien"), line("L2", 500, "BCCI82 R000001")},
                            {credit("BCCI82 R000001", 500), credit("BCCI82 R000002", 500)});
  ASSERT_EQ(result.matches.size(), 2U);
  EXPECT_EQ(result.matches[0].reference, "BCCI82 R000002");
  EXPECT_EQ(result.matches[1].reference, "BCCI82 R000001");
}

TEST(Matcher, ALineThatNamesTwoRemittancesIsLeftToAPerson) {
  const auto result = match({line("L1", 1000, "BCCI82 R000001 va BCCI82 R000002")},
                            {credit("BCCI82 R000001", 500), credit("BCCI82 R000002", 500)}, day(2026, 12, 1));
  EXPECT_TRUE(result.matches.empty());
  ASSERT_EQ(result.suggestions.size(), 1U);
  ASSERT_EQ(result.breaks.size(), 1U) << "what a line may explain is not reported missing beside it";
  EXPECT_EQ(result.breaks[0].type, BreakType::ambiguous);
}

TEST(Matcher, AReferenceThatBeginsALongerOneDoesNotTakeItsLine) {
  const auto result = match({line("L1", 500, "BCCI82 R0001 23")},
                            {credit("BCCI82 R0001", 500), credit("BCCI82 R000123", 500)});
  ASSERT_EQ(result.matches.size(), 1U);
  EXPECT_EQ(result.matches[0].reference, "BCCI82 R000123");
}

TEST(Matcher, MoneyThatLeavesTheAccountIsNoRemittance) {
  const auto result = match({line("L1", -500, "BCCI82 R000001")}, {credit("BCCI82 R000001", 500)});
  EXPECT_TRUE(result.matches.empty());
  ASSERT_EQ(result.breaks.size(), 1U);
  EXPECT_EQ(result.breaks[0].type, BreakType::bank_debit);
  EXPECT_EQ(result.breaks[0].amount, Money{-500});
}

TEST(Break, EveryTypeHasAnOwnerAndAnAction) {
  for (std::size_t at = 0; at < kCount<BreakType>; ++at) {
    const auto& found = advice(static_cast<BreakType>(at));
    EXPECT_FALSE(found.action_vi.empty());
    EXPECT_FALSE(found.action_en.empty());
  }
  EXPECT_EQ(advice(BreakType::missing).owner, BreakOwner::post_finance);
}

struct Statement {
  std::vector<CreditLine> lines;
  std::vector<ExpectedCredit> expected;
};

std::string reference_of(int number) { return "BCCI82 R" + std::to_string(100'000 + number); }

// Few amounts, so that doubles, ambiguity and near misses are common.
Statement random_statement(std::mt19937& random) {
  Statement made;
  const int credits = pick(random, 0, 8);
  for (int number = 0; number < credits; ++number) {
    made.expected.push_back(credit(reference_of(number), pick(random, 1, 4) * 100,
                                   day(2026, 11, 20 + static_cast<unsigned>(pick(random, 0, 3)))));
  }
  const int lines = pick(random, 0, 10);
  for (int number = 0; number < lines; ++number) {
    std::string text = pick(random, 0, 1) == 0 ? "chuyen tien" : "CT " + reference_of(pick(random, 0, 9));
    if (pick(random, 0, 9) == 0) text += " " + reference_of(pick(random, 0, 9));
    const int hundreds = pick(random, -1, 4);
    made.lines.push_back(
        line("L" + std::to_string(number), (hundreds == 0 ? 1 : hundreds) * 100 + pick(random, 0, 1), text));
  }
  return made;
}

TEST(Matcher, TheOrderOfLinesAndRemittancesHasNoInfluence) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  for (int round = 0; round < 400; ++round) {
    auto statement = random_statement(random);
    const auto expected = match(statement.lines, statement.expected, day(2026, 11, 30));
    for (int order = 0; order < 4; ++order) {
      std::shuffle(statement.lines.begin(), statement.lines.end(), random);
      std::shuffle(statement.expected.begin(), statement.expected.end(), random);
      ASSERT_EQ(match(statement.lines, statement.expected, day(2026, 11, 30)), expected);
    }
  }
}

TEST(Matcher, EachLineIsInOneMatchOrOneBreakAndEachRemittanceMatchesOnce) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  for (int round = 0; round < 400; ++round) {
    const auto statement = random_statement(random);
    const auto result = match(statement.lines, statement.expected, day(2026, 11, 30));
    std::map<std::string, int> lines, references;
    for (const auto& found : result.matches) {
      ++lines[found.line_id];
      ++references[found.reference];
    }
    for (const auto& found : result.breaks) {
      const bool of_match = found.type == BreakType::short_paid || found.type == BreakType::over_paid;
      if (!found.line_id.empty() && !of_match) ++lines[found.line_id];
    }
    for (const auto& one : statement.lines) ASSERT_EQ(lines[one.id], 1) << one.id << ' ' << one.text;
    for (const auto& [reference, count] : references) ASSERT_EQ(count, 1) << reference;
  }
}

TEST(Matcher, RunningAgainOverWhatWasMatchedChangesNothing) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  for (int round = 0; round < 400; ++round) {
    auto statement = random_statement(random);
    const auto first = match(statement.lines, statement.expected, day(2026, 11, 30));
    for (const auto& found : first.matches) {
      for (auto& one : statement.expected) {
        if (one.reference == found.reference) one.matched_line = found.line_id;
      }
    }
    ASSERT_EQ(match(statement.lines, statement.expected, day(2026, 11, 30)), first);
  }
}

}  // namespace
}  // namespace bccid
