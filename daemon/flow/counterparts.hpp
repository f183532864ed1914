#pragma once

#include "base/clock.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bccid {

struct CounterpartPause {
  Time at{};
  std::string by, reason;
};

// One target, as an operator sees it.
struct CounterpartView {
  std::string name;                   // carrier:NAME, onestop:AGENCY, receipt:ISSUER, webhook:ID
  std::int64_t queued = 0;            // scheduled messages; counting ends at 100001
  std::optional<Time> oldest_at;      // when the oldest of those that are due first was decided
  std::optional<Time> waiting_since;  // since when the first one is due; absent: none is due
  std::optional<Time> next_try_at;    // when the next try is made, as far as it is known
  std::int64_t in_flight = 0;         // leased by senders: under way, or in their hands
  std::int64_t dead = 0;
  std::int64_t calls = 0, failed = 0;  // of the last hour, to the five minutes
  std::string breaker;                 // closed, open, half_open
  std::optional<Time> breaker_since, last_success_at, last_answer_at;
  int last_status = 0;
  std::string last_answer;
  std::optional<CounterpartPause> pause;
  bool switched_off = false;  // a disabled subscriber, an agency without a configured system
};

// Every target that is configured, that something waits for, or that was ever called; by name.
std::vector<CounterpartView> list_counterparts(sql::Tx& tx, Time now);

}  // namespace bccid
