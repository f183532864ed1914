#include "net/origin.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

namespace bccid::net {
namespace {

TEST(ParseUrlTest, ReadsSchemeHostPortAndTarget) {
  const auto url = parse_url("https://Post.Example.VN:8443/a/b?c=d");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->origin.to_text(), "https://post.example.vn:8443");
  EXPECT_EQ(url->target, "/a/b?c=d");
  EXPECT_EQ(parse_url("http://h.vn?x=1")->target, "/?x=1");
  EXPECT_EQ(parse_url("http://h.vn")->origin.host_header(), "h.vn");
  EXPECT_EQ(parse_url("http://127.0.0.1:80/")->origin.port, 80);
}

TEST(ParseUrlTest, WritesIpv6HostsInBrackets) {
  const auto url = parse_url("https://[2606:4700::1111]/x");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->origin.host, "2606:4700::1111");
  EXPECT_EQ(url->origin.host_header(), "[2606:4700::1111]");
}

class RefusedUrl : public testing::TestWithParam<const char*> {};

TEST_P(RefusedUrl, IsNotRead) {
  const auto url = parse_url(GetParam());
  ASSERT_FALSE(url) << GetParam();
  EXPECT_EQ(url.error().code, Errc::invalid_field);
}

INSTANTIATE_TEST_SUITE_P(OddForms, RefusedUrl,
                         testing::Values("", "x", "ftp://h.vn/", "//h.vn/", "https:///x", "https://u:p@h.vn/",
                                         "https://u@h.vn/", "https://h.vn/#f", "https://2130706433/",
                                         "https://0x7f.1/", "https://0x7f000001/", "https://0177.0.0.1/",
                                         "https://127.1/", "https://h.vn./", "https://h..vn/",
                                         "https://-h.vn/", "https://h.vn:0/", "https://h.vn:70000/",
                                         "https://h.vn/a b", "https://h.vn/\r\nX: y", "https://b\xC3\xA9.vn/",
                                         "https://h%2evn/", "https://[::1", "https://[v1.x]/"));

TEST(ParseUrlTest, QuotesARefusedUrlInValidUtf8) {
  std::string vietnamese = "https://a.vn/";
  for (int i = 0; i < 50; ++i) vietnamese += "ữ";
  EXPECT_TRUE(valid_utf8(parse_url(vietnamese).error().detail)) << "120 bytes end inside a letter";
  EXPECT_TRUE(valid_utf8(parse_url("https://a.vn/\xFF").error().detail));
}

TEST(HeaderRulesTest, RefuseWhatCouldStartAnotherLine) {
  EXPECT_TRUE(valid_header_value("a b,c\"d\""));
  for (const char* value : {"a\r\nb", "a\nb", "a\rb", "a\x7F", "a\xC3\xA9"})
    EXPECT_FALSE(valid_header_value(value));
  EXPECT_FALSE(valid_header_value(std::string_view("a\0b", 3)));
  EXPECT_FALSE(valid_header_name("a b"));
  EXPECT_FALSE(valid_header_name(""));
  EXPECT_FALSE(valid_header_name("a:"));
}

}  // namespace
}  // namespace bccid::net
