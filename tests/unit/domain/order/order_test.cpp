#include "domain/order/order.hpp"

#include "tests/unit/domain/fixtures.hpp"

#include <gtest/gtest.h>

#include <set>

namespace bccid {
namespace {

using test::tables;

OrderState after(std::initializer_list<OrderEvent> events) {
  OrderState state = OrderState::wanted;
  for (const auto event : events) state = tables().order.next(state, event).value();
  return state;
}

TEST(Order, ALostAnswerIsAskedForBeforeTheSameNumberGoesOutAgain) {
  EXPECT_EQ(after({OrderEvent::sent, OrderEvent::outcome_unknown}), OrderState::unknown);
  EXPECT_EQ(after({OrderEvent::sent, OrderEvent::outcome_unknown, OrderEvent::found}), OrderState::placed);
  EXPECT_EQ(after({OrderEvent::sent, OrderEvent::outcome_unknown, OrderEvent::not_found}),
            OrderState::wanted);
  EXPECT_FALSE(tables().order.find(OrderState::unknown, OrderEvent::sent));
}

TEST(Order, TheFeedMayBeFasterThanTheReply) {
  EXPECT_EQ(after({OrderEvent::sent, OrderEvent::found, OrderEvent::acknowledged}), OrderState::placed);
  EXPECT_EQ(after({OrderEvent::sent, OrderEvent::found, OrderEvent::outcome_unknown}), OrderState::placed);
}

TEST(Order, ADefiniteNoWaitsForAPerson) {
  EXPECT_EQ(after({OrderEvent::sent, OrderEvent::rejected}), OrderState::held);
  EXPECT_EQ(after({OrderEvent::sent, OrderEvent::rejected, OrderEvent::released}), OrderState::wanted);
  EXPECT_EQ(after({OrderEvent::sent, OrderEvent::rejected, OrderEvent::rejected}), OrderState::refused);
}

TEST(Order, ACancelIsTrueOnlyWhenThePostSaysSo) {
  EXPECT_EQ(after({OrderEvent::sent, OrderEvent::acknowledged, OrderEvent::cancel_requested}),
            OrderState::cancel_wanted);
  EXPECT_EQ(after({OrderEvent::cancel_requested}), OrderState::cancelled) << "never sent, so nobody to ask";
  EXPECT_FALSE(tables().order.find(OrderState::sending, OrderEvent::cancel_requested));
}

class EachOrderState : public testing::TestWithParam<int> {};

TEST_P(EachOrderState, RefusesWhatHasNoRow) {
  const auto from = static_cast<OrderState>(GetParam());
  int refused = 0;
  for (std::size_t at = 0; at < kCount<OrderEvent>; ++at) {
    const auto event = static_cast<OrderEvent>(at);
    const auto next = tables().order.next(from, event);
    if (next) continue;
    ++refused;
    EXPECT_EQ(next.error().code, Errc::illegal_move);
  }
  EXPECT_GT(refused, 0);
  if (is_closed(from)) {
    EXPECT_EQ(refused, static_cast<int>(kCount<OrderEvent>));
  }
}

INSTANTIATE_TEST_SUITE_P(Order, EachOrderState, testing::Range(0, static_cast<int>(kCount<OrderState>)),
                         [](const auto& tested) {
                           return std::string(name(static_cast<OrderState>(tested.param)));
                         });

TEST(Order, EveryStateIsReachedAndEveryOpenOneCanEnd) {
  const auto moves = tables().order.moves();
  std::set<OrderState> reached{OrderState::wanted};
  std::set<OrderState> ends{OrderState::cancelled, OrderState::completed, OrderState::refused};
  for (std::size_t round = 0; round < kCount<OrderState>; ++round) {
    for (const auto& move : moves) {
      if (reached.contains(move.from)) reached.insert(move.to);
      if (ends.contains(move.to)) ends.insert(move.from);
    }
  }
  EXPECT_EQ(reached.size(), kCount<OrderState>);
  EXPECT_EQ(ends.size(), kCount<OrderState>);
}

TEST(Order, TheThreeFormsOfTheDecisionHaveTheirLegs) {
  EXPECT_EQ(legs_of(ServiceForm::send_papers), std::vector{Leg::pickup});
  EXPECT_EQ(legs_of(ServiceForm::receive_result), std::vector{Leg::delivery});
  EXPECT_EQ(legs_of(ServiceForm::both), (std::vector{Leg::pickup, Leg::delivery}));
}

TEST(ExternalNumber, DependsOnCaseLegAndAttemptOnly) {
  EXPECT_EQ(external_number("H01.16-250701-0001", Leg::delivery, 1).value(), "H01.16-250701-0001-T1");
  EXPECT_EQ(external_number("PG82-000123", Leg::pickup, 12).value(), "PG82-000123-N12");
}

TEST(ExternalNumber, RefusesWhatThePostCouldNotTake) {
  EXPECT_FALSE(external_number("", Leg::pickup, 1));
  EXPECT_FALSE(external_number("H01 16", Leg::pickup, 1));
  EXPECT_FALSE(external_number("H01.16-250701-0001", Leg::pickup, 0));
  EXPECT_FALSE(external_number("H01.16-250701-0001", Leg::pickup, 100));
  EXPECT_TRUE(external_number(std::string(47, 'A'), Leg::pickup, 1));
  EXPECT_FALSE(external_number(std::string(48, 'A'), Leg::pickup, 1));
}

TEST(ExternalNumber, ReadsBackWhatItWrote) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  for (int round = 0; round < 200; ++round) {
    const std::string base =
        "H" + std::to_string(test::pick(random, 10, 99)) + "-N1-" + std::to_string(round);
    const Leg leg = test::pick(random, 0, 1) == 0 ? Leg::pickup : Leg::delivery;
    const int attempt = test::pick(random, 1, kOrderAttemptMax);
    const auto read = parse_external_number(external_number(base, leg, attempt).value());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->base, base);
    EXPECT_EQ(read->leg, leg);
    EXPECT_EQ(read->attempt, attempt);
  }
}

TEST(ExternalNumber, DoesNotClaimNumbersOfOthers) {
  for (const auto* number : {"", "T1", "-T1", "H01-X1", "H01-T", "H01-T0", "H01-T01", "H01-T100", "H01-T1x",
                             "H01T1", "H01__12345"}) {
    EXPECT_FALSE(parse_external_number(number)) << number;
  }
}

}  // namespace
}  // namespace bccid
