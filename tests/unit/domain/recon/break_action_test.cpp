#include "domain/recon/break_action.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bccid {
namespace {

std::string ends_of(std::string_view type, std::int64_t dong) {
  std::string found;
  for (std::size_t i = 0; i < kCount<BreakAction>; ++i) {
    const auto action = static_cast<BreakAction>(i);
    if (can_end(action, type, Money(dong))) found += std::string(name(action)) + ' ';
  }
  return found;
}

TEST(BreakActions, EachTypeEndsByWhatItsMoneyAllows) {
  EXPECT_EQ(ends_of("collector_short", -8'000), "accept paid write_off ");
  EXPECT_EQ(ends_of("collector_over", 8'000), "accept pay_back ");
  EXPECT_EQ(ends_of("amount_differs", -5'000), "accept waive ");
  EXPECT_EQ(ends_of("over", 5'000), "accept pay_back ");
  EXPECT_EQ(ends_of("delivered_unpaid", -5'000), "accept waive ");
  EXPECT_EQ(ends_of("missing", -5'000), "accept ");
}

TEST(BreakActions, OnlyWhatBringsMoneyNeedsNoSecondPerson) {
  for (std::size_t i = 0; i < kCount<BreakAction>; ++i) {
    const auto action = static_cast<BreakAction>(i);
    EXPECT_EQ(needs_second_person(action), action != BreakAction::paid) << name(action);
  }
}

}  // namespace
}  // namespace bccid
