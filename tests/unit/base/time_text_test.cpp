#include "base/time_text.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using namespace std::chrono;

constexpr Time at(int y, unsigned m, unsigned d, Duration into_day = {}) {
  return Time{sys_days{year_month_day{year{y}, month{m}, day{d}}}.time_since_epoch() + into_day};
}

TEST(Rfc3339, ReadsOffsetsFractionsAndLowerCase) {
  const Time noon = at(2026, 11, 22, hours{12});
  for (const std::string_view text :
       {"2026-11-22T12:00:00Z", "2026-11-22t12:00:00z", "2026-11-22T19:00:00+07:00",
        "2026-11-21T22:00:00-14:00", "2026-11-22T12:00:00.000Z", "2026-11-22T12:00:00-00:00",
        "2026-11-22T17:45:00.0+05:45"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(*time, noon) << text;
  }
}

TEST(Rfc3339, CutsMoreThanMicroseconds) {
  EXPECT_EQ(parse_rfc3339("2026-11-22T12:00:00.1234569Z").value(),
            at(2026, 11, 22, hours{12} + microseconds{123456}));
  EXPECT_EQ(parse_rfc3339("2026-11-22T12:00:00.12345678901234Z").value(),
            at(2026, 11, 22, hours{12} + microseconds{123456}));
  EXPECT_EQ(parse_rfc3339("2026-11-22T12:00:00.5Z").value(), at(2026, 11, 22, hours{12} + milliseconds{500}));
}

TEST(Rfc3339, KnowsTheCalendarAndItsEnds) {
  EXPECT_TRUE(parse_rfc3339("2024-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_rfc3339("2026-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_rfc3339("2100-02-29T00:00:00Z"));
  EXPECT_TRUE(parse_rfc3339("2000-02-29T23:59:59.999999Z"));
  EXPECT_EQ(parse_rfc3339("1900-01-01T00:00:00Z").value(), at(1900, 1, 1));
  EXPECT_EQ(parse_rfc3339("2999-12-31T23:59:59Z").value(), at(3000, 1, 1) - seconds{1});
  EXPECT_FALSE(parse_rfc3339("1899-12-31T23:59:59Z"));
  EXPECT_FALSE(parse_rfc3339("3000-01-01T00:00:00Z"));
  EXPECT_FALSE(parse_rfc3339("0000-00-00T00:00:00Z"));
}

TEST(Rfc3339, RefusesWhatIsNotATimeWithAZone) {
  for (const std::string_view text : {"",
                                      "now",
                                      "2026-11-22",
                                      "2026-11-22T12:00:00",
                                      "2026-11-22 12:00:00Z",
                                      "2026-11-22T12:00Z",
                                      "2026-11-22T24:00:00Z",
                                      "2026-11-22T12:60:00Z",
                                      "2026-11-22T12:00:60Z",
                                      "2026-13-01T12:00:00Z",
                                      "2026-00-01T12:00:00Z",
                                      "2026-11-31T12:00:00Z",
                                      "2026-11-22T12:00:00.Z",
                                      "2026-11-22T12:00:00,5Z",
                                      "2026-11-22T12:00:00+0700",
                                      "2026-11-22T12:00:00+07",
                                      "2026-11-22T12:00:00+15:00",
                                      "2026-11-22T12:00:00+07:60",
                                      "2026-11-22T12:00:00ZZ",
                                      "2026-11-22T12:00:00Z ",
                                      " 2026-11-22T12:00:00Z",
                                      "+026-11-22T12:00:00Z",
                                      "2026-1a-22T12:00:00Z",
                                      "20261122T120000Z",
                                      "2026-11-22T12:00:00.1234567890123456789012Z",
                                      "\uff12026-11-22T12:00:0"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(Rfc3339, ErrorCutsHostileTextBetweenCodePoints) {
  std::string text;
  for (int i = 0; i < 30; ++i) text += "ế";
  const auto failed = parse_rfc3339(text);
  ASSERT_FALSE(failed);
  EXPECT_TRUE(valid_utf8(failed.error().detail));
}

TEST(TimeText, PrintsAndReadsBackEveryForm) {
  const Time time = at(2026, 1, 1, hours{18} + minutes{5} + seconds{9} + microseconds{42});
  EXPECT_EQ(to_rfc3339(time), "2026-01-01T18:05:09.000042Z");
  EXPECT_EQ(parse_rfc3339(to_rfc3339(time)).value(), time);
  EXPECT_EQ(to_rfc3339(at(2026, 1, 1)), "2026-01-01T00:00:00Z");
  EXPECT_EQ(to_vietnam_text(time), "2026-01-02T01:05:09+07:00");
  EXPECT_EQ(to_portal_text(time), "20260102010509");
  EXPECT_EQ(parse_portal_time("20260102010509").value(), floor<seconds>(time));
}

TEST(TimeText, PrintsInstantsBefore1970) {
  EXPECT_EQ(to_rfc3339(at(1969, 12, 31, hours{23} + microseconds{1})), "1969-12-31T23:00:00.000001Z");
}

TEST(PortalTime, RefusesOtherLengthsAndImpossibleParts) {
  for (const std::string_view text :
       {"", "2026110112000", "202611011200000", "20261301120000", "20261101250000", "20261101126000",
        "2026110112000x", "2026-11-01 1200"})
    EXPECT_FALSE(parse_portal_time(text)) << text;
}

TEST(BusinessDay, TurnsAtVietnameseMidnight) {
  EXPECT_EQ(to_text(business_day(at(2026, 11, 22, hours{16} + minutes{59}))), "2026-11-22");
  EXPECT_EQ(to_text(business_day(at(2026, 11, 22, hours{17}))), "2026-11-23");
  EXPECT_EQ(start_of_day(parse_day("2026-11-23").value()), at(2026, 11, 22, hours{17}));
}

TEST(ParseDay, RefusesWhatIsNotADay) {
  for (const std::string_view text :
       {"", "2026-2-1", "2026-02-30", "22-11-2026", "2026/11/22", "2026-11-22T"})
    EXPECT_FALSE(parse_day(text)) << text;
}

}  // namespace
}  // namespace bccid
