#include "http/sign_in_throttle.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bccid::http {
namespace {

using std::chrono::seconds;

constexpr const char* kHere = "10.0.0.1";
constexpr const char* kThere = "10.0.0.2";

class SignInThrottleTest : public testing::Test {
 protected:
  // The wait of a try; one that is admitted ends as wrong.
  std::int64_t wrong(const std::string& name, const std::string& peer = kHere) {
    const auto wait = throttle_.admit(name, peer, now_);
    if (wait == seconds(0)) throttle_.wrong(name, peer, now_);
    return wait.count();
  }
  void wrong_times(int count, const std::string& name, const std::string& peer = kHere) {
    for (int i = 0; i < count; ++i) EXPECT_EQ(wrong(name, peer), 0) << name << " " << i;
  }

  SignInRules rules_;
  SignInThrottle throttle_;
  Time now_{std::chrono::hours(1)};
};

TEST_F(SignInThrottleTest, TheWaitDoublesUpToTheLongest) {
  wrong_times(5, "lan");
  for (const int wait : {2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}) {
    EXPECT_EQ(throttle_.admit("lan", kHere, now_).count(), wait);
    now_ += seconds(wait) - Duration(1);
    EXPECT_EQ(throttle_.admit("lan", kHere, now_).count(), 1);
    now_ += Duration(1);
    EXPECT_EQ(wrong("lan"), 0);
  }
}

TEST_F(SignInThrottleTest, OnThisHostNobodyKeepsOthersOutForLong) {
  for (const char* here : {"127.0.0.1", "::1", "unix"}) {
    wrong_times(5, "lan", here);
    for (const int wait : {2, 4, 8, 16, 30, 30}) {
      EXPECT_EQ(throttle_.admit("lan", here, now_).count(), wait) << here;
      now_ += seconds(wait);
      EXPECT_EQ(wrong("lan", here), 0) << here;
    }
  }
}

TEST_F(SignInThrottleTest, ARightSecretForgetsTheRefusals) {
  wrong_times(4, "lan");
  EXPECT_EQ(throttle_.admit("lan", kHere, now_).count(), 0);
  throttle_.right("lan", kHere);
  wrong_times(5, "lan");
}

TEST_F(SignInThrottleTest, AnotherAddressAndAnotherNameDoNotWait) {
  wrong_times(5, "lan");
  EXPECT_EQ(wrong("lan"), 2);
  EXPECT_EQ(wrong("lan", kThere), 0);
  EXPECT_EQ(wrong("hoa"), 0);
}

TEST_F(SignInThrottleTest, AnAddressHasSoManyTriesForAllNames) {
  for (int i = 0; i < 30; ++i) EXPECT_EQ(wrong("name-" + std::to_string(i)), 0) << i;
  EXPECT_EQ(wrong("name-30"), 6);
  EXPECT_EQ(wrong("name-30", kThere), 0);
  now_ += seconds(12);
  wrong_times(2, "name-31");
  EXPECT_EQ(wrong("name-32"), 6);
}

TEST_F(SignInThrottleTest, RightAndUndoneTriesCostAnAddressNothing) {
  for (int i = 0; i < 100; ++i) {
    const std::string name = "name-" + std::to_string(i);
    ASSERT_EQ(throttle_.admit(name, kHere, now_).count(), 0) << i;
    i % 2 == 0 ? throttle_.right(name, kHere) : throttle_.undone(name, kHere);
  }
  EXPECT_EQ(throttle_.remembered(), 1U);  // the address
}

TEST_F(SignInThrottleTest, AnIpv6CustomerIsOneAddress) {
  for (int i = 0; i < 30; ++i)
    EXPECT_EQ(wrong("name-" + std::to_string(i), "2001:db8:0:1::" + std::to_string(i)), 0);
  EXPECT_EQ(wrong("name-30", "2001:db8:0:1:ffff::1"), 6);
  EXPECT_EQ(wrong("name-30", "2001:db8:0:2::1"), 0);
}

TEST_F(SignInThrottleTest, AProxyOfThisHostHasNoCountOfItsOwn) {
  for (const char* peer : {"unix", "127.0.0.1", "::1"})
    for (int i = 0; i < 100; ++i) EXPECT_EQ(wrong("name-" + std::to_string(i), peer), 0) << peer;
}

TEST_F(SignInThrottleTest, TriesAtTheSameTimeAreNoWayAround) {
  for (int i = 0; i < 16; ++i) EXPECT_EQ(throttle_.admit("lan", kHere, now_).count(), 0) << i;
  EXPECT_EQ(throttle_.admit("lan", kHere, now_).count(), 1);
  for (int i = 0; i < 16; ++i) throttle_.undone("lan", kHere);
  wrong_times(3, "lan");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(throttle_.admit("lan", kHere, now_).count(), 0) << i;
  EXPECT_EQ(throttle_.admit("lan", kHere, now_).count(), 1);
}

TEST_F(SignInThrottleTest, MemoryIsBoundedAndTheLatestAreKept) {
  rules_.entries_max = 100;
  throttle_ = SignInThrottle(rules_);
  for (int i = 0; i < 1'000; ++i)
    wrong("name-" + std::to_string(i), "10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250));
  EXPECT_EQ(throttle_.remembered(), 200U);
  wrong_times(5, "lan");
  for (int i = 0; i < 50; ++i) wrong("name-" + std::to_string(i), "10.2.0." + std::to_string(i));
  EXPECT_EQ(wrong("lan"), 2);
}

}  // namespace
}  // namespace bccid::http
