#include "net/address_filter.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

namespace bccid::net {
namespace {

boost::asio::ip::address address(const char* text) { return boost::asio::ip::make_address(text); }

class DeniedAddress : public testing::TestWithParam<const char*> {};

TEST_P(DeniedAddress, IsRefusedByDefault) { EXPECT_FALSE(AddressFilter().allows(address(GetParam()))); }

INSTANTIATE_TEST_SUITE_P(
    EverySpecialBlock, DeniedAddress,
    testing::Values("0.0.0.0", "0.255.255.255", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
                    "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255",
                    "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
                    "203.0.113.1", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "::", "::1",
                    "::ffff:8.8.8.8", "::ffff:169.254.169.254", "64:ff9b::808:808", "64:ff9b:1::1", "100::1",
                    "2001::1", "2001:db8::1", "2002:808:808::1", "3fff::1", "3fff:fff::1", "5f00::1",
                    "fc00::1", "fdff::1", "fe80::1", "febf::1", "fe80::1%1", "ff02::1"));

class PublicAddress : public testing::TestWithParam<const char*> {};

TEST_P(PublicAddress, IsAllowed) { EXPECT_TRUE(AddressFilter().allows(address(GetParam()))); }

INSTANTIATE_TEST_SUITE_P(JustOutsideTheBlocks, PublicAddress,
                         testing::Values("1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255",
                                         "100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255",
                                         "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0",
                                         "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255",
                                         "2400:cb00::1", "2001:1::1", "2003::1", "2606:4700::1111",
                                         "fbff::1"));

TEST(AddressFilterTest, AllowsWhatTheOperatorNamed) {
  const auto filter = AddressFilter::parse({"127.0.0.0/8", "fd12::/16"});
  ASSERT_TRUE(filter);
  EXPECT_TRUE(filter->allows(address("127.0.0.1")));
  EXPECT_TRUE(filter->allows(address("fd12::5")));
  EXPECT_FALSE(filter->allows(address("fd13::5")));
  EXPECT_FALSE(filter->allows(address("10.0.0.1")));
}

TEST(AddressFilterTest, RefusesMalformedBlocks) {
  for (const char* text :
       {"", "10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/8x", "x/8"})
    EXPECT_FALSE(parse_cidr(text)) << text;
  EXPECT_FALSE(parse_cidr(std::string_view("10.0.0.0\0.example.vn/8", 22))) << "what follows a NUL counts";
}

TEST(AddressFilterTest, QuotesARefusedBlockInValidUtf8) {
  EXPECT_TRUE(valid_utf8(parse_cidr("\xFF\xC0/8").error().detail));
}

}  // namespace
}  // namespace bccid::net
