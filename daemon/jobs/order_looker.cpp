#include "jobs/order_looker.hpp"

#include "base/log.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace bccid {

namespace asio = boost::asio;

OrderLooker::OrderLooker(asio::any_io_executor executor, Db& db, const Clock& clock, CarrierPort& port,
                         OrderLookerConfig config)
    : executor_(std::move(executor)),
      db_(db),
      clock_(clock),
      port_(port),
      config_(config),
      name_("order_looker " + port.name()),
      ended_(executor_) {
  for (std::size_t i = 0; i < std::max<std::size_t>(1, config_.in_flight_max); ++i)
    askers_.push_back(std::make_unique<Asker>(executor_));
}

asio::awaitable<void> OrderLooker::start() {
  if (running_ > 0 || stopping_) co_return;
  for (const auto& asker : askers_) {
    ++running_;
    auto ended = [this](std::exception_ptr error) {
      --running_;
      ended_.ring();
      if (error) std::rethrow_exception(error);
    };
    asio::co_spawn(executor_, loop(*asker), std::move(ended));
  }
}

asio::awaitable<void> OrderLooker::stop() {
  stopping_ = true;
  for (const auto& asker : askers_) {
    asker->wake.ring();
    asker->cut.emit(asio::cancellation_type::terminal);
  }
  while (running_ > 0) co_await ended_.wait(std::chrono::milliseconds(50));
}

void OrderLooker::wake() {
  for (const auto& asker : askers_) asker->wake.ring();
}

asio::awaitable<void> OrderLooker::loop(Asker& asker) {
  while (!stopping_) {
    const auto looked = co_await look(asker);
    if (looked && *looked) continue;
    if (!looked)
      log::warn("order_not_looked_at", {{"carrier", port_.name()}, {"reason", looked.error().detail}});
    if (!stopping_) co_await asker.wake.wait(config_.idle);
  }
}

asio::awaitable<Result<bool>> OrderLooker::look_once() { return look(*askers_.front()); }

asio::awaitable<Result<bool>> OrderLooker::look(Asker& asker) {
  auto claim = [this](sql::Tx& tx) { return claim_look(tx, port_.name(), config_.lease); };
  auto held =
      co_await db_.run(Lane::background, deadline_in(config_.deadline), "order_look_claim", std::move(claim));
  if (!held) co_return held.error();
  if (!*held) co_return false;
  OrderRead read_now;
  read_now.carrier = port_.name();
  read_now.code_source = port_.code_source();
  read_now.look = **held;
  read_now.began = clock_.now();
  read_now.reading = co_await read(asker, read_now.look.number);
  // What was cut off says nothing about the post; the lease runs out by itself.
  if (stopping_) co_return false;
  count(read_now.reading);
  const Time now = clock_.now();
  auto job = [this, &read_now, now](sql::Tx& tx) {
    return apply_order_reading(tx, read_now, config_.pace, now);
  };
  JobSpec spec(Lane::background, deadline_in(config_.deadline), "order_look");
  spec.with_key();  // the rows' own keys: the same reading again changes nothing
  const auto looked = co_await db_.run(std::move(spec), std::move(job));
  if (!looked) co_return looked.error();
  co_return true;
}

// On its own, so that a stop can cut it off: a post that hangs must not hold up the daemon.
asio::awaitable<OrderReading> OrderLooker::read(Asker& asker, std::string number) {
  auto reading = port_.read_order(std::move(number));
  auto until_cut = asio::bind_cancellation_slot(asker.cut.slot(), asio::use_awaitable);
  try {
    co_return co_await asio::co_spawn(executor_, std::move(reading), std::move(until_cut));
  } catch (const boost::system::system_error&) {
    if (!stopping_) throw;
  }
  co_return OrderReading();
}

void OrderLooker::count(const OrderReading& reading) {
  ++counts_.asked;
  switch (reading.answer) {
    case OrderReading::Answer::known: ++counts_.known; break;
    case OrderReading::Answer::absent: ++counts_.absent; break;
    case OrderReading::Answer::error: ++counts_.errors; break;
    case OrderReading::Answer::no_answer: ++counts_.no_answers; break;
  }
  if (reading.answer == OrderReading::Answer::error || reading.answer == OrderReading::Answer::no_answer)
    log::warn("order_not_read", {{"carrier", port_.name()}, {"reason", reading.reason}});
  if (reading.unreadable > 0)
    log::warn("history_rows_unreadable", {{"carrier", port_.name()}, {"rows", reading.unreadable}});
}

}  // namespace bccid
