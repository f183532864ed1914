#include "base/time_text.hpp"

#include <array>
#include <cstdio>
#include <optional>

namespace bccid {
namespace {

using namespace std::chrono;

Failure not_a_time(std::string_view text, std::string_view form) {
  return {Errc::invalid_field, "time \"" + std::string(text.substr(0, 40)) + "\" is not readable",
          "Write it as " + std::string(form) + "."};
}

// Reads exactly `count` digits at `at`.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<Day> day_of(std::optional<int> y, std::optional<int> m, std::optional<int> d) {
  if (!y || !m || !d) return std::nullopt;
  const Day day{year{*y}, month{static_cast<unsigned>(*m)}, std::chrono::day{static_cast<unsigned>(*d)}};
  if (!day.ok() || *y < 1900 || *y > 2999) return std::nullopt;
  return day;
}

std::optional<Duration> clock_of(std::optional<int> h, std::optional<int> m, std::optional<int> s) {
  if (!h || !m || !s || *h > 23 || *m > 59 || *s > 59) return std::nullopt;
  return hours{*h} + minutes{*m} + seconds{*s};
}

// Fraction ".ddd…" in microseconds; moves `at` behind it.
std::optional<Duration> fraction_of(std::string_view text, std::size_t& at) {
  if (at >= text.size() || text[at] != '.') return Duration{0};
  std::size_t i = at + 1;
  std::int64_t value = 0;
  std::int64_t scale = 1'000'000;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
    if (scale == 1) continue;
    value = value * 10 + (text[i] - '0');
    scale /= 10;
  }
  if (i == at + 1 || i - at > 10) return std::nullopt;
  at = i;
  return Duration{value * scale};
}

std::optional<minutes> offset_of(std::string_view text) {
  if (text == "Z" || text == "z") return minutes{0};
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto h = digits(text, 1, 2);
  const auto m = digits(text, 4, 2);
  if (!h || !m || *h > 14 || *m > 59) return std::nullopt;
  const minutes size = hours{*h} + minutes{*m};
  return text[0] == '-' ? -size : size;
}

struct Parts {
  Day day;
  hh_mm_ss<microseconds> clock;
};

Parts parts_of(Time at) {
  const auto date = floor<days>(at);
  return {Day{date}, hh_mm_ss<microseconds>{at - date}};
}

std::string print(const char* form, Time at) {
  const Parts p = parts_of(at);
  std::array<char, 48> out{};
  const int size = std::snprintf(out.data(), out.size(), form, static_cast<int>(p.day.year()),
                                 static_cast<unsigned>(p.day.month()), static_cast<unsigned>(p.day.day()),
                                 static_cast<int>(p.clock.hours().count()), static_cast<int>(p.clock.minutes().count()),
                                 static_cast<int>(p.clock.seconds().count()));
  return {out.data(), static_cast<std::size_t>(size)};
}

}  // namespace

std::string to_rfc3339(Time at) {
  std::string text = print("%04d-%02u-%02uT%02d:%02d:%02d", at);
  const auto micros = parts_of(at).clock.subseconds().count();
  if (micros != 0) {
    std::string fraction = std::to_string(1'000'000 + micros).substr(1);
    text += '.' + fraction;
  }
  return text + 'Z';
}

std::string to_vietnam_text(Time at) {
  return print("%04d-%02u-%02uT%02d:%02d:%02d", at + kVietnamOffset) + "+07:00";
}

std::string to_portal_text(Time at) { return print("%04d%02u%02u%02d%02d%02d", at + kVietnamOffset); }

Result<Time> parse_rfc3339(std::string_view text) {
  const auto failure = not_a_time(text, "RFC 3339 with an offset, for example 2026-11-22T15:30:00+07:00");
  if (text.size() < 20 || text.size() > 40) return failure;
  if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't')) return failure;
  if (text[13] != ':' || text[16] != ':') return failure;
  const auto day = day_of(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
  const auto clock = clock_of(digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2));
  std::size_t at = 19;
  const auto fraction = fraction_of(text, at);
  if (!day || !clock || !fraction) return failure;
  const auto offset = offset_of(text.substr(at));
  if (!offset) return failure;
  return Time{sys_days{*day}.time_since_epoch() + *clock + *fraction - *offset};
}

Result<Time> parse_portal_time(std::string_view text) {
  const auto failure = not_a_time(text, "yyyyMMddHHmmss at Vietnamese time");
  if (text.size() != 14) return failure;
  const auto day = day_of(digits(text, 0, 4), digits(text, 4, 2), digits(text, 6, 2));
  const auto clock = clock_of(digits(text, 8, 2), digits(text, 10, 2), digits(text, 12, 2));
  if (!day || !clock) return failure;
  return Time{sys_days{*day}.time_since_epoch() + *clock - kVietnamOffset};
}

Day business_day(Time at) { return Day{floor<days>(at + kVietnamOffset)}; }

Time start_of_day(Day day) { return Time{sys_days{day}.time_since_epoch() - kVietnamOffset}; }

std::string to_text(Day day) {
  std::array<char, 16> out{};
  const int size = std::snprintf(out.data(), out.size(), "%04d-%02u-%02u", static_cast<int>(day.year()),
                                 static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return {out.data(), static_cast<std::size_t>(size)};
}

Result<Day> parse_day(std::string_view text) {
  const auto failure = not_a_time(text, "yyyy-mm-dd");
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return failure;
  const auto day = day_of(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
  if (!day) return failure;
  return *day;
}

}  // namespace bccid
