#include "domain/recon/matcher.hpp"

#include "base/time_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace bccid {
namespace {

CreditLine named_line(std::string id, std::int64_t dong, std::string text) {
  CreditLine made;
  made.id = std::move(id);
  made.account = "1010001";
  made.amount = Money{dong};
  made.booked = parse_day("2026-11-24").value();
  made.text = std::move(text);
  return made;
}

ExpectedCredit expected_50() {
  return {"BCCI82 R000123", "1010001", Money{50'000}, parse_day("2026-11-23").value(), false};
}

TEST(Tolerance, ADifferenceThatTheToleranceCoversIsAdjustedAndNoBreak) {
  const auto at = [](std::int64_t dong) {
    const std::vector<CreditLine> lines{named_line("FT1", dong, "BCCI82 R000123")};
    const std::vector<ExpectedCredit> expected{expected_50()};
    return match_named(lines, expected, {Money{2'000}, Money{500}});
  };
  for (const std::int64_t dong : {48'000, 49'999, 50'001, 50'500}) {
    const auto result = at(dong);
    ASSERT_EQ(result.matches.size(), 1U) << dong;
    EXPECT_EQ(result.matches.front().adjusted, Money{dong - 50'000});
    EXPECT_TRUE(result.matches.front().settles());
    EXPECT_TRUE(result.breaks.empty()) << dong;
  }
  for (const std::int64_t dong : {47'999, 50'501}) {
    const auto result = at(dong);
    ASSERT_EQ(result.breaks.size(), 1U) << dong;
    EXPECT_FALSE(result.matches.front().settles());
  }
}

TEST(Tolerance, TheLineThatIsNearEnoughIsTakenBeforeTheFirst) {
  const std::vector<CreditLine> lines{named_line("FT1", 10'000, "BCCI82 R000123"),
                                      named_line("FT2", 49'500, "BCCI82 R000123")};
  const std::vector<ExpectedCredit> expected{expected_50()};
  const auto result = match_named(lines, expected, {Money{1'000}, Money{}});
  ASSERT_EQ(result.matches.size(), 1U);
  EXPECT_EQ(result.matches.front().lines, std::vector<std::string>{"FT2"});
  ASSERT_EQ(result.breaks.size(), 1U);
  EXPECT_EQ(result.breaks.front().type, BreakType::double_paid);
}

}  // namespace
}  // namespace bccid
