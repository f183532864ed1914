#pragma once

#include "store/queued_job.hpp"

#include <memory>
#include <mutex>
#include <optional>

namespace bccid {

class DbPool;

// One thread with one connection. The inside of Db.
class DbWorker {
 public:
  DbWorker(DbPool& pool, Lane lane);

  // The thread: connects, takes jobs until the pool closes.
  void run();
  // From the watch: breaks the connection under a job that runs beyond its time, which is the only way to
  // end a wait for a server that does not answer.
  void cut_when_overdue(SteadyClock::time_point now, SteadyClock::time_point finish_by);

 private:
  // How far a transaction had come when something failed.
  enum class Phase { begin, body, commit };
  enum class Next { answered, again, reconnect };
  struct Attempts {
    int retries = 0;        // after deadlocks and serialization failures
    int reruns = 0;         // after lost connections
    bool in_doubt = false;  // an earlier run may have been committed
  };

  bool connect();
  void disconnect();
  bool stay_connected();
  bool reconnect_before(Deadline deadline);
  void serve(QueuedJob& job);
  void execute(QueuedJob& job);
  Next attempt(QueuedJob& job, Attempts& attempts);
  Next run_body(QueuedJob& job, Phase& phase);
  Next after_error(QueuedJob& job, Attempts& attempts, Phase phase, const sql::SqlError& error);
  Next after_lost(QueuedJob& job, Attempts& attempts, Phase phase, const sql::SqlError& error);
  void begin(const JobSpec& spec);
  void rollback();
  void fail(QueuedJob& job, const Attempts& attempts, const Failure& failure);
  void allow_until(std::optional<SteadyClock::time_point> limit);
  bool take_cut();

  DbPool& pool_;
  const Lane lane_;
  std::unique_ptr<sql::Connection> connection_;
  bool in_transaction_ = false;
  bool connect_failed_ = false;

  std::mutex cut_mutex_;
  int socket_ = -1;
  std::optional<SteadyClock::time_point> cut_at_;
  bool was_cut_ = false;
};

}  // namespace bccid
