#pragma once

#include "base/result.hpp"
#include "base/time_text.hpp"

#include <set>
#include <string_view>

namespace bccid {

// Vietnamese business days: Monday to Friday, less the holidays, plus the days worked instead.
class Calendar {
 public:
  Calendar() = default;
  // schemas/codes/holidays.csv: date,kind,name_vi with kind `holiday` or `working` (a day off moved here).
  // Errors: malformed, invalid_field, duplicate.
  static Result<Calendar> parse(std::string_view csv);

  bool is_working(Day day) const;
  // The first working day on or after the day.
  Day working_day_from(Day day) const;
  // `count` working days after the day (before it, when negative). The first day is not counted
  // (Bộ luật Dân sự 2015 Điều 147). Zero gives the first working day on or after it (Điều 148).
  Day add_working_days(Day day, int count) const;
  // Working days in (from, to]; negative when `to` is before `from`.
  int working_days_between(Day from, Day to) const;
  // The instant at which the last of `count` working days after `start` ends, at +07:00.
  Time deadline(Time start, int count) const;

 private:
  std::set<std::chrono::sys_days> holidays_;
  std::set<std::chrono::sys_days> worked_;
};

// TT 74/2022/TT-BTC: all money received for a collector is transferred within 24 hours of receiving it;
// clock hours, per receipt.
Time remittance_deadline(Time received_at);

}  // namespace bccid
