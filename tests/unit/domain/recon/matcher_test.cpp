#include "domain/recon/matcher.hpp"

#include "tests/unit/domain/fixtures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <tuple>

namespace bccid {
namespace {

using test::day;
using test::pick;

using Ids = std::vector<std::string>;

constexpr const char* kAccount = "111";
constexpr const char* kPost = "Bưu điện tỉnh Đồng Tháp";

CreditLine line(std::string id, std::int64_t dong, std::string text, Day booked = day(2026, 11, 24)) {
  CreditLine made;
  made.id = std::move(id);
  made.account = kAccount;
  made.amount = Money{dong};
  made.booked = booked;
  made.text = std::move(text);
  return made;
}

ExpectedCredit credit(std::string reference, std::int64_t dong, Day sent = day(2026, 11, 23)) {
  return {std::move(reference), kAccount, Money{dong}, sent, false};
}

const MatchSettings kSettings{.payers = {kPost}};

MatchResult match(std::vector<CreditLine> lines, std::vector<ExpectedCredit> expected) {
  return match_statement(lines, expected, kSettings);
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
  EXPECT_EQ(result.matches[0].lines, Ids{"L2"}) << "the line of the exact amount is the one that was meant";
  ASSERT_EQ(result.breaks.size(), 1U);
  EXPECT_EQ(result.breaks[0].type, BreakType::double_paid);
  EXPECT_EQ(result.breaks[0].amount, Money{480});
}

TEST(Matcher, ADoubleIsFoundInALaterStatementToo) {
  auto matched = credit("BCCI82 R000001", 500);
  matched.met = true;
  const auto result = match({line("L9", 500, "BCCI82 R000001")}, {matched});
  EXPECT_TRUE(result.matches.empty());
  ASSERT_EQ(result.breaks.size(), 1U);
  EXPECT_EQ(result.breaks[0].type, BreakType::double_paid);
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
  EXPECT_EQ(twins.suggestions[0].references, (Ids{"BCCI82 R000001", "BCCI82 R000002"}));
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
  EXPECT_EQ(result.matches[0].references, Ids{"BCCI82 R000002"});
  EXPECT_EQ(result.matches[1].references, Ids{"BCCI82 R000001"});
}

TEST(Matcher, ALineThatNamesTwoRemittancesAndIsNotTheirSumIsLeftToAPerson) {
  const auto result = match({line("L1", 900, "BCCI82 R000001 va BCCI82 R000002")},
                            {credit("BCCI82 R000001", 500), credit("BCCI82 R000002", 500)});
  EXPECT_TRUE(result.matches.empty());
  ASSERT_EQ(result.suggestions.size(), 1U);
  EXPECT_EQ(result.waiting, result.suggestions[0].references) << "what a line may explain is not missing";
  ASSERT_EQ(result.breaks.size(), 1U);
  EXPECT_EQ(result.breaks[0].type, BreakType::ambiguous);
}

TEST(Matcher, AReferenceThatBeginsALongerOneDoesNotTakeItsLine) {
  const auto result = match({line("L1", 500, "BCCI82 R0001 23")},
                            {credit("BCCI82 R0001", 500), credit("BCCI82 R000123", 500)});
  ASSERT_EQ(result.matches.size(), 1U);
  EXPECT_EQ(result.matches[0].references, Ids{"BCCI82 R000123"});
}

CreditLine paid_by(CreditLine line, std::string payer) {
  line.payer = std::move(payer);
  return line;
}

TEST(Matcher, TheEndToEndIdGoesBeforeTheText) {
  auto carried = line("L1", 500, "nop BCCI82 R000002");
  carried.end_to_end = "BCCI82R000001";
  const auto result = match({carried, line("L2", 500, "BCCI82 R000001")},
                            {credit("BCCI82 R000001", 500), credit("BCCI82 R000002", 500)});
  ASSERT_EQ(result.matches.size(), 1U);
  EXPECT_EQ(result.matches[0].lines, Ids{"L1"});
  EXPECT_EQ(result.matches[0].references, Ids{"BCCI82 R000001"});
  EXPECT_EQ(result.matches[0].rule, MatchRule::end_to_end);
  ASSERT_EQ(result.breaks.size(), 1U);
  EXPECT_EQ(result.breaks[0].type, BreakType::double_paid);
}

TEST(Matcher, AnIdThatIsNobodysSaysNothing) {
  auto carried = line("L1", 500, "nop BCCI82 R000001");
  carried.end_to_end = "NOTPROVIDED";
  const auto result = match({carried}, {credit("BCCI82 R000001", 500)});
  ASSERT_EQ(result.matches.size(), 1U);
  EXPECT_EQ(result.matches[0].rule, MatchRule::reference);
}

TEST(Matcher, OneLineThatNamesSeveralAndIsTheirSumPaysThemAll) {
  const auto result = match({line("L1", 900, "BCCI82 R000002, R: BCCI82 R000001")},
                            {credit("BCCI82 R000001", 500), credit("BCCI82 R000002", 400)});
  ASSERT_EQ(result.matches.size(), 1U);
  EXPECT_EQ(result.matches[0].rule, MatchRule::several_references);
  EXPECT_EQ(result.matches[0].references, (Ids{"BCCI82 R000001", "BCCI82 R000002"}));
  EXPECT_TRUE(result.breaks.empty());
}

TEST(Matcher, ASumOfSeveralIsNotTakenWhenAnotherLineNamesOneOfThem) {
  const auto result =
      match({line("L1", 900, "BCCI82 R000001 BCCI82 R000002"), line("L2", 500, "BCCI82 R000001")},
            {credit("BCCI82 R000001", 500), credit("BCCI82 R000002", 400)});
  ASSERT_EQ(result.matches.size(), 1U);
  EXPECT_EQ(result.matches[0].lines, Ids{"L2"});
  ASSERT_EQ(result.breaks.size(), 1U);
  EXPECT_EQ(result.breaks[0].type, BreakType::ambiguous);
}

TEST(Matcher, SeveralLinesThatNameOneAndAreItsAmountPayItTogether) {
  const auto result = match({line("L1", 200, "BCCI82 R000001"), line("L2", 300, "BCCI82 R000001 lan 2")},
                            {credit("BCCI82 R000001", 500)});
  ASSERT_EQ(result.matches.size(), 1U);
  EXPECT_EQ(result.matches[0].rule, MatchRule::several_lines);
  EXPECT_EQ(result.matches[0].lines, (Ids{"L1", "L2"}));
  EXPECT_TRUE(result.breaks.empty());
}

TEST(Matcher, SeveralLinesThatAreNotTheAmountAreOneShortAndDoubles) {
  const auto huge = line("L2", Money::kAbsMax, "BCCI82 R000001");
  const auto result = match({line("L1", 200, "BCCI82 R000001"), huge}, {credit("BCCI82 R000001", 500)});
  ASSERT_EQ(result.matches.size(), 1U);
  EXPECT_EQ(result.matches[0].lines, Ids{"L1"});
  ASSERT_EQ(result.breaks.size(), 2U);
  EXPECT_EQ(result.breaks[1].type, BreakType::double_paid);
}

TEST(Matcher, AnUnnamedLineIsTheSumOfAllThatWasSentThatDay) {
  const std::vector<ExpectedCredit> expected{credit("BCCI82 R000001", 500), credit("BCCI82 R000002", 400),
                                             credit("BCCI82 R000003", 70, day(2026, 11, 22))};
  const auto result = match({line("L1", 900, "nop tien")}, expected);
  ASSERT_EQ(result.matches.size(), 1U);
  EXPECT_EQ(result.matches[0].rule, MatchRule::window_sum);
  EXPECT_EQ(result.matches[0].references, (Ids{"BCCI82 R000001", "BCCI82 R000002"}));
}

TEST(Matcher, ASumThatIsAlsoOneAmountIsLeftToAPerson) {
  const auto result =
      match({line("L1", 900, "nop tien")}, {credit("BCCI82 R000001", 500), credit("BCCI82 R000002", 400),
                                            credit("BCCI82 R000003", 900, day(2026, 11, 22))});
  EXPECT_TRUE(result.matches.empty());
  ASSERT_EQ(result.suggestions.size(), 1U);
  EXPECT_EQ(result.suggestions[0].references.size(), 3U);
}

TEST(Matcher, ThePayerDecidesBetweenTwoLinesOfOneAmount) {
  const auto result = match({paid_by(line("L1", 500, "a"), "NGUYEN VAN A"),
                             paid_by(line("L2", 500, "b"), "BUU DIEN TINH DONG THAP")},
                            {credit("BCCI82 R000001", 500)});
  ASSERT_EQ(result.matches.size(), 1U);
  EXPECT_EQ(result.matches[0].lines, Ids{"L2"});
  EXPECT_EQ(result.matches[0].score, 80);
  ASSERT_EQ(result.breaks.size(), 1U);
  EXPECT_EQ(result.breaks[0].type, BreakType::remitted_without_receipt);
}

TEST(Matcher, AStrangersEqualAmountIsNotTheRemittance) {
  const auto result =
      match({paid_by(line("L1", 500, "mua hang"), "Công ty TNHH Hoa Sen")}, {credit("BCCI82 R000001", 500)});
  EXPECT_TRUE(result.matches.empty());
  EXPECT_TRUE(result.waiting.empty()) << "and it does not hide that the remittance is missing";
  ASSERT_EQ(result.breaks.size(), 1U);
  EXPECT_EQ(result.breaks[0].type, BreakType::remitted_without_receipt);
}

TEST(Matcher, WhatAPersonTookApartIsNotPutTogetherAgain) {
  auto again = line("L1", 500, "BCCI82 R000001");
  again.refused = {"BCCI82 R000001"};
  const auto result = match({again}, {credit("BCCI82 R000001", 500)});
  EXPECT_TRUE(result.matches.empty());
  ASSERT_EQ(result.breaks.size(), 1U);
  EXPECT_EQ(result.breaks[0].type, BreakType::remitted_without_receipt);
}

TEST(Matcher, OneClearChoiceMakesTheNextOneClear) {
  const auto result = match(
      {paid_by(line("L1", 500, "a", day(2026, 11, 21)), kPost), line("L2", 500, "b", day(2026, 11, 24))},
      {credit("BCCI82 R000001", 500, day(2026, 11, 20)), credit("BCCI82 R000002", 500, day(2026, 11, 23))});
  ASSERT_EQ(result.matches.size(), 2U);
  EXPECT_EQ(result.matches[1].lines, Ids{"L2"});
  EXPECT_EQ(result.matches[1].references, Ids{"BCCI82 R000002"});
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
    EXPECT_TRUE(found.action_vi.ends_with('.')) << name(static_cast<BreakType>(at));
    EXPECT_TRUE(found.action_en.ends_with('.')) << name(static_cast<BreakType>(at));
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
    const int odd = pick(random, 0, 3) == 0 ? 1 : 0;
    auto one = line("L" + std::to_string(number), (hundreds == 0 ? 1 : hundreds) * 100 + odd, text);
    if (pick(random, 0, 2) == 0) one.payer = pick(random, 0, 1) == 0 ? kPost : "NGUYEN VAN A";
    if (pick(random, 0, 9) == 0) one.end_to_end = reference_of(pick(random, 0, 9));
    made.lines.push_back(std::move(one));
  }
  return made;
}

TEST(Matcher, TheOrderOfLinesAndRemittancesHasNoInfluence) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  for (int round = 0; round < 400; ++round) {
    auto statement = random_statement(random);
    const auto expected = match(statement.lines, statement.expected);
    for (int order = 0; order < 4; ++order) {
      std::shuffle(statement.lines.begin(), statement.lines.end(), random);
      std::shuffle(statement.expected.begin(), statement.expected.end(), random);
      ASSERT_EQ(match(statement.lines, statement.expected), expected);
    }
  }
}

