#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

namespace bccid::net {

// When to try again. The default schedule is that of Standard Webhooks: ten tries in about 75 hours.
struct RetryPolicy {
  // schedule[n] is the wait before try n + 1; so schedule[0] is before the first.
  std::vector<std::chrono::seconds> schedule = standard_schedule();
  double jitter = 0.2;                           // each wait is moved by up to this share, either way
  std::chrono::seconds throttled_min{60};        // after 429, 502, 503 and 504
  std::chrono::seconds retry_after_max{86'400};  // a peer may not park us for longer

  static std::vector<std::chrono::seconds> standard_schedule();
};

enum class Verdict {
  done,     // 2xx
  retry,    // again after `wait`
  give_up,  // the schedule is used up
  disable,  // 410: the receiver wants no more of this
};

struct NextTry {
  Verdict verdict = Verdict::retry;
  Duration wait{0};
};

// What came of one try. No status: no reply.
struct TryOutcome {
  std::optional<int> status;
  std::string_view retry_after;  // the header as it came; empty when absent
};

// `tries_made` counts the one just judged. `random` is in [0, 1).
NextTry next_try(const RetryPolicy& policy, std::size_t tries_made, const TryOutcome& outcome, Time now,
                 double random);

// How long a counterpart asks to be left alone by this header, at most the policy's limit; nothing when it
// does not ask, or not readably.
std::optional<Duration> asked_pause(const RetryPolicy& policy, std::string_view retry_after, Time now);

// Seconds ("120") or an HTTP date; nothing when it is neither. Never negative.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, Time now);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7; the two obsolete forms are not read).
std::optional<Time> parse_http_date(std::string_view text);

}  // namespace bccid::net
