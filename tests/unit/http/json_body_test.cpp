#include "http/json_body.hpp"

#include "http/problem.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace bccid::http {
namespace {

class RefusedJson : public testing::TestWithParam<std::string> {};

TEST_P(RefusedJson, IsMalformed) {
  const auto read = parse_json(GetParam());
  ASSERT_FALSE(read) << GetParam();
  EXPECT_TRUE(read.error().code == Errc::malformed || read.error().code == Errc::unsupported);
}

INSTANTIATE_TEST_SUITE_P(
    Corpus, RefusedJson,
    testing::Values("", " ", "{", "}", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "nul", "tru", "NaN",
                    "Infinity", "01", "+1", "1.", ".5", "-", "-0", "{\"a\":-0}", "1e400", "-1e999",
                    "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"", "\"a\\u0000b\"", "{\"a\\u0000\":1}",
                    "\"\\x41\"", "\"\t\"", "\"\xFF\"", "\"\xC0\xAF\"", "\"\xED\xA0\x80\"", "\xEF\xBB\xBF{}",
                    "{} x", "{}{}", "1 2", "{}\\u0020", "/* c */ {}", "{\"a\":1,\"a\":2}",
                    "{\"a\":1,\"\\u0061\":2}", "[{\"b\":{\"a\":1,\"c\":2,\"a\":{}}}]", std::string("{}\0", 3),
                    std::string("\"a\0b\"", 5), std::string(65, '[') + std::string(65, ']'),
                    std::string(100'000, '['), std::string(100'000, '{')));

TEST(ParseJsonTest, ReadsWhatIsWellFormed) {
  EXPECT_TRUE(parse_json(std::string(64, '[') + std::string(64, ']')));
  EXPECT_TRUE(parse_json(" {\"a\" : [1, -2, 3.5, 1e2, true, null, \"\\u0111\\ud83d\\ude00\"]}\r\n"));
  EXPECT_EQ(parse_json("\"Đồng\"")->as_string(), "Đồng");
  EXPECT_EQ(parse_json("9223372036854775807")->as_int64(), 9223372036854775807LL);
  EXPECT_TRUE(parse_json("[{\"a\":1},{\"a\":2}]"));
}

TEST(ParseJsonTest, BoundsTheKeysOfAnObject) {
  std::string text = "{";
  for (int i = 0; i < 257; ++i) text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":1";
  EXPECT_FALSE(parse_json(text + "}"));
}

TEST(ParseJsonTest, SaysWhereTheTextBreaks) {
  EXPECT_NE(parse_json("{\"a\": x}").error().detail.find("byte 6"), std::string::npos);
}

Request with_type(std::string_view type, std::string body = "{}") {
  Request request;
  request.headers.add("Content-Type", type);
  request.body = std::move(body);
  return request;
}

TEST(JsonBodyTest, AsksForJsonInUtf8) {
  for (const char* type : {"application/json", "Application/JSON", "application/json; charset=utf-8",
                           "application/json;charset=\"UTF-8\""})
    EXPECT_TRUE(json_body(with_type(type))) << type;
  for (const char* type : {"", "text/plain", "application/jsonx", "application/json; charset=latin1",
                           "application/x-www-form-urlencoded"})
    EXPECT_EQ(json_body(with_type(type)).error().code, Errc::unsupported) << type;
  EXPECT_EQ(json_body(with_type("application/json", "")).error().code, Errc::missing_field);
}

// A header may hold any byte from 0x80 on; the answer that quotes it is JSON nevertheless.
TEST(JsonBodyTest, QuotesARefusedTypeInValidUtf8) {
  Request request = with_type("application/\xFF\xC0");
  EXPECT_TRUE(parse_json(problem(json_body(request).error(), request).body));
  request.headers.add("Content-Encoding", "\xE1\xBB");
  EXPECT_TRUE(parse_json(problem(json_body(request).error(), request).body));
}

TEST(JsonBodyTest, RefusesCompressedBodies) {
  Request request = with_type("application/json");
  request.headers.add("Content-Encoding", "gzip");
  EXPECT_EQ(json_body(request).error().code, Errc::unsupported);
}

TEST(FormBodyTest, ReadsEachNameOnce) {
  const auto form =
      form_body(with_type("application/x-www-form-urlencoded", "grant_type=client_credentials&scope=a+b"));
  ASSERT_TRUE(form);
  EXPECT_EQ(*form->find("scope"), "a b");
  const auto twice = form_body(with_type("application/x-www-form-urlencoded", "a=1&a=2"));
  EXPECT_EQ(twice.error().pointer, "/a");
}

}  // namespace
}  // namespace bccid::http
