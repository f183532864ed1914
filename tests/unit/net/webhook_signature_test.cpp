#include "net/webhook_signature.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <string>

namespace bccid::net {
namespace {

// The published vector of Standard Webhooks.
constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::int64_t kStamp = 1614265330;
constexpr std::string_view kBody = R"({"test": 2432232314})";
constexpr std::string_view kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

std::array<WebhookSecret, 1> secret() { return {WebhookSecret::parse(kSecret).value()}; }
Time at(std::int64_t seconds) { return Time(std::chrono::seconds(seconds)); }

Status verify(std::string_view signature, std::string_view body = kBody, std::int64_t now = kStamp) {
  const auto secrets = secret();
  return verify_webhook(secrets, {kId, "1614265330", signature}, body, at(now));
}

TEST(WebhookSignatureTest, SignsThePublishedVector) {
  const auto secrets = secret();
  EXPECT_EQ(sign_webhook(secrets, kId, kStamp, kBody).value(), kSignature);
}

TEST(WebhookSignatureTest, VerifiesThePublishedVector) { EXPECT_TRUE(verify(kSignature)); }

TEST(WebhookSignatureTest, RefusesAnAlteredBody) {
  EXPECT_EQ(verify(kSignature, R"({"test": 2432232315})").error().code, Errc::unauthenticated);
}

TEST(WebhookSignatureTest, KeepsTheWindowOfFiveMinutesBothWays) {
  EXPECT_TRUE(verify(kSignature, kBody, kStamp + 300));
  EXPECT_TRUE(verify(kSignature, kBody, kStamp - 300));
  EXPECT_FALSE(verify(kSignature, kBody, kStamp + 301));
  EXPECT_FALSE(verify(kSignature, kBody, kStamp - 301));
}

TEST(WebhookSignatureTest, RefusesATimeAtTheEndsOfItsType) {
  const auto secrets = secret();
  for (const std::int64_t sent :
       {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    const std::string stamp = std::to_string(sent);
    const std::string signature = sign_webhook(secrets, kId, sent, kBody).value();
    EXPECT_EQ(verify_webhook(secrets, {kId, stamp, signature}, kBody, at(kStamp)).error().code,
              Errc::unauthenticated)
        << stamp;
  }
}

TEST(WebhookSignatureTest, FindsTheRightOneAmongSeveralAndIgnoresOtherVersions) {
  EXPECT_TRUE(verify("v1a,AAAA v1,AAAA " + std::string(kSignature)));
  EXPECT_FALSE(verify("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
  EXPECT_FALSE(verify(""));
}

TEST(WebhookSignatureTest, SignsWithBothSecretsWhileOneIsChanged) {
  const std::array<WebhookSecret, 2> both{WebhookSecret::create(), secret()[0]};
  const std::string signed_twice = sign_webhook(both, kId, kStamp, kBody).value();
  EXPECT_TRUE(verify(signed_twice));
  EXPECT_TRUE(verify_webhook(std::span(both).first(1), {kId, "1614265330", signed_twice}, kBody, at(kStamp)));
}

TEST(WebhookSignatureTest, RefusesMalformedHeaders) {
  const auto secrets = secret();
  for (const char* stamp : {"", "x", "1614265330.0", " 1614265330", "99999999999999999999"})
    EXPECT_EQ(verify_webhook(secrets, {kId, stamp, kSignature}, kBody, at(kStamp)).error().code,
              Errc::malformed)
        << stamp;
  EXPECT_EQ(verify_webhook(secrets, {"a.b", "1614265330", kSignature}, kBody, at(kStamp)).error().code,
            Errc::malformed);
}

TEST(WebhookSignatureTest, RefusesToSignAnAmbiguousIdOrWithoutSecret) {
  const auto secrets = secret();
  EXPECT_FALSE(sign_webhook(secrets, "a.b", kStamp, kBody));
  EXPECT_FALSE(sign_webhook({}, kId, kStamp, kBody));
}

TEST(WebhookSecretTest, ReadsOnlyKeysOfTheRightForm) {
  for (const char* text : {"", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!!!!"})
    EXPECT_FALSE(WebhookSecret::parse(text)) << text;
  EXPECT_EQ(WebhookSecret::parse(kSecret)->to_text(), kSecret);
  const auto made = WebhookSecret::create();
  EXPECT_EQ(WebhookSecret::parse(made.to_text())->to_text(), made.to_text());
}

}  // namespace
}  // namespace bccid::net
