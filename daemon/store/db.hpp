#pragma once

#include "base/service.hpp"
#include "store/db_config.hpp"
#include "store/queued_job.hpp"

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <utility>

namespace bccid {

class DbPool;

// The store as the event loop sees it: jobs go to threads that own one connection each.
//
//   auto job = [id](sql::Tx& tx) -> Result<Order> { ... tx.exec(kOrderById, sql::Params::of(id)) ... };
//   auto order = co_await db.run(JobSpec(Lane::interactive, deadline, "order_read"), std::move(job));
//
// Name the job first, then move it: a capturing lambda inside a co_await expression is destroyed twice
// by g++ 12. A job is one transaction. It may run more than once (deadlock, unknown commit), so it must
// not move out of its captures or act on anything but `tx`. It may capture by reference what lives in the
// awaiting coroutine: the caller is never resumed while its job runs.
class Db final : public Service {
 public:
  explicit Db(DbConfig config);
  ~Db() override;

  const char* name() const override { return "db"; }
  // Opens every connection. Throws when a lane could open none; the others go on trying.
  boost::asio::awaitable<void> start() override;
  // Refuses new jobs, finishes the accepted ones, closes the connections.
  boost::asio::awaitable<void> stop() override;

  // Runs the job and commits when it returns a value; a job that returns a Failure or throws is rolled
  // back. The caller resumes on its own executor.
  // Errors: what the job returns; duplicate, conflict, illegal_move, unbalanced (refused by a constraint
  // or trigger); overloaded (queue full, or waited too long); timed_out (nothing happened); unavailable
  // (no connection, nothing happened); outcome_unknown (the answer to COMMIT was lost); internal.
  template <class F>
  boost::asio::awaitable<Result<JobValue<F>>> run(JobSpec spec, F job) {
    auto queued = std::make_shared<JobOf<F>>(std::move(spec), std::move(job));
    std::shared_ptr<QueuedJob> erased = queued;
    co_await submit(std::move(erased));
    co_return queued->take();
  }
  template <class F>
  boost::asio::awaitable<Result<JobValue<F>>> run(Lane lane, Deadline deadline, const char* name, F job) {
    return run(JobSpec(lane, deadline, name), std::move(job));
  }

  // Statements that still run then are cut off, and rolled back: a long one must not hold up a stop.
  void finish_by(Deadline end);

  // A round trip to the server, for the readiness probe. Errors: as run.
  boost::asio::awaitable<Status> ping(Deadline deadline);

  // True while the interactive lane holds a connection. Knows of a dead server only after using it.
  bool healthy() const;
  DbCounters counters() const;

 private:
  boost::asio::awaitable<void> submit(std::shared_ptr<QueuedJob> job);

  std::unique_ptr<DbPool> pool_;
};

}  // namespace bccid
