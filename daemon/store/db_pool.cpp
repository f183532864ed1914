#include "store/db_pool.hpp"

#include "store/db_worker.hpp"

#include <algorithm>

namespace bccid {

namespace {

// How late the watch may notice; it sleeps when nothing waits or runs.
constexpr std::chrono::milliseconds kWatchPeriod{20};

std::uint64_t micros(SteadyClock::duration span) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(span).count());
}

void answer(QueuedJob& job, Failure failure) {
  job.fail(std::move(failure));
  job.answered.fire();
}

Failure no_connection(const QueuedJob& job) {
  return {Errc::unavailable, std::string("no database connection for ") + job.spec.name,
          "Try again in a moment."};
}

}  // namespace

DbPool::DbPool(DbConfig config) : config_(std::move(config)) {}

DbPool::~DbPool() {
  close();
  join();
}

void DbPool::launch() {
  const std::scoped_lock lock(mutex_);
  if (launched_ || closing_) return;
  launched_ = true;
  add_workers(Lane::interactive, config_.interactive_workers);
  add_workers(Lane::background, config_.background_workers);
  unattempted_ = living_ = static_cast<int>(workers_.size());
  for (auto& worker : workers_) threads_.emplace_back([pinned = worker.get()] { pinned->run(); });
  threads_.emplace_back([this] { watch(); });
}

void DbPool::add_workers(Lane lane, unsigned count) {
  for (unsigned made = 0; made < count; ++made) workers_.push_back(std::make_unique<DbWorker>(*this, lane));
  lane_of(lane).workers = static_cast<int>(count);
}

void DbPool::enqueue(std::shared_ptr<QueuedJob> job) {
  {
    const std::scoped_lock lock(mutex_);
    LaneState& lane = lane_of(job->spec.lane);
    if (launched_ && !closing_ && lane.waiting.size() < config_.queue_max) {
      lane.waiting.push_back(std::move(job));
      lane.filled.notify_one();
      if (lane.waiting.size() == 1) changed_.notify_all();
      return;
    }
    if (launched_ && !closing_) {
      ++meters.overloaded;
      job->fail({Errc::overloaded, std::string("too many jobs wait for the database, at ") + job->spec.name,
                 "Try again in a moment."});
    } else {
      job->fail(no_connection(*job));
    }
  }
  job->answered.fire();
}

void DbPool::close() {
  const std::scoped_lock lock(mutex_);
  closing_ = true;
  for (auto& lane : lanes_) lane.filled.notify_all();
  changed_.notify_all();
}

void DbPool::join() {
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool DbPool::launched() const {
  const std::scoped_lock lock(mutex_);
  return launched_;
}

bool DbPool::connected(Lane lane) const {
  const std::scoped_lock lock(mutex_);
  return lane_of(lane).connections > 0;
}

DbCounters DbPool::counters() const {
  DbCounters now;
  {
    const std::scoped_lock lock(mutex_);
    now.interactive_waiting = lane_of(Lane::interactive).waiting.size();
    now.background_waiting = lane_of(Lane::background).waiting.size();
    for (const auto& lane : lanes_) now.connections += static_cast<std::uint64_t>(lane.connections);
  }
  now.running = meters.running;
  now.jobs_done = meters.done;
  now.jobs_failed = meters.failed;
  now.retries = meters.retries;
  now.reruns = meters.reruns;
  now.connects = meters.connects;
  now.overloaded = meters.overloaded;
  now.expired = meters.expired;
  now.connections_cut = meters.cut;
  now.outcomes_unknown = meters.unknown;
  now.wait_us = meters.wait_us;
  now.run_us = meters.run_us;
  return now;
}

std::shared_ptr<QueuedJob> DbPool::next(Lane which) {
  std::unique_lock lock(mutex_);
  LaneState& lane = lane_of(which);
  for (;;) {
    lane.filled.wait(lock, [&] { return closing_ || !lane.waiting.empty(); });
    if (lane.waiting.empty()) return nullptr;
    auto job = std::move(lane.waiting.front());
    lane.waiting.pop_front();
    const auto now = SteadyClock::now();
    if (!overdue(*job, now)) {
      ++meters.running;  // under the lock, or the watch could fall asleep beside a job just taken
      meters.wait_us += micros(now - job->queued_at);
      return job;
    }
    lock.unlock();
    refuse(*job, true, now);
    lock.lock();
  }
}

bool DbPool::pause(std::chrono::milliseconds span) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, span, [&] { return closing_; });
}

void DbPool::note_attempted() {
  bool all = false;
  {
    const std::scoped_lock lock(mutex_);
    all = --unattempted_ == 0;
  }
  if (all) attempted.fire();
}

void DbPool::note_connection(Lane lane, int change) {
  const std::scoped_lock lock(mutex_);
  lane_of(lane).connections += change;
}

void DbPool::note_end(Lane which) {
  Jobs orphans;
  bool all = false;
  {
    const std::scoped_lock lock(mutex_);
    LaneState& lane = lane_of(which);
    if (--lane.workers == 0) {
      orphans.assign(lane.waiting.begin(), lane.waiting.end());
      lane.waiting.clear();
    }
    all = --living_ == 0;
    if (all) changed_.notify_all();
  }
  for (const auto& job : orphans) answer(*job, no_connection(*job));
  if (all) ended.fire();
}

bool DbPool::overdue(const QueuedJob& job, SteadyClock::time_point now) const {
  if (now >= job.spec.deadline) return true;
  // A caller at the counter is better told soon to come back; a job has its own deadline, and to give it up
  // before only means doing it again.
  return job.spec.lane == Lane::interactive && now >= job.queued_at + config_.queue_wait_max;
}

void DbPool::refuse(QueuedJob& job, bool lane_connected, SteadyClock::time_point now) {
  const std::string what = std::string(job.spec.name) + " waited too long for a database connection";
  if (!lane_connected) {
    answer(job, no_connection(job));
  } else if (now >= job.spec.deadline) {
    ++meters.expired;
    answer(job, Failure(Errc::timed_out, what, "Try again in a moment."));
  } else {
    ++meters.overloaded;
    answer(job, Failure(Errc::overloaded, what, "Try again in a moment."));
  }
}

DbPool::Jobs DbPool::take_overdue(LaneState& lane, SteadyClock::time_point now) {
  Jobs taken;
  std::erase_if(lane.waiting, [&](const std::shared_ptr<QueuedJob>& job) {
    if (!overdue(*job, now)) return false;
    taken.push_back(job);
    return true;
  });
  return taken;
}

void DbPool::finish_by(SteadyClock::time_point end) {
  const std::scoped_lock lock(mutex_);
  finish_by_ = end;
}

// Ends the waits that are over, also when every worker hangs in a server that does not answer, and cuts
// the connections of those workers.
void DbPool::watch() {
  std::unique_lock lock(mutex_);
  while (living_ > 0) {
    const bool busy = meters.running > 0 || std::ranges::any_of(lanes_, [](const LaneState& lane) {
                        return !lane.waiting.empty();
                      });
    if (busy) {
      changed_.wait_for(lock, kWatchPeriod);
    } else {
      changed_.wait(lock);
    }
    const auto now = SteadyClock::now();
    for (auto& lane : lanes_) {
      const bool lane_connected = lane.connections > 0;
      const Jobs late = take_overdue(lane, now);
      lock.unlock();
      for (const auto& job : late) refuse(*job, lane_connected, now);
      lock.lock();
    }
    for (auto& worker : workers_) worker->cut_when_overdue(now, finish_by_);
  }
}

}  // namespace bccid
