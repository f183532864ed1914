#pragma once

#include "jobs/breaker_board.hpp"
#include "jobs/outbox_sender.hpp"
#include "jobs/target_queues.hpp"
#include "jobs/wake.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <memory>
#include <random>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace bccid {

// After the last row the queue is polled ever more rarely: a commit beside the one that woke us may have
// brought rows without a wake of its own.
inline constexpr SteadyClock::duration kPollFirst = std::chrono::milliseconds(4);

// The sender's loops and what they share. Only outbox_sender.cpp includes this.
class OutboxSender::Impl : public std::enable_shared_from_this<OutboxSender::Impl> {
 public:
  Impl(boost::asio::any_io_executor executor, Db& db, const Clock& clock, OutboxSenderConfig config,
       std::vector<TargetFamily> families, ExchangeBook* book, std::string instance)
      : executor_(std::move(executor)),
        db_(db),
        clock_(clock),
        config_(config),
        queues_(std::move(families), config.breaker),
        claim_wake_(executor_),
        settle_wake_(executor_),
        beat_wake_(executor_),
        idle_wake_(executor_),
        pace_timer_(executor_),
        book_(book),
        breakers_(std::move(instance)),
        random_(std::random_device{}()) {}

  void begin() {
    if (stopping_ || loops_ > 0) return;
    run_loop(&Impl::claim_loop);
    run_loop(&Impl::settle_loop);
    run_loop(&Impl::beat_loop);
  }
  boost::asio::awaitable<void> end();
  void wake() {
    woken_ = true;
    claim_wake_.ring();
  }
  boost::asio::awaitable<Result<SenderCounts>> round();
  SenderFigures figures() const;

 private:
  // What the database says about the targets.
  struct Outlook {
    std::vector<DueTarget> due;
    std::unordered_set<std::string> paused;
  };
  // A try on its way, cut at the end of a stop's patience.
  struct Try {
    HeldMessage held;
    TargetQueue* queue;
    SteadyClock::time_point began;
    std::shared_ptr<boost::asio::cancellation_signal> cut =
        std::make_shared<boost::asio::cancellation_signal>();
  };

  void run_loop(boost::asio::awaitable<void> (Impl::*loop)());
  boost::asio::awaitable<void> claim_loop();
  boost::asio::awaitable<void> settle_loop();
  boost::asio::awaitable<void> beat_loop();
  boost::asio::awaitable<Result<Outlook>> look_around();
  void keep_pace();
  boost::asio::awaitable<Result<std::size_t>> claim(bool look);
  std::vector<ClaimShare> plan(bool look, const std::vector<DueTarget>& due);
  void pump();
  void begin_try(TargetQueue& queue);
  boost::asio::awaitable<Delivery> attempt(std::shared_ptr<Impl> self, std::list<Try>::iterator one);
  void finish(std::list<Try>::iterator one, const Delivery& delivery);
  void give_back(std::vector<HeldMessage> rows, Duration wait);
  void add_result(AttemptResult result);
  boost::asio::awaitable<bool> settle_some();
  std::vector<LeasedMessage> to_renew() const;
  boost::asio::awaitable<Status> renew();
  // Also while a claim is on its way: what it brings after a stop was asked for must be given back.
  bool busy() const { return claiming_ || !tries_.empty() || !results_.empty() || settling_ > 0; }
  std::size_t held() const;

  boost::asio::any_io_executor executor_;
  Db& db_;
  const Clock& clock_;
  OutboxSenderConfig config_;
  TargetQueues queues_;
  std::list<Try> tries_;
  std::vector<AttemptResult> results_;
  std::size_t settling_ = 0;
  std::size_t loops_ = 0;
  bool claiming_ = false;
  bool stopping_ = false;
  bool woken_ = false;
  SteadyClock::time_point looked_at_{};
  SteadyClock::duration look_gap_ = kPollFirst;
  SenderCounts totals_;
  Wake claim_wake_, settle_wake_, beat_wake_, idle_wake_;
  boost::asio::steady_timer pace_timer_;
  ExchangeBook* book_;
  BreakerBoard breakers_;
  std::mt19937_64 random_;
};

}  // namespace bccid
