#include "jobs/target_queues.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace bccid {
namespace {

// A claim for a few rows costs as much as one for many.
bool worth_claiming(const TargetQueue& queue, std::size_t room) {
  return room > 0 && room * 3 >= queue.window;
}

// An answer of the counterpart, whatever it says, is a sign of life, unless it says that it is overloaded.
bool alive(int http_status) {
  return http_status > 0 && http_status < 500 && http_status != 408 && http_status != 429;
}

}  // namespace

std::size_t TargetQueue::room(Deadline now) const {
  if (stopped || now < paused_until) return 0;
  switch (breaker.way(now)) {
    case Breaker::Way::shut: return 0;
    case Breaker::Way::probe: return held() == 0 ? 1 : 0;
    case Breaker::Way::open: return window > held() ? window - held() : 0;
  }
  return 0;
}

bool TargetQueue::may_begin(Deadline now) const { return now >= next_begin && paced(now); }

bool TargetQueue::paced(Deadline now) const {
  if (stopped || waiting.empty() || in_flight >= in_flight_max || now < paused_until) return false;
  switch (breaker.way(now)) {
    case Breaker::Way::shut: return false;
    case Breaker::Way::probe: return in_flight == 0;
    case Breaker::Way::open: return true;
  }
  return false;
}

void TargetQueue::begin(Deadline now) {
  ++in_flight;
  breaker.begin(now);
  // Without a pace nothing is waited for, not even the moment that beginning the try before took.
  if (gap > gap.zero()) next_begin = now + gap;
}

std::optional<Duration> TargetQueue::learn(const Delivery& delivery, std::optional<Duration> asked_pause,
                                           std::size_t window_max, Deadline now) {
  if (delivery.kind == Delivery::Kind::later || delivery.kind == Delivery::Kind::unwanted) {
    breaker.said_nothing();
    return std::nullopt;
  }
  if (delivery.kind != Delivery::Kind::failed || alive(delivery.http_status)) {
    breaker.succeeded(now);
    window = std::min(window + 1, std::max(window_max, window));
    return std::nullopt;
  }
  breaker.failed(now);
  window = std::max(window / 2, 2 * in_flight_max);
  if (asked_pause) paused_until = std::max(paused_until, now + *asked_pause);
  const auto until = std::max(paused_until, breaker.tripped() ? breaker.probe_at() : now);
  if (until <= now) return std::nullopt;
  return std::chrono::duration_cast<Duration>(until - now);
}

TargetQueues::TargetQueues(std::vector<TargetFamily> families, BreakerConfig breaker)
    : families_(std::move(families)), breaker_(breaker) {}

const TargetFamily* TargetQueues::family_of(std::string_view target) const {
  for (const auto& family : families_) {
    if (target.starts_with(family.prefix)) return &family;
  }
  return nullptr;
}

TargetQueue* TargetQueues::find(const std::string& target) {
  if (const auto known = queues_.find(target); known != queues_.end()) return &known->second;
  const auto* family = family_of(target);
  if (family == nullptr) return nullptr;
  const auto pace = family->paces.find(target);
  return &queues_
              .try_emplace(target, *family, breaker_,
                           pace == family->paces.end() ? TargetPace{} : pace->second)
              .first->second;
}

std::vector<ClaimShare> TargetQueues::shares(const std::vector<DueTarget>& due, std::size_t rows_max,
                                             Deadline now) {
  std::vector<ClaimShare> out;
  for (const auto& one : due) {
    if (rows_max == 0) break;
    auto* queue = find(one.target);
    if (queue == nullptr) continue;
    const std::size_t rows = std::min(queue->room(now), rows_max);
    if (rows == 0 || (queue->held() > 0 && !worth_claiming(*queue, rows))) continue;
    out.push_back({one.target, rows, std::nullopt});
    rows_max -= rows;
  }
  return out;
}

