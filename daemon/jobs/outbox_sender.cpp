#include "jobs/outbox_sender_impl.hpp"

#include "base/log.hpp"
#include "flow/pauses.hpp"
#include "jobs/judge.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <random>
#include <unordered_set>
#include <utility>

namespace bccid {

namespace asio = boost::asio;
using namespace std::chrono_literals;
namespace {

// While work comes in, new targets are looked for this often; the known ones are claimed in between.
constexpr SteadyClock::duration kLookEvery = 50ms;
constexpr auto kNeverMind = 1h;
constexpr auto kSettleRetry = 250ms;

int to_ms(SteadyClock::duration took) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
}

}  // namespace

void OutboxSender::Impl::run_loop(asio::awaitable<void> (Impl::*loop)()) {
  ++loops_;
  auto ended = [self = shared_from_this()](std::exception_ptr error) {
    --self->loops_;
    self->idle_wake_.ring();
    if (error) std::rethrow_exception(error);
  };
  asio::co_spawn(executor_, (this->*loop)(), std::move(ended));
}

std::size_t OutboxSender::Impl::held() const {
  return queues_.waiting() + tries_.size() + results_.size() + settling_;
}

asio::awaitable<void> OutboxSender::Impl::claim_loop() {
  co_await breakers_.forget(db_, config_.deadline);
  SteadyClock::duration pause = kPollFirst;
  while (!stopping_) {
    const bool hot = !plan(false, {}).empty();
    const auto gap = hot && !woken_ ? std::max(look_gap_, kLookEvery) : look_gap_;
    const bool look = SteadyClock::now() - looked_at_ >= gap;
    if (look) woken_ = false;
    claiming_ = true;
    const auto claimed = co_await claim(look);
    claiming_ = false;
    if (!claimed) log::warn("outbox_claim_failed", {{"reason", claimed.error().detail}});
    const bool some = claimed && *claimed > 0;
    if (some || woken_) pause = kPollFirst;
    // More at once while there is room; otherwise a settled batch rings.
    if (some && held() + config_.claim_rows_max / 4 < config_.held_max) continue;
    co_await claim_wake_.wait(pause);
    pause = woken_ ? kPollFirst : std::min<SteadyClock::duration>(pause * 2, config_.poll);
  }
}

std::vector<ClaimShare> OutboxSender::Impl::plan(bool look, const std::vector<DueTarget>& due) {
  const auto now = SteadyClock::now();
  const std::size_t in_hands = held();
  if (in_hands >= config_.held_max) return {};
  const std::size_t rows_max = std::min(config_.claim_rows_max, config_.held_max - in_hands);
  return look ? queues_.shares(due, rows_max, now) : queues_.hot_shares(rows_max, now);
}

// A look is the dearer the more dead rows the table holds, so it takes at most a third of the time.
asio::awaitable<Result<OutboxSender::Impl::Outlook>> OutboxSender::Impl::look_around() {
  looked_at_ = SteadyClock::now();
  auto ask = [](sql::Tx& tx) { return Outlook{due_targets(tx), paused_targets(tx)}; };
  auto found =
      co_await db_.run(Lane::background, deadline_in(config_.deadline), "outbox_look", std::move(ask));
  const auto took = SteadyClock::now() - looked_at_;
  look_gap_ = std::max(kPollFirst, std::min<SteadyClock::duration>(2 * took, config_.poll));
  co_return found;
}

asio::awaitable<Result<std::size_t>> OutboxSender::Impl::claim(bool look) {
  std::vector<DueTarget> due;
  if (look) {
    auto found = co_await look_around();
    if (!found) co_return found.error();
    due = std::move(found->due);
    give_back(queues_.stop_only(found->paused), Duration(0));
  }
  const auto shares = plan(look, due);
  if (shares.empty() || stopping_) co_return std::size_t(0);
  const auto lease_ends = SteadyClock::now() + config_.lease;
  auto take = [&shares, lease = Duration(config_.lease)](sql::Tx& tx) {
    return claim_due(tx, shares, lease);
  };
  auto rows =
      co_await db_.run(Lane::background, deadline_in(config_.deadline), "outbox_claim", std::move(take));
  if (!rows) co_return rows.error();
  const std::size_t count = rows->size();
  totals_.claimed += count;
  queues_.take(std::move(*rows), shares, lease_ends);
  if (stopping_) give_back(queues_.take_all_waiting(), Duration(0));
  pump();
  co_return count;
}

void OutboxSender::Impl::pump() {
  if (stopping_) return;
  queues_.for_each_ready(SteadyClock::now(), [this](TargetQueue& queue) {
    if (tries_.size() >= config_.in_flight_max) return false;
    begin_try(queue);
    return true;
  });
  keep_pace();
}

