#include "http/wire.hpp"

#include <gtest/gtest.h>

namespace bccid::http {
namespace {

std::string written(const Response& response,
                    WireContext context = {"request-0001", "Sun, 22 Nov 2026 08:30:00 GMT"}) {
  std::string out;
  return append_response(response, context, out) ? out : "refused";
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(WireTest, PutsTheSecurityHeadersOnEveryAnswer) {
  for (const int status : {200, 204, 304, 400, 404, 413, 500, 599}) {
    const std::string text = written(Response(status));
    for (const char* line : {"Cache-Control: no-store\r\n", "X-Content-Type-Options: nosniff\r\n",
                             "Referrer-Policy: no-referrer\r\n",
                             "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n",
                             "X-Request-Id: request-0001\r\n"})
      EXPECT_TRUE(holds(text, line)) << status << line;
    EXPECT_FALSE(holds(text, "Server:"));
    EXPECT_FALSE(holds(text, "Strict-Transport-Security"));
  }
}

TEST(WireTest, AddsHstsUnderTlsOnly) {
  WireContext context{"request-0001", "now"};
  context.is_tls = true;
  EXPECT_TRUE(holds(written(Response(200), context), "Strict-Transport-Security: max-age=31536000"));
}

TEST(WireTest, LetsAResponseBringItsOwnPolicy) {
  Response page(200, "text/html; charset=utf-8", "<p>");
  page.with("content-security-policy", "default-src 'self'");
  const std::string text = written(page);
  EXPECT_TRUE(holds(text, "content-security-policy: default-src 'self'\r\n"));
  EXPECT_FALSE(holds(text, "default-src 'none'"));
  EXPECT_TRUE(holds(text, "X-Content-Type-Options: nosniff\r\n"));
}

TEST(WireTest, RefusesHeadersThatWouldBecomeOthers) {
  for (const char* value : {"a\r\nSet-Cookie: x", "a\nb", "a\rb", "b\xC3\xA9", "\x7F"})
    EXPECT_EQ(written(Response(303).with("Location", value)), "refused") << value;
  EXPECT_EQ(written(Response(200).with("X A", "b")), "refused");
  EXPECT_EQ(written(Response(200).with("X:A", "b")), "refused");
  EXPECT_EQ(written(Response(200, "text/plain\r\nX: y", "")), "refused");
}

TEST(WireTest, AnswersToHeadHaveALengthButNoBody) {
  WireContext context{"request-0001", "now"};
  context.head_only = true;
  const std::string text = written(Response(200, "text/plain", "hello"), context);
  EXPECT_TRUE(holds(text, "Content-Length: 5\r\n"));
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(RequestIdTest, AcceptsOnlyTheDocumentedForm) {
  EXPECT_TRUE(valid_request_id("abcDEF-_.123"));
  EXPECT_TRUE(valid_request_id(std::string(64, 'a')));
  for (const std::string& text : {std::string("short"), std::string(65, 'a'), std::string("has blank1"),
                                  std::string("line\nfeed1"), std::string("ünïcode12")})
    EXPECT_FALSE(valid_request_id(text)) << text;
}

TEST(RequestIdTest, MadeIdsAreValidAndDiffer) {
  RequestIds ids;
  const std::string first = ids.next();
  EXPECT_TRUE(valid_request_id(first));
  EXPECT_NE(first, ids.next());
  EXPECT_NE(first, RequestIds().next());
}

TEST(HttpDateTest, LooksLikeRfc9110) {
  HttpDate date;
  EXPECT_EQ(date.now().size(), 29U);
  EXPECT_TRUE(date.now().ends_with(" GMT"));
}

}  // namespace
}  // namespace bccid::http
