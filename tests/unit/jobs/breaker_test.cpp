#include "jobs/breaker.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using namespace std::chrono_literals;

struct BreakerTest : testing::Test {
  void fail(int times) {
    for (int i = 0; i < times; ++i) {
      breaker.begin(now);
      breaker.failed(now);
    }
  }
  Breaker breaker;
  Breaker::Moment now = Breaker::Moment() + 1h;
};

TEST_F(BreakerTest, TripsAfterTenFailuresInARowAndNotAfterNine) {
  fail(9);
  EXPECT_EQ(breaker.way(now), Breaker::Way::open);
  fail(1);
  EXPECT_EQ(breaker.way(now), Breaker::Way::shut);
  EXPECT_TRUE(breaker.tripped());
}

TEST_F(BreakerTest, ASuccessBetweenStartsTheRowAnew) {
  fail(9);
  breaker.succeeded(now);
  fail(9);
  EXPECT_FALSE(breaker.tripped());
}

TEST_F(BreakerTest, TripsWhenHalfOfTwentyTriesFailWithinTheWindow) {
  for (int i = 0; i < 10; ++i) {
    breaker.succeeded(now);
    if (i < 9) fail(1);
  }
  EXPECT_FALSE(breaker.tripped());
  fail(1);
  EXPECT_TRUE(breaker.tripped());
}

TEST_F(BreakerTest, FailuresOlderThanTheWindowAreForgotten) {
  for (int i = 0; i < 30; ++i) {
    breaker.succeeded(now);
    fail(1);
    now += 31s;
  }
  EXPECT_FALSE(breaker.tripped());
}

TEST_F(BreakerTest, LetsOneProbeThroughAndOpensWhenItSucceeds) {
  fail(10);
  now += 15s;
  EXPECT_EQ(breaker.way(now), Breaker::Way::probe);
  breaker.begin(now);
  EXPECT_EQ(breaker.way(now), Breaker::Way::shut);
  breaker.succeeded(now);
  EXPECT_EQ(breaker.way(now), Breaker::Way::open);
  fail(1);
  EXPECT_FALSE(breaker.tripped());
}

TEST_F(BreakerTest, AFailedProbeWaitsForTheNextOneAndOneThatAskedNothingDoesNotCount) {
  fail(10);
  now += 15s;
  fail(1);
  EXPECT_EQ(breaker.way(now + 14s), Breaker::Way::shut);
  now += 15s;
  breaker.begin(now);
  breaker.said_nothing();
  EXPECT_TRUE(breaker.tripped());
  EXPECT_EQ(breaker.way(now + 15s), Breaker::Way::probe);
}

}  // namespace
}  // namespace bccid
