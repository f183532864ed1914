#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace bccid {

// Vietnam has used UTC+7 without daylight saving since 1975 (Asia/Ho_Chi_Minh).
inline constexpr std::chrono::hours kVietnamOffset{7};

// "2026-11-22T08:30:00.123456Z"; the fraction is left out when zero.
std::string to_rfc3339(Time at);

// "2026-11-22T15:30:00+07:00", as shown to people and sent to Vietnamese counterparts.
std::string to_vietnam_text(Time at);

// "20261122153000" at +07:00, the national portal's form.
std::string to_portal_text(Time at);

// Reads RFC 3339 with an offset or Z, up to microseconds (more digits are cut). A missing offset is
// refused, because a local time without zone is how dates go wrong. Errors: invalid_field.
Result<Time> parse_rfc3339(std::string_view text);

// Reads the portal's yyyyMMddHHmmss at +07:00. Errors: invalid_field.
Result<Time> parse_portal_time(std::string_view text);

using Day = std::chrono::year_month_day;

// The Vietnamese business day that an instant falls on.
Day business_day(Time at);
// The instant at which that day begins.
Time start_of_day(Day day);
// "2026-11-22".
std::string to_text(Day day);
// Reads "2026-11-22". Errors: invalid_field.
Result<Day> parse_day(std::string_view text);

}  // namespace bccid
