#include "http/trusted_proxies.hpp"

#include <gtest/gtest.h>

namespace bccid::http {
namespace {

Headers forwarded(std::initializer_list<const char*> fields) {
  Headers headers;
  headers.add("Host", "h");
  for (const auto* field : fields) headers.add("x-forwarded-for", field);
  return headers;
}

TrustedProxies trusting(const std::vector<std::string>& entries) {
  return TrustedProxies::parse(entries).value();
}

TEST(TrustedProxies, NobodysWordCountsUnlessNamed) {
  EXPECT_EQ(TrustedProxies().caller("127.0.0.1", forwarded({"203.0.113.9"})), "127.0.0.1");
  EXPECT_EQ(TrustedProxies().caller("unix", forwarded({"203.0.113.9"})), "unix");
  const auto proxies = trusting({"10.0.0.5/32"});
  EXPECT_EQ(proxies.caller("10.0.0.6", forwarded({"203.0.113.9"})), "10.0.0.6");
  EXPECT_EQ(proxies.caller("unix", forwarded({"203.0.113.9"})), "unix");
}

TEST(TrustedProxies, TheCallerIsTheLastAddressThatIsNoProxy) {
  const auto proxies = trusting({"10.0.0.0/8", "fd00::/8", "unix"});
  EXPECT_EQ(proxies.caller("10.0.0.5", forwarded({"203.0.113.9"})), "203.0.113.9");
  EXPECT_EQ(proxies.caller("unix", forwarded({"2001:DB8::1"})), "2001:db8::1");
  EXPECT_EQ(proxies.caller("fd00::1", forwarded({"203.0.113.9, 10.1.1.1"})), "203.0.113.9");
  EXPECT_EQ(proxies.caller("10.0.0.5", forwarded({"203.0.113.9", "10.1.1.1,10.1.1.2"})), "203.0.113.9");
}

TEST(TrustedProxies, WhatTheCallerWroteBeforeTheProxyIsNotBelieved) {
  const auto proxies = trusting({"10.0.0.5/32"});
  EXPECT_EQ(proxies.caller("10.0.0.5", forwarded({"198.51.100.1, 203.0.113.9"})), "203.0.113.9");
  EXPECT_EQ(proxies.caller("10.0.0.5", forwarded({"198.51.100.1", "203.0.113.9"})), "203.0.113.9");
  EXPECT_EQ(proxies.caller("10.0.0.5", forwarded({"rubbish, 203.0.113.9"})), "203.0.113.9");
}

TEST(TrustedProxies, WithoutAnAddressToBelieveTheProxyIsTheCaller) {
  const auto proxies = trusting({"10.0.0.0/8"});
  for (const auto* text : {"", ",", "unknown", "203.0.113.9:1234", "203.0.113.9, for=1", " "})
    EXPECT_EQ(proxies.caller("10.0.0.5", forwarded({text})), "10.0.0.5") << text;
  EXPECT_EQ(proxies.caller("10.0.0.5", forwarded({})), "10.0.0.5");
  EXPECT_EQ(proxies.caller("10.0.0.5", forwarded({"10.0.0.7"})), "10.0.0.7");
}

TEST(TrustedProxies, ALongChainIsReadOnlySoFar) {
  std::string chain = "203.0.113.9";
  for (int i = 0; i < 400; ++i) chain += ", 10.0.0.7";
  EXPECT_EQ(trusting({"10.0.0.0/8"}).caller("10.0.0.5", forwarded({chain.c_str()})), "10.0.0.7");
}

TEST(TrustedProxies, RefusesWhatIsNoBlock) {
  for (const auto* entry : {"10.0.0.5", "10.0.0.0/33", "Unix", "", "proxy.example.vn"}) {
    const auto read = TrustedProxies::parse({entry});
    ASSERT_FALSE(read) << entry;
    EXPECT_NE(read.error().hint.find("\"unix\""), std::string::npos) << entry;
  }
}

}  // namespace
}  // namespace bccid::http
