#include "domain/recon/break.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bccid {
namespace {

std::string ends_text(std::string_view type, std::int64_t dong) {
  std::string found;
  for (const auto action : ends_of(from_name<BreakType>(type).value(), Money(dong)))
    found += std::string(name(action)) + ' ';
  return found;
}

TEST(BreakActions, EachTypeEndsByWhatItsMoneyAllows) {
  EXPECT_EQ(ends_text("collector_short", -8'000), "accept paid write_off ");
  EXPECT_EQ(ends_text("collector_over", 8'000), "accept pay_back ");
  EXPECT_EQ(ends_text("amount_differs", -5'000), "accept waive ");
  EXPECT_EQ(ends_text("cash_over", 5'000), "accept pay_back ");
  EXPECT_EQ(ends_text("delivered_unpaid", -5'000), "accept waive ");
  EXPECT_EQ(ends_text("missing", -5'000), "accept ");
  EXPECT_EQ(ends_text("over", 5'000), "accept ");
  EXPECT_EQ(ends_text("paid_twice", 5'000), "accept pay_back ");
  EXPECT_EQ(ends_text("receipt_for_refused_dossier", 5'000), "accept refund ");
  EXPECT_EQ(ends_text("fee_paid_but_order_cancelled", 5'000), "accept refund ");
  EXPECT_EQ(ends_text("refund_owed", -5'000), "accept paid ");
}

TEST(BreakActions, OnlyWhatBringsMoneyNeedsNoSecondPerson) {
  for (std::size_t i = 0; i < kCount<BreakAction>; ++i) {
    const auto action = static_cast<BreakAction>(i);
    EXPECT_EQ(needs_second_person(action), action != BreakAction::paid) << name(action);
  }
}

}  // namespace
}  // namespace bccid
