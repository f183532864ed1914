#include "http/guard.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bccid::http {
namespace {

constexpr std::string_view kHost = "Host: bccid.example.vn\r\n";

Status check(const std::string& block, Head& head, const GuardRules& rules = {}) {
  return check_head(block, rules, head);
}

std::string post_with(std::string_view fields) {
  return "POST /v1/scans HTTP/1.1\r\n" + std::string(kHost) + std::string(fields) + "\r\n";
}

TEST(GuardTest, ReadsAnHonestHead) {
  Head head;
  const std::string block =
      "POST /v1/scans?x=1 HTTP/1.1\r\nHost: bccid.example.vn:8443\r\nContent-Length:  12 \r\n"
      "Connection: Keep-Alive\r\nExpect: 100-continue\r\n\r\n";
  ASSERT_TRUE(check(block, head));
  EXPECT_EQ(head.method, Method::post);
  EXPECT_EQ(head.target, "/v1/scans?x=1");
  EXPECT_EQ(head.content_length, 12U);
  EXPECT_TRUE(head.expects_continue);
  EXPECT_FALSE(head.close);
  EXPECT_EQ(head.fields.size(), 4U);
}

TEST(GuardTest, KnowsWhenTheConnectionEnds) {
  Head head;
  ASSERT_TRUE(check(post_with("Connection: te, close\r\n"), head));
  EXPECT_TRUE(head.close);
  ASSERT_TRUE(check("GET / HTTP/1.0\r\nHost: h\r\n\r\n", head));
  EXPECT_TRUE(head.close);
  ASSERT_TRUE(check(post_with("Transfer-Encoding: chunked\r\n"), head));
  EXPECT_FALSE(head.close);
  EXPECT_TRUE(head.chunked);
}

class HostileFields : public testing::TestWithParam<const char*> {};

TEST_P(HostileFields, AreRefused) {
  Head head;
  const auto read = check(post_with(GetParam()), head);
  ASSERT_FALSE(read) << GetParam();
  EXPECT_EQ(read.error().code, Errc::malformed);
}

INSTANTIATE_TEST_SUITE_P(
    Framing, HostileFields,
    testing::Values("Transfer-Encoding: gzip\r\n", "Transfer-Encoding: gzip\r\nContent-Length: 3\r\n",
                    "Transfer-Encoding: identity\r\nContent-Length: 3\r\n", "Transfer-Encoding: xchunked\r\n",
                    "Transfer-Encoding: chunked, gzip\r\n", "Transfer-Encoding: gzip, chunked\r\n",
                    "Transfer-Encoding: Chunked\r\n", "Transfer-Encoding: chunked, chunked\r\n",
                    "Transfer-Encoding: \"chunked\"\r\n", "Transfer-Encoding: chunked\x0B\r\n",
                    "Transfer-Encoding:\r\n", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                    "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
                    "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 3, 3\r\n",
                    "Content-Length: 3\r\nContent-Length: 3\r\n",
                    "Content-Length: 3\r\nContent-Length: 4\r\n", "Content-Length: +3\r\n",
                    "Content-Length: -3\r\n", "Content-Length: 0x3\r\n", "Content-Length: 3.0\r\n",
                    "Content-Length:\r\n", "Content-Length: 3 3\r\n",
                    "Content-Length: 18446744073709551617\r\n",
                    "Content-Length: 99999999999999999999999\r\n"));

INSTANTIATE_TEST_SUITE_P(Lines, HostileFields,
                         testing::Values("X-A: b\r\n folded\r\n", "X-A: b\r\n\tfolded\r\n", " X-A: b\r\n",
                                         "Transfer-Encoding:\r\n chunked\r\n", "X-A : b\r\n", "X A: b\r\n",
                                         ": b\r\n", "X-A\r\n", "X-A: b\x01\r\n", "X-A: b\rX-B: c\r\n",
                                         "X-A: b\x7F\r\n", "X-\xC3\xA9: b\r\n", "Host: other.example.vn\r\n",
                                         "host: bccid.example.vn\r\n", "Expect: 200-ok\r\n",
                                         "Authorization: a\r\nAuthorization: b\r\n",
                                         "Content-Type: a/b\r\nContent-Type: c/d\r\n",
                                         "Idempotency-Key: a\r\nIdempotency-Key: b\r\n"));

class HostileStart : public testing::TestWithParam<const char*> {};

TEST_P(HostileStart, IsRefused) {
  Head head;
  EXPECT_FALSE(check(std::string(GetParam()) + "\r\n", head)) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    RequestLines, HostileStart,
    testing::Values("GET http://h/ HTTP/1.1\r\nHost: h\r\n", "GET //h HTTP/1.1 \r\nHost: h\r\n",
                    "OPTIONS * HTTP/1.1\r\nHost: h\r\n", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n",
                    "TRACE / HTTP/1.1\r\nHost: h\r\n", "BREW / HTTP/1.1\r\nHost: h\r\n",
                    "get / HTTP/1.1\r\nHost: h\r\n", "GET / HTTP/1.2\r\nHost: h\r\n",
                    "GET / HTTP/2.0\r\nHost: h\r\n", "PRI * HTTP/2.0\r\n", "GET / http/1.1\r\nHost: h\r\n",
                    "GET /\r\nHost: h\r\n", "GET  / HTTP/1.1\r\nHost: h\r\n",
                    "GET /\tHTTP/1.1\r\nHost: h\r\n", "GET / x HTTP/1.1\r\nHost: h\r\n",
                    "GET /\x80 HTTP/1.1\r\nHost: h\r\n", "GET /\x01 HTTP/1.1\r\nHost: h\r\n",
                    "GET /#f HTTP/1.1\r\nHost: h\r\n", "GET /a\\b HTTP/1.1\r\nHost: h\r\n",
                    " GET / HTTP/1.1\r\nHost: h\r\n", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost:\r\n",
                    "GET / HTTP/1.1\r\nHost: a b\r\n", "GET / HTTP/1.1\r\nHost: a,b\r\n",
                    "GET / HTTP/1.1\r\nHost: a/b\r\n", "GET / HTTP/1.1\r\nHost: a@b\r\n",
                    "GET / HTTP/1.1\r\nHost: a:x\r\n", "GET / HTTP/1.1\r\nHost: a:\r\n", "GET / HTTP/1.0\r\n",
                    "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n"));

TEST(GuardTest, ServesOnlyTheNamesOfTheAllowlist) {
  GuardRules rules;
  rules.hosts = {"bccid.example.vn", "127.0.0.1", "[::1]"};
  Head head;
  for (const char* host : {"bccid.example.vn", "BCCID.example.vn:8443", "127.0.0.1:1", "[::1]", "[::1]:80"})
    EXPECT_TRUE(check("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n", head, rules)) << host;
  for (const char* host : {"evil.example", "bccid.example.vn.evil.example", "bccid.example.v", "127.0.0.2"})
    EXPECT_FALSE(check("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n", head, rules)) << host;
}

TEST(GuardTest, KeepsItsLimits) {
  GuardRules rules;
  Head head;
  std::string many;
  for (int i = 0; i < 100; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(check(post_with(many), head, rules).error().code, Errc::too_large);
  const std::string target(5000, 'a');
  EXPECT_EQ(check("GET /" + target + " HTTP/1.1\r\nHost: h\r\n\r\n", head, rules).error().code,
            Errc::too_large);
  EXPECT_EQ(check(post_with("X-A: " + std::string(17000, 'a') + "\r\n"), head, rules).error().code,
            Errc::too_large);
}

TEST(HeadScannerTest, FindsTheEndHoweverTheBytesAreCut) {
  const std::string block = post_with("X-A: b\r\n") + "body";
  for (std::size_t cut = 1; cut < block.size(); ++cut) {
    HeadScanner scanner;
    auto found = scanner.scan(std::string_view(block).substr(0, cut));
    if (found == HeadScanner::Found::more) found = scanner.scan(block);
    EXPECT_EQ(found, HeadScanner::Found::end) << cut;
    EXPECT_EQ(scanner.size(), block.size() - 4) << cut;
  }
}

TEST(HeadScannerTest, RefusesBareLineFeedsAtOnce) {
  for (const char* text : {"GET / HTTP/1.1\nHost: h\n\n", "\n", "\r\n", "\r\nGET / HTTP/1.1\r\n",
                           "GET / HTTP/1.1\r\nHost: h\n\r\n"}) {
    HeadScanner scanner;
    EXPECT_EQ(scanner.scan(text), HeadScanner::Found::bad) << text;
  }
}

}  // namespace
}  // namespace bccid::http
