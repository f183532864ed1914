#include "net/retry_policy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace bccid::net {
namespace {

using std::chrono::seconds;

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool throttled(int status) { return status == 429 || status == 502 || status == 503 || status == 504; }

std::optional<int> number(std::string_view text) {
  int out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = !text.empty() && read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return whole && text.front() != '-' ? std::optional(out) : std::nullopt;
}

Duration jittered(seconds wait, double share, double random) {
  const double factor = 1.0 + share * (2.0 * random - 1.0);
  const auto micros = static_cast<double>(std::chrono::duration_cast<Duration>(wait).count());
  return Duration(static_cast<Duration::rep>(std::llround(micros * factor)));
}

}  // namespace

std::vector<seconds> RetryPolicy::standard_schedule() {
  using std::chrono::hours;
  using std::chrono::minutes;
  return {seconds(0), seconds(5), minutes(5), minutes(30), hours(2),
          hours(5),   hours(10),  hours(14),  hours(20),   hours(24)};
}

NextTry next_try(const RetryPolicy& policy, std::size_t tries_made, const TryOutcome& outcome, Time now,
                 double random) {
  const int status = outcome.status.value_or(0);
  if (status >= 200 && status < 300) return {Verdict::done, Duration(0)};
  if (status == 410) return {Verdict::disable, Duration(0)};
  if (tries_made >= policy.schedule.size()) return {Verdict::give_up, Duration(0)};
  Duration wait = jittered(policy.schedule[tries_made], policy.jitter, random);
  if (throttled(status)) {
    // Jitter goes upwards only here: nobody may come back before the minute is over.
    const Duration least = jittered(policy.throttled_min, policy.jitter, 0.5 + random / 2);
    wait = std::max(wait, least);
  }
  if (const auto asked = asked_pause(policy, outcome.retry_after, now)) wait = std::max(wait, *asked);
  return {Verdict::retry, wait};
}

std::optional<Duration> asked_pause(const RetryPolicy& policy, std::string_view retry_after, Time now) {
  const auto asked = parse_retry_after(retry_after, now);
  if (!asked) return std::nullopt;
  return std::min<Duration>(*asked, policy.retry_after_max);
}

std::optional<seconds> parse_retry_after(std::string_view text, Time now) {
  if (const auto plain = number(text)) return seconds(*plain);
  const auto date = parse_http_date(text);
  if (!date) return std::nullopt;
  return std::max(seconds(0), std::chrono::ceil<seconds>(*date - now));
}

std::optional<Time> parse_http_date(std::string_view text) {
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return std::nullopt;
  if (text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':')
    return std::nullopt;
  const auto* const month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  const auto day = number(text.substr(5, 2));
  const auto year = number(text.substr(12, 4));
  const auto hour = number(text.substr(17, 2));
  const auto minute = number(text.substr(20, 2));
  const auto second = number(text.substr(23, 2));
  if (month == kMonths.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const std::chrono::year_month_day date{
      std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(month - kMonths.begin()) + 1),
      std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return Time(std::chrono::sys_days(date)) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         seconds(*second);
}

}  // namespace bccid::net
