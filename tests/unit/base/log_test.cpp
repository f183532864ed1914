#include "base/log.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace bccid {
namespace {

// Leaves the log as other tests expect it: quiet text.
class Log : public testing::Test {
 protected:
  void TearDown() override { log::open(log::Level::error, false); }

  template <class Write>
  static std::string written(Write&& write) {
    testing::internal::CaptureStderr();
    write();
    return testing::internal::GetCapturedStderr();
  }
};

TEST_F(Log, WritesOneJsonObjectALine) {
  log::open(log::Level::info, true);
  const std::string line = written([] {
    log::info("order_placed", {{"order", "A-1"}, {"attempt", 2}, {"amount", -5LL}, {"late", true}});
  });
  ASSERT_FALSE(line.empty());
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto object = boost::json::parse(line).as_object();
  EXPECT_EQ(object.at("level").as_string(), "info");
  EXPECT_EQ(object.at("event").as_string(), "order_placed");
  EXPECT_EQ(object.at("order").as_string(), "A-1");
  EXPECT_EQ(object.at("attempt").as_int64(), 2);
  EXPECT_EQ(object.at("amount").as_int64(), -5);
  EXPECT_TRUE(object.at("late").as_bool());
  EXPECT_TRUE(object.contains("at"));
}

TEST_F(Log, EscapesHostileTextIntoOneValidLine) {
  log::open(log::Level::info, true);
  for (const std::string_view hostile :
       {std::string_view("a\"b\\c\n{\"level\":\"error\"}\r\x1b[2J\x7f\t"), std::string_view("\xff\xc3\x28"),
        std::string_view("x\0y", 3), std::string_view("Nguyễn"), std::string_view("{} {0} %v %s")}) {
    const std::string line = written([&] { log::warn("odd", {{"text", hostile}}); });
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    EXPECT_TRUE(valid_utf8(line));
    EXPECT_NO_THROW(static_cast<void>(boost::json::parse(line))) << line;
  }
  const std::string line = written([] { log::warn("odd", {{"text", "a\"\n\u1ec5"}}); });
  EXPECT_EQ(boost::json::parse(line).at("text").as_string(), "a\"\n\u1ec5");
}

TEST_F(Log, TextLinesCannotBeForged) {
  log::open(log::Level::info, false);
  const std::string line = written([] {
    log::info("seen", {{"who", "x\n12:00:00 error forged"}, {"n", 3U}});
  });
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_NE(line.find("info seen who=\"x\\u000a12:00:00 error forged\" n=3"), std::string::npos) << line;
}

TEST_F(Log, HidesWhatIsBelowTheLevel) {
  log::open(log::Level::warn, true);
  EXPECT_EQ(written([] { log::info("quiet"); }), "");
  EXPECT_NE(written([] { log::warn("loud"); }), "");
  log::set_level(log::Level::debug);
  EXPECT_NE(written([] { log::debug("now_heard"); }), "");
}

TEST_F(Log, ReadsLevelsByName) {
  EXPECT_EQ(log::parse_level("debug").value(), log::Level::debug);
  EXPECT_EQ(log::parse_level("error").value(), log::Level::error);
  for (const std::string_view text : {"", "INFO", "trace", "warning", " info"})
    EXPECT_FALSE(log::parse_level(text)) << text;
}

}  // namespace
}  // namespace bccid
