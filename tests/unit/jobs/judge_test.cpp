#include "jobs/judge.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using namespace std::chrono_literals;
using Verdict = AttemptResult::Verdict;

AttemptResult judged(const Delivery& delivery, int attempts = 1) {
  LeasedMessage row;
  row.attempts = attempts;
  return judge(std::move(row), delivery, net::RetryPolicy(), Time(), 0.5);
}

TEST(Judge, TheWayOfEndingDecides) {
  EXPECT_EQ(judged(Delivery::of(Delivery::Kind::delivered)).verdict, Verdict::delivered);
  EXPECT_EQ(judged(Delivery::of(Delivery::Kind::refused, "no")).verdict, Verdict::dead);
  EXPECT_EQ(judged(Delivery::of(Delivery::Kind::later)).verdict, Verdict::given_back);
  EXPECT_EQ(judged(Delivery::of(Delivery::Kind::unwanted)).verdict, Verdict::dropped);
}

TEST(Judge, AFailureIsTriedAgainOnScheduleUntilItIsUsedUp) {
  const auto failed = Delivery::of(Delivery::Kind::failed, "answered 500", 500);
  EXPECT_EQ(judged(failed, 1).wait, 5s);
  EXPECT_EQ(judged(failed, 2).wait, 5min);
  EXPECT_EQ(judged(failed, 9).verdict, Verdict::retry);
  EXPECT_EQ(judged(failed, 10).verdict, Verdict::dead);
  EXPECT_EQ(judged(failed, 10).reason, "answered 500 (attempt 10 was the last)");
}

TEST(Judge, AnUnbelievableSuccessIsAFailure) {
  EXPECT_EQ(judged(Delivery::of(Delivery::Kind::failed, "answered 101", 200)).verdict, Verdict::retry);
}

TEST(Judge, TheCounterpartsWishAndTheDeliverersOwnWaitCount) {
  auto busy = Delivery::of(Delivery::Kind::failed, "busy", 503);
  busy.retry_after = "600";
  EXPECT_EQ(judged(busy).wait, 600s);
  auto own = Delivery::of(Delivery::Kind::failed, "timed out");
  own.wait = 2s;
  EXPECT_EQ(judged(own).wait, 2s);
}

}  // namespace
}  // namespace bccid
