#include "domain/ledger/money_state.hpp"

#include "tests/unit/domain/fixtures.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using test::tables;

TEST(MoneyState, GoesThroughEveryHandInTurn) {
  MoneyState state = MoneyState::due;
  for (const auto event : {MoneyEvent::collected, MoneyEvent::handed_in, MoneyEvent::remitted,
                           MoneyEvent::on_statement, MoneyEvent::settled}) {
    state = tables().money.next(state, event).value();
  }
  EXPECT_EQ(state, MoneyState::settled);
}

// What arrived to the dong is on the statement and settled at once; verify/settled_charges_arrived asks for
// its line.
TEST(MoneyState, IsNeverSettledBeforeItsRemittance) {
  for (const auto& move : tables().money.moves()) {
    if (move.to == MoneyState::settled) {
      EXPECT_TRUE(move.from == MoneyState::on_statement || move.from == MoneyState::remitted);
    }
  }
}

TEST(MoneyState, AMistakeIsTakenBackOneStepAtATime) {
  EXPECT_EQ(tables().money.next(MoneyState::on_statement, MoneyEvent::reversed).value(),
            MoneyState::remitted);
  EXPECT_EQ(tables().money.next(MoneyState::collected, MoneyEvent::reversed).value(), MoneyState::due);
  EXPECT_FALSE(tables().money.find(MoneyState::due, MoneyEvent::reversed));
}

class EachMoneyState : public testing::TestWithParam<int> {};

TEST_P(EachMoneyState, RefusesWhatHasNoRow) {
  const auto from = static_cast<MoneyState>(GetParam());
  int refused = 0;
  for (std::size_t at = 0; at < kCount<MoneyEvent>; ++at) {
    const auto next = tables().money.next(from, static_cast<MoneyEvent>(at));
    if (next) continue;
    ++refused;
    EXPECT_EQ(next.error().code, Errc::illegal_move);
  }
  EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(Money, EachMoneyState, testing::Range(0, static_cast<int>(kCount<MoneyState>)),
                         [](const auto& tested) {
                           return std::string(name(static_cast<MoneyState>(tested.param)));
                         });

}  // namespace
}  // namespace bccid