TEST(Matcher, EachLineIsInOneMatchOrOneBreakAndEachRemittanceMatchesOnce) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  for (int round = 0; round < 400; ++round) {
    const auto statement = random_statement(random);
    const auto result = match(statement.lines, statement.expected);
    std::map<std::string, int> lines, references;
    for (const auto& found : result.matches) {
      ASSERT_TRUE(found.lines.size() == 1 || found.references.size() == 1);
      for (const auto& id : found.lines) ++lines[id];
      for (const auto& reference : found.references) ++references[reference];
    }
    for (const auto& found : result.breaks) {
      const bool of_match = found.type == BreakType::short_paid || found.type == BreakType::over_paid;
      if (!found.line_id.empty() && !of_match) ++lines[found.line_id];
    }
    for (const auto& one : statement.lines) ASSERT_EQ(lines[one.id], 1) << one.id << ' ' << one.text;
    for (const auto& [reference, count] : references) ASSERT_EQ(count, 1) << reference;
  }
}

// Lines and remittances that share no name, put apart: [group][side].
struct Group {
  std::vector<CreditLine> lines;
  std::vector<ExpectedCredit> expected;
};

std::vector<Group> groups_of(const Statement& statement) {
  std::vector<std::size_t> root(statement.expected.size());
  std::iota(root.begin(), root.end(), 0U);
  const auto find = [&](std::size_t at) {
    while (root[at] != at) at = root[at];
    return at;
  };
  const auto names = [&](const CreditLine& one, std::size_t at) {
    const auto& reference = statement.expected[at].reference;
    return mentions_reference(one.text, reference) || mentions_reference(one.end_to_end, reference);
  };
  std::vector<Group> groups(statement.expected.size());
  const auto each_named = [&](const CreditLine& one, auto see) {
    for (std::size_t at = 0; at < root.size(); ++at)
      if (names(one, at)) see(at);
  };
  for (const auto& one : statement.lines) {
    std::optional<std::size_t> first;
    each_named(one, [&](std::size_t at) { root[find(at)] = find(first.value_or(at)), first = find(at); });
  }
  for (std::size_t at = 0; at < root.size(); ++at)
    groups[find(at)].expected.push_back(statement.expected[at]);
  Group rest;
  for (const auto& one : statement.lines) {
    std::optional<std::size_t> first;
    each_named(one, [&](std::size_t at) { first = at; });
    (first ? groups[find(*first)] : rest).lines.push_back(one);
  }
  groups.push_back(std::move(rest));
  return groups;
}

