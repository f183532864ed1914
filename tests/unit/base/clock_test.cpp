#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

TEST(ManualClock, MovesOnlyWhenTold) {
  ManualClock clock(Time{std::chrono::seconds{100}});
  EXPECT_EQ(clock.now(), clock.now());
  clock.advance(std::chrono::minutes{1});
  EXPECT_EQ(clock.now(), Time{std::chrono::seconds{160}});
  clock.set(Time{});
  EXPECT_EQ(clock.now(), Time{});
}

TEST(SystemClock, IsInThisCentury) {
  EXPECT_GT(SystemClock().now(),
            Time{std::chrono::sys_days{std::chrono::year{2025} / 1 / 1}.time_since_epoch()});
  EXPECT_LT(SystemClock().now(),
            Time{std::chrono::sys_days{std::chrono::year{2100} / 1 / 1}.time_since_epoch()});
}

}  // namespace
}  // namespace bccid
