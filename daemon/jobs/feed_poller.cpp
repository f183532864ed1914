#include "jobs/feed_poller.hpp"

#include "base/log.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace bccid {

namespace asio = boost::asio;

FeedPoller::FeedPoller(asio::any_io_executor executor, Db& db, const Clock& clock, CarrierPort& port,
                       FeedPollerConfig config, ExchangeBook* book)
    : executor_(std::move(executor)),
      db_(db),
      clock_(clock),
      port_(port),
      config_(config),
      book_(book),
      name_("feed_poller " + port.name()),
      wake_(executor_),
      ended_(executor_) {}

asio::awaitable<void> FeedPoller::start() {
  if (running_ || stopping_) co_return;
  running_ = true;
  auto ended = [this](std::exception_ptr error) {
    running_ = false;
    ended_.ring();
    if (error) std::rethrow_exception(error);
  };
  asio::co_spawn(executor_, loop(), std::move(ended));
}

asio::awaitable<void> FeedPoller::stop() {
  stopping_ = true;
  wake_.ring();
  cut_.emit(asio::cancellation_type::terminal);
  while (running_) co_await ended_.wait(std::chrono::milliseconds(50));
}

void FeedPoller::wake() { wake_.ring(); }

asio::awaitable<void> FeedPoller::loop() {
  std::chrono::milliseconds pause{0};
  while (!stopping_) {
    const auto began = SteadyClock::now();
    const auto round = co_await run_once();
    if (round) {
      const bool more = !round->at_end && round->pages >= config_.pages_max;
      pause = more ? std::chrono::milliseconds(0) : config_.every;
      if (round->applied.fresh > 0 || round->unreadable > 0)
        log::info("feed_read", {{"carrier", port_.name()},
                                {"pages", round->pages},
                                {"fresh", round->applied.fresh},
                                {"events", round->applied.events},
                                {"unreadable", round->unreadable}});
    } else {
      pause = std::clamp(pause * 2, std::min(config_.every, config_.retry_max), config_.retry_max);
      log::warn("feed_failed", {{"carrier", port_.name()}, {"reason", round.error().detail}});
    }
    if (stopping_) break;
    co_await wake_.wait(pause);
    // However often somebody asks, the post is not hammered.
    while (!stopping_ && SteadyClock::now() - began < config_.wake_gap)
      co_await wake_.wait(config_.wake_gap - (SteadyClock::now() - began));
  }
}

asio::awaitable<Result<FeedRound>> FeedPoller::run_once() {
  FeedRound round;
  auto find = [this](sql::Tx& tx) { return feed_cursor(tx, port_.name()); };
  auto cursor =
      co_await db_.run(Lane::background, deadline_in(config_.deadline), "feed_cursor", std::move(find));
  if (!cursor) co_return cursor.error();
  FeedRead read;
  read.carrier = port_.name();
  read.code_source = port_.code_source();
  read.from = std::move(*cursor);
  while (!round.at_end && round.pages < config_.pages_max && !stopping_) {
    read.began = clock_.now();
    auto page = co_await read_page(read.from);
    if (book_ != nullptr) book_->judge_feed("carrier:" + port_.name(), page ? page->rows.size() : 0);
    if (!page) co_return page.error();
    read.page = std::move(*page);
    const auto applied = co_await apply(read);
    if (!applied) co_return applied.error();
    ++round.pages;
    round.at_end = read.page.at_end;
    round.unreadable += read.page.unreadable;
    round.applied.rows += applied->rows;
    round.applied.fresh += applied->fresh;
    round.applied.events += applied->events;
    round.applied.held += applied->held;
    round.applied.adopted += applied->adopted;
    // A post that keeps saying "there is more" without moving on would keep us here.
    if (read.page.next_cursor == read.from) break;
    read.from = read.page.next_cursor;
  }
  co_return round;
}

// On its own, so that a stop can cut it off: a post that hangs must not hold up the daemon.
asio::awaitable<Result<FeedPage>> FeedPoller::read_page(std::string from) {
  auto reading = port_.read_feed(std::move(from));
  auto until_cut = asio::bind_cancellation_slot(cut_.slot(), asio::use_awaitable);
  try {
    co_return co_await asio::co_spawn(executor_, std::move(reading), std::move(until_cut));
  } catch (const boost::system::system_error& error) {
    if (!stopping_) throw;
  }
  co_return Failure(Errc::unavailable, "the daemon is stopping");
}

asio::awaitable<Result<FeedApplied>> FeedPoller::apply(const FeedRead& read) {
  const Time now = clock_.now();
  auto job = [&read, now](sql::Tx& tx) { return apply_feed_page(tx, read, now); };
  JobSpec spec(Lane::background, deadline_in(config_.deadline), "feed_page");
  spec.with_key();  // the rows' own keys: the same page again changes nothing
  return db_.run(std::move(spec), std::move(job));
}

}  // namespace bccid
