#pragma once

#include "store/db_config.hpp"
#include "store/queued_job.hpp"

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace bccid {

class DbWorker;

// Counters that workers and the queue share.
struct DbMeters {
  std::atomic<std::uint64_t> running{0}, done{0}, failed{0}, retries{0}, reruns{0}, connects{0};
  std::atomic<std::uint64_t> overloaded{0}, expired{0}, cut{0}, unknown{0}, wait_us{0}, run_us{0};
};

// The bounded queues between the event loop and the workers, and the watch over both. The inside of Db.
class DbPool {
 public:
  explicit DbPool(DbConfig config);
  ~DbPool();
  DbPool(const DbPool&) = delete;
  DbPool& operator=(const DbPool&) = delete;

  // Starts the threads; once. Does nothing after close.
  void launch();
  // Takes the job or answers it with a refusal.
  void enqueue(std::shared_ptr<QueuedJob> job);
  // Refuses new jobs and lets the workers end when the accepted ones are done.
  void close();
  // Calls that still run then are cut off.
  void finish_by(SteadyClock::time_point end);
  // Waits for the threads; short after `ended`.
  void join();

  bool launched() const;
  bool connected(Lane lane) const;
  DbCounters counters() const;

  OneShot attempted;  // every worker has tried to connect once
  OneShot ended;      // every worker is about to leave its thread

  // For the workers.
  std::shared_ptr<QueuedJob> next(Lane lane);  // waits; null when closing
  bool pause(std::chrono::milliseconds span);  // false when closing
  void note_attempted();
  void note_connection(Lane lane, int change);
  void note_end(Lane lane);
  const DbConfig& config() const { return config_; }
  DbMeters meters;

 private:
  using Jobs = std::vector<std::shared_ptr<QueuedJob>>;
  struct LaneState {
    std::deque<std::shared_ptr<QueuedJob>> waiting;
    std::condition_variable filled;
    int connections = 0;
    int workers = 0;
  };

  LaneState& lane_of(Lane lane) { return lanes_[static_cast<std::size_t>(lane)]; }
  const LaneState& lane_of(Lane lane) const { return lanes_[static_cast<std::size_t>(lane)]; }
  void add_workers(Lane lane, unsigned count);
  bool overdue(const QueuedJob& job, SteadyClock::time_point now) const;
  void refuse(QueuedJob& job, bool lane_connected, SteadyClock::time_point now);
  void watch();
  Jobs take_overdue(LaneState& lane, SteadyClock::time_point now);

  const DbConfig config_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;  // for the watch and for pauses
  std::array<LaneState, 2> lanes_;
  bool launched_ = false;
  bool closing_ = false;
  int unattempted_ = 0;
  SteadyClock::time_point finish_by_ = SteadyClock::time_point::max();
  int living_ = 0;
  std::vector<std::unique_ptr<DbWorker>> workers_;
  std::vector<std::thread> threads_;
};

}  // namespace bccid
