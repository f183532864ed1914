#include "store/db_worker.hpp"

#include "base/log.hpp"
#include "store/db_pool.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <random>
#include <utility>

namespace bccid {

namespace {

constexpr int kRetriesMax = 3;
constexpr int kRerunsMax = 2;
constexpr std::chrono::milliseconds kReconnectDelayMin{20};

// Two jobs that met once must not meet again at the same step.
std::chrono::milliseconds jittered(int attempt) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  return std::chrono::milliseconds(std::uniform_int_distribution<int>(1, 8 << attempt)(random));
}

constexpr const char* kPlanByIndex =
    "; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off; SET LOCAL jit = off";

bool single(TxMode mode) { return mode == TxMode::one_statement || mode == TxMode::one_read; }

const char* begin_text(TxMode mode) {
  switch (mode) {
    case TxMode::read: return "BEGIN READ ONLY";
    case TxMode::snapshot: return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    case TxMode::serializable: return "BEGIN ISOLATION LEVEL SERIALIZABLE";
    default: return "BEGIN";
  }
}

// Goes into SQL text, so only what cannot end a quotation stays.
std::string harmless(const std::string& request_id) {
  std::string kept;
  for (const char c : request_id.substr(0, 48)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '_' || c == '.';
    kept += plain ? c : '_';
  }
  return kept;
}

sql::SessionOptions session_of(const DbConfig& config, Lane lane) {
  sql::SessionOptions options;
  options.dsn = config.dsn;
  options.application_name = config.application_name;
  options.connect_timeout = config.connect_timeout;
  options.tcp_user_timeout = config.tcp_user_timeout;
  options.statement_timeout =
      lane == Lane::interactive ? config.interactive_statement_timeout : config.background_statement_timeout;
  options.lock_timeout = config.lock_timeout;
  options.idle_in_transaction_timeout = config.idle_in_transaction_timeout;
  return options;
}

}  // namespace

DbWorker::DbWorker(DbPool& pool, Lane lane) : pool_(pool), lane_(lane) {}

void DbWorker::run() {
  connect();
  pool_.note_attempted();
  while (stay_connected()) {
    const auto job = pool_.next(lane_);
    if (!job) break;
    serve(*job);
  }
  disconnect();
  pool_.note_end(lane_);
}

bool DbWorker::connect() {
  try {
    connection_ = std::make_unique<sql::Connection>(session_of(pool_.config(), lane_));
  } catch (const sql::SqlError& error) {
    const auto level = connect_failed_ ? log::Level::debug : log::Level::warn;  // one line an outage
    log::write(level, "db_connect_failed", {{"reason", error.server_text()}});
    connect_failed_ = true;
    return false;
  }
  connect_failed_ = false;
  {
    const std::scoped_lock lock(cut_mutex_);
    socket_ = connection_->socket();
  }
  ++pool_.meters.connects;
  pool_.note_connection(lane_, 1);
  return true;
}

void DbWorker::disconnect() {
  if (!connection_) return;
  {
    const std::scoped_lock lock(cut_mutex_);
    socket_ = -1;
  }
  connection_.reset();
  in_transaction_ = false;
  pool_.note_connection(lane_, -1);
}

// False when the pool closes before a connection is to be had.
bool DbWorker::stay_connected() {
  auto delay = kReconnectDelayMin;
  while (!connection_ && !connect()) {
    if (!pool_.pause(delay)) return false;
    delay = std::min(delay * 2, pool_.config().reconnect_delay_max);
  }
  return true;
}

bool DbWorker::reconnect_before(Deadline deadline) {
  auto delay = kReconnectDelayMin;
  while (!connect()) {
    if (SteadyClock::now() + delay >= deadline || !pool_.pause(delay)) return false;
    delay *= 2;
  }
  return true;
}

void DbWorker::serve(QueuedJob& job) {
  const auto started = SteadyClock::now();
  execute(job);
  --pool_.meters.running;
  allow_until(std::nullopt);
  const auto span = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - started);
  pool_.meters.run_us += static_cast<std::uint64_t>(span.count());
  job.answered.fire();
}

void DbWorker::execute(QueuedJob& job) {
  Attempts attempts;
  for (;;) {
    const Next next = attempt(job, attempts);
    if (next == Next::answered) return;
    if (next == Next::reconnect && !reconnect_before(job.spec.deadline)) {
      fail(job, attempts, Failure(Errc::unavailable, "no database connection", "Try again in a moment."));
      return;
    }
  }
}

DbWorker::Next DbWorker::attempt(QueuedJob& job, Attempts& attempts) {
  allow_until(job.spec.deadline + pool_.config().overrun_max);
  Phase phase = Phase::begin;
  try {
    return run_body(job, phase);
  } catch (const sql::SqlError& error) {
    return after_error(job, attempts, phase, error);
  } catch (const std::exception& error) {
    // A broken promise between a statement and its reader: our own error, whatever the input was.
    log::error("db_job_broken", {{"job", job.spec.name}, {"reason", error.what()}});
    rollback();
    fail(job, attempts, Failure(Errc::internal, std::string("job ") + job.spec.name + " failed"));
    return Next::answered;
  }
}

