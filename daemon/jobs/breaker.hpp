#pragma once

#include <chrono>
#include <cstddef>
#include <deque>

namespace bccid {

struct BreakerConfig {
  std::size_t failures_in_a_row = 10;
  std::size_t tries_min = 20;  // fewer tries in the window prove nothing
  std::size_t failed_percent = 50;
  std::chrono::seconds window{30};
  std::chrono::seconds probe_every{15};
};

// Stops sending to a counterpart that does not answer, and lets one probe through now and then. Time is
// passed in; a pure value.
class Breaker {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  explicit Breaker(BreakerConfig config = {}) : config_(config) {}

  // How many tries may begin now: none, one probe, or any number.
  enum class Way { shut, probe, open };
  Way way(Moment now) const;

  // A try begins. While the breaker is tripped this is the probe.
  void begin(Moment now);
  void succeeded(Moment now);
  void failed(Moment now);
  // The try ended without asking the counterpart.
  void said_nothing();

  bool tripped() const { return tripped_; }
  // When the next probe may go; meaningful while tripped.
  Moment probe_at() const { return probe_at_; }

 private:
  struct Try {
    Moment at;
    bool failed;
  };
  void remember(Moment now, bool failed);
  bool too_many() const;

  BreakerConfig config_;
  std::deque<Try> tries_;
  std::size_t failed_tries_ = 0;
  std::size_t in_a_row_ = 0;
  bool tripped_ = false;
  bool probing_ = false;
  Moment probe_at_{};
};

}  // namespace bccid
