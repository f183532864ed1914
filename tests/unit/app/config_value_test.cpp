#include "app/config_value.hpp"

#include <gtest/gtest.h>

namespace bccid::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

TEST(ConfigDuration, ReadsAndPrintsTheShortestForm) {
  EXPECT_EQ(parse_duration("1500ms"), std::optional<Duration>(milliseconds{1500}));
  EXPECT_EQ(to_text(milliseconds{1500}), "1500ms");
  EXPECT_EQ(to_text(minutes{120}), "2h");
  EXPECT_EQ(to_text(Duration{0}), "0s");
  EXPECT_EQ(to_text(Duration{1}), "1us");
  for (const char* text : {"", "s", "5", "-5s", "+5s", "5S", "5sec", "5s ", "5.5s", "0x5s", "1h30m"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(ConfigSize, ReadsAndPrintsTheShortestForm) {
  EXPECT_EQ(parse_size("64MiB"), std::optional<std::int64_t>(64 << 20));
  EXPECT_EQ(parse_size("3GiB"), std::optional<std::int64_t>(3LL << 30));
  EXPECT_EQ(size_text(1536), "1536B");
  EXPECT_EQ(size_text(512 * 1024), "512KiB");
  for (const char* text : {"", "64", "64MB", "64mib", "-1B", "99999999999999GiB"})
    EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Nearest, FindsTyposButNotStrangers) {
  const std::vector<std::string_view> known{"http.listen", "http.hosts", "log.level", "http"};
  EXPECT_EQ(nearest("http.lisen", known), "http.listen");
  EXPECT_EQ(nearest("htpp", known), "http");
  EXPECT_EQ(nearest("log.levl", known), "log.level");
  EXPECT_EQ(nearest("banana", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest(std::string(100'000, 'x'), known), "");
}

}  // namespace
}  // namespace bccid::app