std::vector<ClaimShare> TargetQueues::hot_shares(std::size_t rows_max, Deadline now) {
  std::vector<ClaimShare> out;
  for (const auto& [target, queue] : queues_) {
    if (!queue.hot || rows_max == 0) continue;
    const std::size_t rows = std::min(queue.room(now), rows_max);
    if (!worth_claiming(queue, rows)) continue;
    out.push_back({target, rows, queue.since});
    rows_max -= rows;
  }
  return out;
}

void TargetQueues::take(std::vector<LeasedMessage> rows, const std::vector<ClaimShare>& shares,
                        Deadline lease_ends) {
  std::map<std::string, std::size_t, std::less<>> taken;
  for (const auto& share : shares) find(share.target)->since.reset();
  // RETURNING keeps no order: the longest-waiting goes first here too.
  std::sort(rows.begin(), rows.end(), [](const LeasedMessage& left, const LeasedMessage& right) {
    return std::tie(left.next_at, left.id) < std::tie(right.next_at, right.id);
  });
  for (auto& row : rows) {
    auto& queue = *find(row.message.target);
    ++taken[row.message.target];
    if (!queue.since) queue.since = row.next_at;
    queue.waiting.push_back({std::move(row), lease_ends});
  }
  for (const auto& share : shares) find(share.target)->hot = taken[share.target] >= share.rows_max;
}

void TargetQueues::for_each_ready(Deadline now, const std::function<bool(TargetQueue&)>& begin) {
  for (bool any = true; any;) {
    any = false;
    for (auto& [target, queue] : queues_) {
      if (!queue.may_begin(now)) continue;
      if (!begin(queue)) return;
      any = true;
    }
  }
}

std::vector<HeldMessage> TargetQueues::stop_only(const std::unordered_set<std::string>& targets) {
  std::vector<HeldMessage> out;
  for (auto& [target, queue] : queues_) {
    queue.stopped = targets.contains(target);
    if (!queue.stopped) continue;
    auto rows = take_waiting(queue);
    std::move(rows.begin(), rows.end(), std::back_inserter(out));
  }
  return out;
}

std::optional<Deadline> TargetQueues::next_paced(Deadline now) const {
  std::optional<Deadline> next;
  for (const auto& [target, queue] : queues_) {
    if (queue.next_begin <= now || !queue.paced(now)) continue;
    next = next ? std::min(*next, queue.next_begin) : queue.next_begin;
  }
  return next;
}

std::vector<HeldMessage> TargetQueues::take_waiting(TargetQueue& queue) {
  std::vector<HeldMessage> out(std::make_move_iterator(queue.waiting.begin()),
                               std::make_move_iterator(queue.waiting.end()));
  queue.waiting.clear();
  return out;
}

std::vector<HeldMessage> TargetQueues::take_all_waiting() {
  std::vector<HeldMessage> out;
  for (auto& [target, queue] : queues_) {
    auto rows = take_waiting(queue);
    std::move(rows.begin(), rows.end(), std::back_inserter(out));
  }
  return out;
}

std::size_t TargetQueues::waiting() const {
  std::size_t rows = 0;
  for (const auto& [target, queue] : queues_) rows += queue.waiting.size();
  return rows;
}

std::size_t TargetQueues::breakers_open() const {
  std::size_t open = 0;
  for (const auto& [target, queue] : queues_) open += std::size_t{queue.breaker.tripped()};
  return open;
}

std::vector<LeasedMessage> TargetQueues::stale(Deadline fresh_until) const {
  std::vector<LeasedMessage> out;
  for (const auto& [target, queue] : queues_) {
    for (const auto& held : queue.waiting) {
      if (held.lease_ends < fresh_until) out.push_back(held.row);
    }
  }
  return out;
}

void TargetQueues::renewed(const std::unordered_set<std::int64_t>& ours,
                           const std::unordered_set<std::int64_t>& lost, Deadline lease_ends) {
  for (auto& [target, queue] : queues_) {
    std::erase_if(queue.waiting, [&](const HeldMessage& held) { return lost.contains(held.row.id); });
    for (auto& held : queue.waiting) {
      if (ours.contains(held.row.id)) held.lease_ends = lease_ends;
    }
  }
}

}  // namespace bccid
