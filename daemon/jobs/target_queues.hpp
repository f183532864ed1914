#pragma once

#include "jobs/breaker.hpp"
#include "jobs/outbox_sender.hpp"
#include "store/outbox_store.hpp"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace bccid {

// A leased row in this sender's hands.
struct HeldMessage {
  LeasedMessage row;
  Deadline lease_ends{};
};

// One counterpart: what waits for it and how it has been answering.
struct TargetQueue {
  TargetQueue(const TargetFamily& family_in, BreakerConfig breaker_in, TargetPace pace)
      : family(&family_in),
        in_flight_max(pace.in_flight_max > 0 ? pace.in_flight_max : family_in.in_flight_max),
        gap(pace.per_second > 0 ? Deadline::duration(std::chrono::seconds(1)) / pace.per_second
                                : Deadline::duration(0)),
        breaker(breaker_in),
        window(2 * in_flight_max) {}

  std::size_t held() const { return waiting.size() + in_flight; }
  // How many more rows may be leased: a target that answers earns a longer queue, so that a hanging one
  // never holds many.
  std::size_t room(Deadline now) const;
  // True when a waiting row may be tried now.
  bool may_begin(Deadline now) const;
  // A waiting row only waits for its turn in the second.
  bool paced(Deadline now) const;
  // A try begins: the breaker and the pace take note.
  void begin(Deadline now);
  // Takes note of how a try went. `asked_pause` is how long the counterpart wants to be left alone, if it
  // says so. Gives a time when nothing more should be sent for so long.
  std::optional<Duration> learn(const Delivery& delivery, std::optional<Duration> asked_pause,
                                std::size_t window_max, Deadline now);

  const TargetFamily* family;
  std::size_t in_flight_max;  // tries at a time
  Deadline::duration gap;     // between the beginnings of two tries
  std::deque<HeldMessage> waiting;
  std::size_t in_flight = 0;
  Breaker breaker;
  Deadline paused_until{};    // the counterpart asked for a pause
  Deadline next_begin{};      // by its pace
  bool stopped = false;       // an operator wants nothing sent to it
  std::size_t window;         // rows that may be held
  bool hot = false;           // the last claim took all that it was allowed
  std::optional<Time> since;  // what was due before this was claimed already
};

// The queues of all targets, and how a claim is shared out among them. No I/O.
class TargetQueues {
 public:
  TargetQueues(std::vector<TargetFamily> families, BreakerConfig breaker);

  // Null when no family serves the target.
  TargetQueue* find(const std::string& target);

  // Shares for targets that are due, the longest-waiting first; together at most `rows_max`.
  std::vector<ClaimShare> shares(const std::vector<DueTarget>& due, std::size_t rows_max, Deadline now);
  // Shares for the targets that had more than the last claim took.
  std::vector<ClaimShare> hot_shares(std::size_t rows_max, Deadline now);
  // Puts claimed rows into their queues and notes which targets had all that they were asked for.
  void take(std::vector<LeasedMessage> rows, const std::vector<ClaimShare>& shares, Deadline lease_ends);

  // Calls `begin(queue)` as long as some target may begin another try, in turn.
  void for_each_ready(Deadline now, const std::function<bool(TargetQueue&)>& begin);
  // From now on these targets, and no others, are sent nothing; gives what waits for them here.
  std::vector<HeldMessage> stop_only(const std::unordered_set<std::string>& targets);
  // When the next target that only keeps its pace may be tried.
  std::optional<Deadline> next_paced(Deadline now) const;
  // Every waiting row of one queue, or of all.
  static std::vector<HeldMessage> take_waiting(TargetQueue& queue);
  std::vector<HeldMessage> take_all_waiting();
  std::size_t waiting() const;
  std::size_t breakers_open() const;  // targets whose breaker keeps them from being tried

  // Waiting rows whose lease ends before that moment.
  std::vector<LeasedMessage> stale(Deadline fresh_until) const;
  // What became of renewing them: some have a new lease, others went to another sender.
  void renewed(const std::unordered_set<std::int64_t>& ours, const std::unordered_set<std::int64_t>& lost,
               Deadline lease_ends);

  const std::map<std::string, TargetQueue, std::less<>>& all() const { return queues_; }

 private:
  const TargetFamily* family_of(std::string_view target) const;

  std::vector<TargetFamily> families_;
  BreakerConfig breaker_;
  std::map<std::string, TargetQueue, std::less<>> queues_;
};

}  // namespace bccid