DbWorker::Next DbWorker::run_body(QueuedJob& job, Phase& phase) {
  const bool one = single(job.spec.mode);
  if (!one) begin(job.spec);
  phase = job.spec.mode == TxMode::one_statement ? Phase::commit : Phase::body;
  sql::Tx tx = one ? sql::Tx(*connection_, 1) : sql::Tx(*connection_);
  const bool keep = job.attempt(tx);
  if (keep && tx.spoiled()) throw std::logic_error("the job went on after a failed statement");
  if (keep && !one) {
    phase = Phase::commit;
    allow_until(SteadyClock::now() + pool_.config().commit_wait_max);
    // statement_timeout does not reach into the commit itself: the server disarms it before.
    in_transaction_ = false;
    connection_->script("commit", "COMMIT");
  }
  rollback();
  ++(keep ? pool_.meters.done : pool_.meters.failed);
  return Next::answered;
}

DbWorker::Next DbWorker::after_error(QueuedJob& job, Attempts& attempts, Phase phase,
                                     const sql::SqlError& error) {
  if (error.trouble() == sql::Trouble::lost || !connection_->usable()) {
    return after_lost(job, attempts, phase, error);
  }
  rollback();
  const bool again = error.trouble() == sql::Trouble::retry && attempts.retries < kRetriesMax &&
                     SteadyClock::now() < job.spec.deadline;
  if (!again) {
    const auto failure = error.failure();
    if (failure.code ==
        Errc::internal)  // nobody's input: our own fault, and the caller was told to ask for it
      log::error("db_job_failed",
                 {{"job", job.spec.name}, {"request", job.spec.request_id}, {"sqlstate", error.sqlstate()}});
    else
      log::debug("db_job_refused", {{"job", job.spec.name}, {"sqlstate", error.sqlstate()}});
    fail(job, attempts, failure);
    return Next::answered;
  }
  ++pool_.meters.retries;
  pool_.pause(jittered(++attempts.retries));
  return connection_ ? Next::again : Next::reconnect;
}

DbWorker::Next DbWorker::after_lost(QueuedJob& job, Attempts& attempts, Phase phase,
                                    const sql::SqlError& error) {
  disconnect();
  const bool cut = take_cut();
  log::warn("db_connection_lost", {{"job", job.spec.name}, {"sqlstate", error.sqlstate()}, {"cut", cut}});
  attempts.in_doubt = attempts.in_doubt || phase == Phase::commit;
  // Before the body nothing has happened; a plan older than the schema only needs a new session.
  const bool harmless_rerun = phase == Phase::begin || error.sqlstate() == "0A000";
  const bool may_rerun = harmless_rerun || (phase == Phase::commit && job.spec.keyed);
  if (may_rerun && !cut && attempts.reruns < kRerunsMax) {
    ++attempts.reruns;
    ++pool_.meters.reruns;
    return Next::reconnect;
  }
  if (cut) {
    fail(job, attempts,
         Failure(Errc::timed_out, std::string(job.spec.name) + ": the database does not answer",
                 "Try again in a moment."));
  } else {
    fail(job, attempts, error.failure());
  }
  return Next::answered;
}

// The request id and the way to plan ride along with BEGIN: no round trip of their own.
void DbWorker::begin(const JobSpec& spec) {
  std::string text = begin_text(spec.mode);
  if (spec.by_index) text += kPlanByIndex;
  if (!spec.request_id.empty()) {
    text += "; SET LOCAL application_name = '" + harmless(pool_.config().application_name) + ' ' +
            harmless(spec.request_id) + '\'';
  }
  connection_->script("begin", text);
  in_transaction_ = true;
}

// What is still open; a COMMIT, refused or not, has left nothing open.
void DbWorker::rollback() {
  if (!std::exchange(in_transaction_, false)) return;
  try {
    connection_->script("rollback", "ROLLBACK");
  } catch (const sql::SqlError&) {
    disconnect();  // the server rolls back what it lost
  }
}

// Once a commit is in doubt, a later "nothing happened" would be a lie.
void DbWorker::fail(QueuedJob& job, const Attempts& attempts, const Failure& failure) {
  ++pool_.meters.failed;
  const bool infrastructure = failure.code == Errc::unavailable || failure.code == Errc::timed_out;
  if (!attempts.in_doubt || !infrastructure) {
    job.fail(failure);
    return;
  }
  ++pool_.meters.unknown;
  job.fail(Failure(Errc::outcome_unknown,
                   std::string("the answer to the commit of ") + job.spec.name + " was lost",
                   "Repeat the request with the same key."));
}

void DbWorker::allow_until(std::optional<SteadyClock::time_point> limit) {
  const std::scoped_lock lock(cut_mutex_);
  cut_at_ = limit;
}

bool DbWorker::take_cut() {
  const std::scoped_lock lock(cut_mutex_);
  return std::exchange(was_cut_, false);
}

void DbWorker::cut_when_overdue(SteadyClock::time_point now, SteadyClock::time_point finish_by) {
  const std::scoped_lock lock(cut_mutex_);
  if (socket_ < 0 || !cut_at_ || now < std::min(*cut_at_, finish_by)) return;
  ::shutdown(socket_, SHUT_RDWR);
  was_cut_ = true;
  cut_at_.reset();
  ++pool_.meters.cut;
}

}  // namespace bccid
