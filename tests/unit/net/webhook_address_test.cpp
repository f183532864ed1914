#include "net/webhook_address.hpp"

#include <gtest/gtest.h>

namespace bccid::net {
namespace {

class RefusedWebhookUrl : public testing::TestWithParam<const char*> {};

TEST_P(RefusedWebhookUrl, IsRefusedAtItsField) {
  const auto url = parse_webhook_url(GetParam(), {});
  ASSERT_FALSE(url) << GetParam();
  EXPECT_EQ(url.error().code, Errc::invalid_field);
  EXPECT_EQ(url.error().pointer, "/url");
  EXPECT_NE(url.error().hint, "");
}

// The forms that have led others' daemons into their own networks (reliability S26).
INSTANTIATE_TEST_SUITE_P(
    EveryForm, RefusedWebhookUrl,
    testing::Values("http://example.vn/", "ftp://example.vn/", "https://user:pw@example.vn/", "//example.vn/",
                    "https://example.vn:22/", "https://example.vn:5432/", "https://example.vn./",
                    "https://2130706433/", "https://0x7f.1/", "https://0177.0.0.1/", "https://127.1/",
                    "https://127.0.0.1/", "https://169.254.169.254/latest/meta-data", "https://10.1.2.3/",
                    "https://[::1]/", "https://[::ffff:169.254.169.254]/", "https://[fd00::1]/",
                    "https://[64:ff9b::a00:1]/", "https://v\xC3\xAD-d\xE1\xBB\xA5.vn/", "https://", ""));

TEST(WebhookUrl, PublicHttpsOnAUsualPortIsTaken) {
  for (const auto* text :
       {"https://motcua.example.gov.vn/bccid", "https://example.vn:8443/x?y=1", "https://1.1.1.1/"})
    EXPECT_TRUE(parse_webhook_url(text, {})) << text;
}

TEST(WebhookUrl, WhatTheOperatorNamedIsTakenOnTheUsualPorts) {
  WebhookAddressRule rule;
  rule.filter = AddressFilter::parse({"10.1.0.0/16"}).value();
  EXPECT_TRUE(parse_webhook_url("https://10.1.2.3/", rule));
  EXPECT_FALSE(parse_webhook_url("https://10.1.2.3:9000/", rule));
  rule.ports = {9000};
  EXPECT_TRUE(parse_webhook_url("https://10.1.2.3:9000/", rule));
  EXPECT_FALSE(parse_webhook_url("https://10.1.2.3/", rule));
}

}  // namespace
}  // namespace bccid::net
