#include "net/retry_policy.hpp"

#include "base/time_text.hpp"

#include <gtest/gtest.h>

namespace bccid::net {
namespace {

using std::chrono::seconds;

const Time kNow = parse_rfc3339("1994-11-06T08:49:07Z").value();

NextTry after(std::size_t tries, std::optional<int> status, std::string_view retry_after = {},
              double random = 0.5) {
  return next_try(RetryPolicy{}, tries, {status, retry_after}, kNow, random);
}

TEST(RetryPolicyTest, FollowsTheStandardScheduleAndThenGivesUp) {
  EXPECT_EQ(after(1, 500).wait, seconds(5));
  EXPECT_EQ(after(2, 500).wait, seconds(300));
  EXPECT_EQ(after(9, std::nullopt).wait, seconds(86400));
  EXPECT_EQ(after(10, 500).verdict, Verdict::give_up);
}

TEST(RetryPolicyTest, MovesEachWaitByAtMostAFifth) {
  EXPECT_EQ(after(2, 500, "", 0.0).wait, seconds(240));
  EXPECT_EQ(after(2, 500, "", 0.75).wait, seconds(330));
  EXPECT_LT(after(2, 500, "", 0.999999).wait, seconds(360));
}

TEST(RetryPolicyTest, EveryTwoHundredIsDoneAndGoneDisables) {
  for (const int status : {200, 201, 204, 299}) EXPECT_EQ(after(1, status).verdict, Verdict::done);
  EXPECT_EQ(after(1, 410).verdict, Verdict::disable);
}

TEST(RetryPolicyTest, RedirectsAndClientErrorsAreRetriedLikeFailures) {
  for (const int status : {301, 302, 400, 404, 500}) EXPECT_EQ(after(1, status).verdict, Verdict::retry);
}

TEST(RetryPolicyTest, ThrottlingWaitsAMinuteAtLeast) {
  for (const int status : {429, 502, 503, 504}) {
    EXPECT_GE(after(1, status, "", 0.0).wait, seconds(60));
    EXPECT_LE(after(1, status, "", 0.999).wait, seconds(72));
  }
  EXPECT_EQ(after(2, 503).wait, seconds(300));
}

TEST(RetryPolicyTest, HonoursRetryAfterInSecondsWithinTheCap) {
  EXPECT_EQ(after(1, 503, "600").wait, seconds(600));
  EXPECT_EQ(after(1, 500, "600").wait, seconds(600));
  EXPECT_EQ(after(1, 503, "999999999").wait, seconds(86400));
  EXPECT_EQ(after(2, 503, "10").wait, seconds(300));
}

TEST(RetryPolicyTest, HonoursRetryAfterAsADate) {
  EXPECT_EQ(after(1, 500, "Sun, 06 Nov 1994 08:49:37 GMT").wait, seconds(30));
  EXPECT_EQ(after(1, 500, "Sun, 06 Nov 1994 08:00:00 GMT").wait, seconds(5));
}

TEST(RetryPolicyTest, IgnoresARetryAfterThatSaysNothing) {
  for (const char* text : {"", "soon", "-5", "1.5", "99999999999999999999", "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 25:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"})
    EXPECT_FALSE(parse_retry_after(text, kNow)) << text;
}

}  // namespace
}  // namespace bccid::net