TEST(Matcher, GroupsThatShareNoNameMayBeMatchedOneByOne) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  for (int round = 0; round < 1000; ++round) {
    const auto statement = random_statement(random);
    const auto whole = match_named(statement.lines, statement.expected);
    MatchResult parts;
    for (const auto& group : groups_of(statement)) {
      auto part = match_named(group.lines, group.expected);
      std::ranges::move(part.matches, std::back_inserter(parts.matches));
      std::ranges::move(part.breaks, std::back_inserter(parts.breaks));
      std::ranges::move(part.suggestions, std::back_inserter(parts.suggestions));
      std::ranges::move(part.waiting, std::back_inserter(parts.waiting));
      std::ranges::move(part.unnamed, std::back_inserter(parts.unnamed));
    }
    std::ranges::sort(parts.matches, {}, &Match::lines);
    std::ranges::sort(parts.suggestions, {}, &Suggestion::line_id);
    std::ranges::sort(parts.waiting);
    const auto place = [](const Break& found) {
      return std::tie(found.line_id, found.reference, found.type);
    };
    std::ranges::sort(parts.breaks, {}, place);
    auto unnamed = whole.unnamed;
    std::ranges::sort(unnamed);
    std::ranges::sort(parts.unnamed);
    ASSERT_EQ(parts.matches, whole.matches);
    ASSERT_EQ(parts.breaks, whole.breaks);
    ASSERT_EQ(parts.suggestions, whole.suggestions);
    ASSERT_EQ(parts.waiting, whole.waiting);
    ASSERT_EQ(parts.unnamed, unnamed);
  }
}

// As the daemon runs again: what is matched is off the table, and what was remitted stands as met.
TEST(Matcher, RunningAgainOverWhatWasMatchedChangesNothing) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  for (int round = 0; round < 1000; ++round) {
    auto statement = random_statement(random);
    const auto first = match(statement.lines, statement.expected);
    for (const auto& found : first.matches) {
      std::erase_if(statement.lines,
                    [&](const auto& one) { return std::ranges::count(found.lines, one.id) == 1; });
      for (auto& one : statement.expected)
        one.met |= std::ranges::count(found.references, one.reference) == 1;
    }
    const auto again = match(statement.lines, statement.expected);
    ASSERT_TRUE(again.matches.empty());
    auto standing = first.breaks;
    std::erase_if(standing, [](const Break& found) {
      return found.type == BreakType::short_paid || found.type == BreakType::over_paid;
    });
    ASSERT_EQ(again.breaks, standing);
  }
}

}  // namespace
}  // namespace bccid