// A target that keeps its pace is tried again when its turn comes, though nothing ends or arrives then.
void OutboxSender::Impl::keep_pace() {
  const auto next = queues_.next_paced(SteadyClock::now());
  if (!next || tries_.size() >= config_.in_flight_max) return;
  pace_timer_.expires_at(*next);
  pace_timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->pump();
  });
}

void OutboxSender::Impl::begin_try(TargetQueue& queue) {
  const auto now = SteadyClock::now();
  auto one = tries_.emplace(tries_.end());
  one->held = std::move(queue.waiting.front());
  queue.waiting.pop_front();
  one->queue = &queue;
  one->began = now;
  queue.begin(now);
  // The signal must outlive the coroutine's last step, so it goes one turn of the loop later.
  auto ended = [self = shared_from_this(), one, cut = one->cut](std::exception_ptr,
                                                                const Delivery& delivery) {
    self->finish(one, delivery);
    asio::post(self->executor_, [cut] {});
  };
  auto bound = asio::bind_cancellation_slot(one->cut->slot(), std::move(ended));
  asio::co_spawn(executor_, attempt(shared_from_this(), one), std::move(bound));
}

asio::awaitable<Delivery> OutboxSender::Impl::attempt(std::shared_ptr<Impl>, std::list<Try>::iterator one) {
  std::string reason;
  try {
    if (SteadyClock::now() >= one->held.lease_ends)
      co_return Delivery::of(Delivery::Kind::later, "the lease ended before its turn");
    co_return co_await one->queue->family->deliverer->deliver(one->held.row, one->held.lease_ends);
  } catch (const std::exception& error) {
    reason = error.what();
  }
  co_return Delivery::of(Delivery::Kind::failed, std::move(reason));
}

void OutboxSender::Impl::finish(std::list<Try>::iterator one, const Delivery& delivery) {
  auto& queue = *one->queue;
  const auto now = SteadyClock::now();
  const double random = std::uniform_real_distribution<double>(0.0, 1.0)(random_);
  auto result = judge(std::move(one->held.row), delivery, queue.family->policy, clock_.now(), random);
  result.took_ms = to_ms(now - one->began);
  if (book_ != nullptr) {
    result.calls = book_->take_of(result.held.id);
    result.reason = book_->words(result.reason);
  }
  const bool was_tripped = queue.breaker.tripped();
  tries_.erase(one);
  --queue.in_flight;
  // What waits behind a target that does not answer is better off in the table than in our hands.
  // How long this row waits is its own affair: an old one waits for hours, its counterpart asked for a
  // second.
  const auto asked = net::asked_pause(queue.family->policy, delivery.retry_after, clock_.now());
  if (const auto pause = queue.learn(delivery, asked, config_.held_per_target_max, now))
    give_back(TargetQueues::take_waiting(queue), *pause);
  breakers_.note(queue, was_tripped, result);
  add_result(std::move(result));
  pump();
  if (tries_.empty()) idle_wake_.ring();
}

void OutboxSender::Impl::give_back(std::vector<HeldMessage> rows, Duration wait) {
  for (auto& held : rows) {
    AttemptResult result;
    result.held = std::move(held.row);
    result.verdict = AttemptResult::Verdict::given_back;
    result.wait = wait;
    add_result(std::move(result));
  }
}

void OutboxSender::Impl::add_result(AttemptResult result) {
  results_.push_back(std::move(result));
  if (results_.size() == 1 || results_.size() >= config_.claim_rows_max) settle_wake_.ring();
}

// True when something was settled or is left to settle later.
asio::awaitable<bool> OutboxSender::Impl::settle_some() {
  if (results_.empty()) co_return true;
  const std::size_t count = std::min(results_.size(), config_.settle_rows_max);
  const auto split = results_.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<AttemptResult> batch(std::make_move_iterator(results_.begin()), std::make_move_iterator(split));
  results_.erase(results_.begin(), split);
  settling_ += batch.size();
  JobSpec spec(Lane::background, deadline_in(config_.deadline), "outbox_settle");
  spec.with_key();  // the fence is the key: a second run finds nothing left to mark
  const auto news = breakers_.take();
  auto job = [&batch, &news](sql::Tx& tx) {
    tell_breakers(tx, news);
    return settle(tx, batch);
  };
  auto ours = co_await db_.run(std::move(spec), std::move(job));
  settling_ -= batch.size();
  if (!ours) {
    log::warn("outbox_settle_failed", {{"rows", batch.size()}, {"reason", ours.error().detail}});
    results_.insert(results_.begin(), std::make_move_iterator(batch.begin()),
                    std::make_move_iterator(batch.end()));
    breakers_.put_back(news);
    co_return false;
  }
  for (auto& lost : totals_.add(batch, *ours))
    if (book_ != nullptr) book_->keep_lost(std::move(lost.calls), lost.held.message.subject);
  claim_wake_.ring();
  co_return true;
}

