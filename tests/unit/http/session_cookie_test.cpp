#include "http/session_cookie.hpp"

#include <gtest/gtest.h>

namespace bccid::http {
namespace {

Request with(std::initializer_list<std::pair<const char*, const char*>> headers,
             Method method = Method::get) {
  Request request;
  request.method = method;
  request.headers.add("Host", "bccid.example.vn");
  for (const auto& [name, value] : headers) request.headers.add(name, value);
  return request;
}

TEST(SessionCookie, OverTlsItIsSecureAndBoundToTheHost) {
  Request request = with({});
  request.is_tls = true;
  EXPECT_EQ(session_cookie(request, "abc"),
            "__Host-bccid-session=abc; Path=/; HttpOnly; SameSite=Strict; Secure");
  EXPECT_EQ(ended_session_cookie(request),
            "__Host-bccid-session=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0");
  EXPECT_EQ(session_cookie(with({}), "abc"), "bccid-session=abc; Path=/; HttpOnly; SameSite=Strict");
}

TEST(SessionCookie, APlainCookieIsWorthNothingOverTls) {
  Request request = with({{"Cookie", "bccid-session=abc"}});
  EXPECT_EQ(token_of(request), "abc");
  request.is_tls = true;
  EXPECT_EQ(token_of(request), "");
  EXPECT_FALSE(signed_in_by_cookie(request));
}

TEST(SessionCookie, IsFoundAmongOthersByItsWholeName) {
  EXPECT_EQ(
      cookie_of(with({{"Cookie", "xbccid-session=1; bccid-sessions=2; bccid-session=3"}}), "bccid-session"),
      "3");
  for (const auto* none : {"", ";;; ", "bccid-session", "=x", "bccid-session-x=1", "a=bccid-session=1"})
    EXPECT_EQ(cookie_of(with({{"Cookie", none}}), "bccid-session"), "") << none;
}

TEST(SessionCookie, TheHeaderGoesBeforeTheCookie) {
  const Request both = with({{"Cookie", "bccid-session=abc"}, {"Authorization", "Bearer def"}});
  EXPECT_EQ(token_of(both), "def");
  EXPECT_FALSE(signed_in_by_cookie(both));
  const Request other = with({{"Cookie", "bccid-session=abc"}, {"Authorization", "Basic eDp5"}});
  EXPECT_EQ(token_of(other), "");
}

TEST(SessionCookie, WhatChangesSomethingMustShowThatOurPageMadeIt) {
  const auto post = Method::post;
  EXPECT_TRUE(check_own_page(with({{"X-Console", "1"}}, post)));
  EXPECT_TRUE(check_own_page(with({{"X-Console", "1"}, {"Origin", "https://bccid.example.vn"}}, post)));
  EXPECT_TRUE(check_own_page(with({{"X-Console", "1"}, {"Sec-Fetch-Site", "same-origin"}}, post)));
  EXPECT_FALSE(check_own_page(with({}, post)));
  EXPECT_FALSE(check_own_page(with({{"Sec-Fetch-Site", "same-origin"}}, post)));
  for (const auto* site : {"cross-site", "same-site", "none"})
    EXPECT_FALSE(check_own_page(with({{"X-Console", "1"}, {"Sec-Fetch-Site", site}}, post))) << site;
  for (const auto* origin : {"https://evil.example", "null", "https://bccid.example.vn.evil.example"})
    EXPECT_FALSE(check_own_page(with({{"X-Console", "1"}, {"Origin", origin}}, post))) << origin;
}

TEST(SessionCookie, ReadingIsRefusedOnlyToOtherSites) {
  EXPECT_TRUE(check_own_page(with({})));
  EXPECT_TRUE(check_own_page(with({{"Sec-Fetch-Site", "none"}})));
  EXPECT_FALSE(check_own_page(with({{"Sec-Fetch-Site", "cross-site"}})));
  EXPECT_FALSE(check_own_page(with({{"Origin", "https://evil.example"}})));
}

}  // namespace
}  // namespace bccid::http
