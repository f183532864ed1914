#include "store/db.hpp"

#include "store/db_pool.hpp"

#include <stdexcept>

namespace bccid {

namespace asio = boost::asio;

namespace {

const sql::Query kPing{"db_ping", "SELECT 1"};

}  // namespace

Db::Db(DbConfig config) : pool_(std::make_unique<DbPool>(std::move(config))) {}

Db::~Db() = default;

asio::awaitable<void> Db::start() {
  pool_->launch();
  if (!pool_->launched()) throw std::runtime_error("the database pool was stopped before it started");
  co_await pool_->attempted.wait();
  const auto missing = [this](Lane lane, unsigned workers) { return workers > 0 && !pool_->connected(lane); };
  if (missing(Lane::interactive, pool_->config().interactive_workers) ||
      missing(Lane::background, pool_->config().background_workers)) {
    throw std::runtime_error(
        "cannot connect to the database\nHINT: Check that PostgreSQL runs and that the DSN names it.");
  }
}

asio::awaitable<void> Db::stop() {
  pool_->close();
  if (!pool_->launched()) co_return;
  co_await pool_->ended.wait();
  pool_->join();
}

asio::awaitable<void> Db::submit(std::shared_ptr<QueuedJob> job) {
  pool_->enqueue(job);
  co_await job->answered.wait();
}

asio::awaitable<Status> Db::ping(Deadline deadline) {
  JobSpec spec(Lane::interactive, deadline, "db_ping");
  spec.in_mode(TxMode::one_read);
  auto job = [](sql::Tx& tx) { tx.exec(kPing); };
  return run(std::move(spec), std::move(job));
}

void Db::finish_by(Deadline end) { pool_->finish_by(end); }

bool Db::healthy() const { return pool_->connected(Lane::interactive); }

DbCounters Db::counters() const { return pool_->counters(); }

}  // namespace bccid
