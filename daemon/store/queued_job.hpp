#pragma once

#include "store/one_shot.hpp"
#include "store/pq.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace bccid {

using SteadyClock = std::chrono::steady_clock;
using Deadline = SteadyClock::time_point;

inline Deadline deadline_in(SteadyClock::duration span) { return SteadyClock::now() + span; }

// Bulkheads: people wait in one, loops in the other, so that a reconciliation never starves a scanner.
enum class Lane { interactive, background };

enum class TxMode {
  write,
  read,      // READ ONLY
  snapshot,  // READ ONLY, every statement sees the same moment
  serializable,
  // No BEGIN and no COMMIT: at most one statement, one round trip instead of three. It is committed
  // before the job sees its rows, so a Failure returned afterwards undoes nothing.
  one_statement,
  one_read,  // the same for a SELECT, which leaves no doubt when the connection breaks
};

// What a job is, apart from its body. User-written constructor on purpose (g++ 12, co_await).
class JobSpec {
 public:
  JobSpec(Lane lane_in, Deadline deadline_in, const char* name_in)
      : lane(lane_in), deadline(deadline_in), name(name_in) {}

  // The body carries an idempotency key: running it again after an unknown commit is safe.
  JobSpec& with_key() {
    keyed = true;
    return *this;
  }
  // Statements are planned once a session, and by index: for jobs that touch some dozens of rows by
  // their keys in large tables. A plan that was made while a table was small would read it whole for ever.
  JobSpec& planned_by_index() {
    by_index = true;
    return *this;
  }
  JobSpec& in_mode(TxMode mode_in) {
    mode = mode_in;
    return *this;
  }
  // Shown as the session's application_name while the job runs, to find a request in the server's log.
  JobSpec& for_request(std::string id) {
    request_id = std::move(id);
    return *this;
  }

  Lane lane;
  Deadline deadline;
  const char* name;
  TxMode mode = TxMode::write;
  bool keyed = false;
  bool by_index = false;
  std::string request_id;
};

// One job between its caller and a worker. The worker answers exactly once.
class QueuedJob {
 public:
  explicit QueuedJob(JobSpec spec_in) : spec(std::move(spec_in)) {}
  QueuedJob(const QueuedJob&) = delete;
  QueuedJob& operator=(const QueuedJob&) = delete;
  virtual ~QueuedJob() = default;

  // Runs the body and keeps its answer. False when the answer is a Failure, so roll back.
  virtual bool attempt(sql::Tx& tx) = 0;
  virtual void fail(Failure failure) = 0;

  const JobSpec spec;
  const SteadyClock::time_point queued_at = SteadyClock::now();
  OneShot answered;
};

template <class T>
struct Unwrapped {
  using type = T;
};
template <class T>
struct Unwrapped<Result<T>> {
  using type = T;
};

// The value type of a job, whether it returns T or Result<T>.
template <class F>
using JobValue = typename Unwrapped<std::invoke_result_t<F&, sql::Tx&>>::type;

template <class F>
class JobOf final : public QueuedJob {
 public:
  JobOf(JobSpec spec_in, F body) : QueuedJob(std::move(spec_in)), body_(std::move(body)) {}

  bool attempt(sql::Tx& tx) override {
    using Returned = std::invoke_result_t<F&, sql::Tx&>;
    if constexpr (std::is_void_v<Returned>) {
      body_(tx);
      answer_.emplace();
    } else {
      answer_.emplace(body_(tx));
    }
    return answer_->has_value();
  }
  void fail(Failure failure) override { answer_.emplace(std::move(failure)); }

  // Once, after `answered`.
  Result<JobValue<F>> take() { return std::move(*answer_); }

 private:
  F body_;
  std::optional<Result<JobValue<F>>> answer_;
};

}  // namespace bccid