asio::awaitable<void> OutboxSender::Impl::settle_loop() {
  while (!stopping_ || busy()) {
    if (results_.empty()) {
      co_await settle_wake_.wait(stopping_ ? SteadyClock::duration(20ms) : kNeverMind);
      if (results_.empty()) continue;
    }
    // Company is worth a short wait only while it is on its way.
    const auto latest = SteadyClock::now() + config_.settle_linger;
    while (results_.size() < config_.claim_rows_max && !tries_.empty() && !stopping_ &&
           SteadyClock::now() < latest)
      co_await settle_wake_.wait(latest - SteadyClock::now());
    if (co_await settle_some()) continue;
    if (stopping_) break;  // the leases end by themselves
    asio::steady_timer rest(executor_, kSettleRetry);
    co_await rest.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

// Every row in our hands whose lease is not fresh.
std::vector<LeasedMessage> OutboxSender::Impl::to_renew() const {
  const auto fresh_until = SteadyClock::now() + config_.lease - config_.heartbeat / 2;
  auto due = queues_.stale(fresh_until);
  for (const auto& one : tries_) {
    if (one.held.lease_ends < fresh_until) due.push_back(one.held.row);
  }
  return due;
}

asio::awaitable<Status> OutboxSender::Impl::renew() {
  const auto due = to_renew();
  if (due.empty()) co_return Status();
  const auto lease_ends = SteadyClock::now() + config_.lease;
  auto job = [&due, lease = Duration(config_.lease)](sql::Tx& tx) { return renew_leases(tx, due, lease); };
  auto ours =
      co_await db_.run(Lane::background, deadline_in(config_.deadline), "outbox_renew", std::move(job));
  if (!ours) co_return ours.error();
  const std::unordered_set<std::int64_t> mine(ours->begin(), ours->end());
  std::unordered_set<std::int64_t> lost;
  for (const auto& row : due) {
    if (!mine.contains(row.id)) lost.insert(row.id);
  }
  for (auto& one : tries_) {
    if (mine.contains(one.held.row.id)) one.held.lease_ends = lease_ends;
  }
  queues_.renewed(mine, lost, lease_ends);
  co_return Status();
}

asio::awaitable<void> OutboxSender::Impl::beat_loop() {
  while (!stopping_) {
    co_await beat_wake_.wait(config_.heartbeat);
    if (stopping_) break;
    if (const auto renewed = co_await renew(); !renewed)
      log::warn("outbox_renew_failed", {{"reason", renewed.error().detail}});
  }
}

asio::awaitable<void> OutboxSender::Impl::end() {
  stopping_ = true;
  pace_timer_.cancel();
  give_back(queues_.take_all_waiting(), Duration(0));
  claim_wake_.ring();
  settle_wake_.ring();
  beat_wake_.ring();
  const auto patience = SteadyClock::now() + config_.drain;
  while (!tries_.empty() && SteadyClock::now() < patience)
    co_await idle_wake_.wait(patience - SteadyClock::now());
  for (auto& one : tries_) one.cut->emit(asio::cancellation_type::terminal);
  while (!tries_.empty() || loops_ > 0) {
    settle_wake_.ring();
    co_await idle_wake_.wait(50ms);
  }
}

asio::awaitable<Result<SenderCounts>> OutboxSender::Impl::round() {
  const SenderCounts before = totals_;
  if (const auto claimed = co_await claim(true); !claimed) co_return claimed.error();
  while (!tries_.empty()) co_await idle_wake_.wait(kNeverMind);
  while (!results_.empty()) {
    if (!co_await settle_some()) co_return Failure(Errc::unavailable, "the results could not be settled");
  }
  co_return totals_.since(before);
}

SenderFigures OutboxSender::Impl::figures() const {
  return SenderFigures{totals_, held(), tries_.size(), queues_.all().size(), queues_.breakers_open()};
}

OutboxSender::OutboxSender(asio::any_io_executor executor, Db& db, const Clock& clock,
                           OutboxSenderConfig config, std::vector<TargetFamily> families, ExchangeBook* book,
                           std::string instance)
    : impl_(std::make_shared<Impl>(std::move(executor), db, clock, config, std::move(families), book,
                                   std::move(instance))) {}

OutboxSender::~OutboxSender() = default;
asio::awaitable<void> OutboxSender::start() {
  impl_->begin();
  co_return;
}
asio::awaitable<void> OutboxSender::stop() { return impl_->end(); }
void OutboxSender::wake() { impl_->wake(); }
asio::awaitable<Result<SenderCounts>> OutboxSender::run_once() { return impl_->round(); }
SenderFigures OutboxSender::figures() const { return impl_->figures(); }

}  // namespace bccid
