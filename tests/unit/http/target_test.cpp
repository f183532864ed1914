#include "http/target.hpp"

#include <gtest/gtest.h>

namespace bccid::http {
namespace {

TEST(SplitTargetTest, DecodesSegmentsAndQuery) {
  std::vector<std::string> path;
  Pairs query;
  ASSERT_TRUE(split_target("/v1/orders/H01.16%2F1?q=%C4%90%E1%BB%93ng+Th%C3%A1p&limit=5&flag", path, query));
  EXPECT_EQ(path, (std::vector<std::string>{"v1", "orders", "H01.16/1"}));
  EXPECT_EQ(*query.find("q"), "Đồng Tháp");
  EXPECT_EQ(*query.find("limit"), "5");
  EXPECT_EQ(*query.find("flag"), "");
  EXPECT_EQ(query.find("other"), nullptr);
}

TEST(SplitTargetTest, RefusesWhatHidesSomething) {
  std::vector<std::string> path;
  Pairs query;
  for (const char* target : {"/%", "/%4", "/%zz", "/%00", "/a%0d%0ab", "/%7f", "/%ff", "/%c0%af", "/..",
                             "/a/../b", "/./a", "/%2e%2e/a", "/%2E%2e", "/a?x=%00", "/a?%ff=1", "/a?x=%"})
    EXPECT_FALSE(split_target(target, path, query)) << target;
}

TEST(SplitTargetTest, KeepsEmptySegmentsApartFromMissingOnes) {
  std::vector<std::string> path;
  Pairs query;
  ASSERT_TRUE(split_target("/", path, query));
  EXPECT_EQ(path, (std::vector<std::string>{""}));
  ASSERT_TRUE(split_target("/a//b/", path, query));
  EXPECT_EQ(path, (std::vector<std::string>{"a", "", "b", ""}));
}

TEST(ParsePairsTest, BoundsTheNumberOfNames) {
  std::string text;
  for (int i = 0; i < 101; ++i) text += "a=1&";
  Pairs out;
  EXPECT_EQ(parse_pairs(text, out).error().code, Errc::too_large);
}

TEST(PercentEncodeTest, LeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(percent_encode("a b/ü~."), "a%20b%2F%C3%BC~.");
}

}  // namespace
}  // namespace bccid::http
