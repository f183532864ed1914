#include "base/time_text.hpp"

#include "base/text.hpp"

#include <optional>

namespace bccid {
namespace {

using namespace std::chrono;

Failure not_a_time(std::string_view text, std::string_view form) {
  return {Errc::invalid_field, "time \"" + shown(text) + "\" is not readable",
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
  if (i == at + 1) return std::nullopt;
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

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

// Year to second, with the given separators (none when '\0').
std::string print(Time at, char in_date, char between, char in_clock) {
  const Parts p = parts_of(at);
  std::string out;
  const auto part = [&out](char before, std::int64_t value, std::size_t width) {
    if (before != '\0') out += before;
    append_padded(out, value, width);
  };
  part('\0', static_cast<int>(p.day.year()), 4);
  part(in_date, static_cast<unsigned>(p.day.month()), 2);
  part(in_date, static_cast<unsigned>(p.day.day()), 2);
  part(between, p.clock.hours().count(), 2);
  part(in_clock, p.clock.minutes().count(), 2);
  part(in_clock, p.clock.seconds().count(), 2);
  return out;
}

}  // namespace

std::string to_rfc3339(Time at) {
  std::string text = print(at, '-', 'T', ':');
  const auto micros = parts_of(at).clock.subseconds().count();
  if (micros != 0) {
    text += '.';
    append_padded(text, micros, 6);
  }
  return text + 'Z';
}

std::string to_vietnam_text(Time at) { return print(at + kVietnamOffset, '-', 'T', ':') + "+07:00"; }

std::string to_portal_text(Time at) { return print(at + kVietnamOffset, '\0', '\0', '\0'); }

Result<Time> parse_rfc3339(std::string_view text) {
  const auto failure = [text] {
    return not_a_time(text, "RFC 3339 with an offset, for example 2026-11-22T15:30:00+07:00");
  };
  if (text.size() < 20 || text.size() > 40) return failure();
  if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't')) return failure();
  if (text[13] != ':' || text[16] != ':') return failure();
  const auto day = day_of(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
  const auto clock = clock_of(digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2));
  std::size_t at = 19;
  const auto fraction = fraction_of(text, at);
  if (!day || !clock || !fraction) return failure();
  const auto offset = offset_of(text.substr(at));
  if (!offset) return failure();
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
  return print(Time{sys_days{day}.time_since_epoch()}, '-', 'T', ':').substr(0, 10);
}

Result<Day> parse_day(std::string_view text) {
  const auto failure = not_a_time(text, "yyyy-mm-dd");
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return failure;
  const auto day = day_of(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
  if (!day) return failure;
  return *day;
}

}  // namespace bccid
