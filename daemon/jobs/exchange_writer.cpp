#include "jobs/exchange_writer.hpp"

#include "base/log.hpp"

#include <boost/asio/co_spawn.hpp>

#include <utility>

namespace bccid {

namespace asio = boost::asio;

ExchangeWriter::ExchangeWriter(asio::any_io_executor executor, Db& db, ExchangeBook& book,
                               ExchangeWriterConfig config)
    : executor_(std::move(executor)),
      db_(db),
      book_(book),
      config_(config),
      wake_(executor_),
      ended_(executor_) {}

asio::awaitable<void> ExchangeWriter::start() {
  if (running_ || stopping_) co_return;
  running_ = true;
  auto ended = [this](std::exception_ptr error) {
    running_ = false;
    ended_.ring();
    if (error) std::rethrow_exception(error);
  };
  asio::co_spawn(executor_, loop(), std::move(ended));
}

asio::awaitable<void> ExchangeWriter::stop() {
  stopping_ = true;
  wake_.ring();
  while (running_) co_await ended_.wait(std::chrono::milliseconds(50));
  if (const auto written = co_await flush(); !written)
    log::error("exchanges_lost", {{"rows", book_.waiting()}, {"reason", written.error().detail}});
}

asio::awaitable<void> ExchangeWriter::loop() {
  while (!stopping_) {
    co_await wake_.wait(config_.every);
    if (stopping_) break;
    if (const auto written = co_await flush(); !written)
      log::warn("exchanges_not_written", {{"rows", book_.waiting()}, {"reason", written.error().detail}});
  }
}

asio::awaitable<Status> ExchangeWriter::flush() {
  for (auto rows = book_.take(config_.rows_max); !rows.empty(); rows = book_.take(config_.rows_max)) {
    auto job = [&rows](sql::Tx& tx) { store_exchanges(tx, rows); };
    const auto stored =
        co_await db_.run(Lane::background, deadline_in(config_.deadline), "exchanges_store", std::move(job));
    if (stored) continue;
    book_.put_back(std::move(rows));
    co_return stored.error();
  }
  co_return Status{};
}

}  // namespace bccid
