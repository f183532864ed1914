#include "domain/calendar/calendar.hpp"

#include "tests/unit/domain/fixtures.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using test::day;
using test::tables;

const Calendar& vietnam() { return tables().calendar; }

TEST(Calendar, WeekendsAndHolidaysAreOffAndWorkedSaturdaysAreNot) {
  EXPECT_TRUE(vietnam().is_working(day(2026, 8, 21)));
  EXPECT_TRUE(vietnam().is_working(day(2026, 8, 22))) << "a Saturday worked for Monday 31/8";
  EXPECT_FALSE(vietnam().is_working(day(2026, 8, 31)));
  EXPECT_FALSE(vietnam().is_working(day(2026, 9, 2)));
  EXPECT_FALSE(vietnam().is_working(day(2026, 8, 29)));
}

TEST(Calendar, TheFirstDayIsNotCounted) {
  EXPECT_EQ(vietnam().add_working_days(day(2026, 11, 23), 1), day(2026, 11, 24));
  EXPECT_EQ(vietnam().add_working_days(day(2026, 11, 27), 1), day(2026, 11, 30));
  EXPECT_EQ(vietnam().add_working_days(day(2026, 11, 28), 1), day(2026, 11, 30));
}

TEST(Calendar, CountsOverTet) {
  EXPECT_EQ(vietnam().add_working_days(day(2026, 2, 13), 1), day(2026, 2, 23));
  EXPECT_EQ(vietnam().working_days_between(day(2026, 2, 13), day(2026, 2, 23)), 1);
}

TEST(Calendar, ZeroDaysEndOnTheNextWorkingDay) {
  EXPECT_EQ(vietnam().add_working_days(day(2026, 11, 22), 0), day(2026, 11, 23));
  EXPECT_EQ(vietnam().working_day_from(day(2026, 9, 1)), day(2026, 9, 3));
}

TEST(Calendar, BackwardsAndForwardsAgree) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  for (int round = 0; round < 300; ++round) {
    const Day from{std::chrono::sys_days{day(2025, 1, 1)} + std::chrono::days{test::pick(random, 0, 900)}};
    const int count = test::pick(random, 1, 40);
    const Day to = vietnam().add_working_days(from, count);
    EXPECT_TRUE(vietnam().is_working(to));
    EXPECT_EQ(vietnam().working_days_between(from, to), count);
    EXPECT_EQ(vietnam().working_days_between(to, from), -count);
    if (vietnam().is_working(from)) {
      EXPECT_EQ(vietnam().add_working_days(to, -count), from);
    }
  }
}

TEST(Calendar, ADeadlineEndsWithTheVietnameseDay) {
  const auto evening = parse_rfc3339("2026-11-23T23:30:00+07:00").value();
  EXPECT_EQ(to_vietnam_text(vietnam().deadline(evening, 1)), "2026-11-25T00:00:00+07:00");
  const auto just_after = parse_rfc3339("2026-11-23T17:30:00Z").value();
  EXPECT_EQ(to_vietnam_text(vietnam().deadline(just_after, 1)), "2026-11-26T00:00:00+07:00");
}

TEST(Calendar, RemittanceIsDueAfterTwentyFourClockHours) {
  const auto friday = parse_rfc3339("2026-11-27T16:00:00+07:00").value();
  EXPECT_EQ(to_vietnam_text(remittance_deadline(friday)), "2026-11-28T16:00:00+07:00");
}

TEST(Calendar, RefusesWrongRows) {
  EXPECT_EQ(Calendar::parse("date,kind,name_vi\n2026-02-30,holiday,x\n").error().code, Errc::invalid_field);
  EXPECT_EQ(Calendar::parse("date,kind,name_vi\n2026-02-20,maybe,x\n").error().code, Errc::invalid_field);
  EXPECT_EQ(Calendar::parse("date,kind,name_vi\n2026-02-20,holiday,x\n2026-02-20,working,x\n").error().code,
            Errc::duplicate);
}

}  // namespace
}  // namespace bccid
