#include "flow/scan_gate.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace bccid {

namespace asio = boost::asio;

namespace {

bool is_about_content(Errc code) {
  return code != Errc::unavailable && code != Errc::overloaded && code != Errc::timed_out &&
         code != Errc::outcome_unknown;
}

}  // namespace

ScanGate::ScanGate(Db& db, const Clock& clock, ScanGateConfig config)
    : db_(db), clock_(clock), config_(config) {}

asio::awaitable<void> ScanGate::start() {
  open_ = true;
  co_return;
}

asio::awaitable<void> ScanGate::stop() {
  open_ = false;
  if (writing_ == 0) co_return;
  if (!drained_) drained_ = std::make_shared<OneShot>();
  const auto drained = drained_;
  co_await drained->wait();
}

asio::awaitable<Result<std::vector<ScanAnswer>>> ScanGate::submit(std::vector<Scan> scans,
                                                                  Deadline deadline) {
  if (!open_ || waiting_items_ + scans.size() > config_.waiting_items_max) {
    ++figures_.refused;
    co_return Failure(open_ ? Errc::overloaded : Errc::unavailable,
                      open_ ? "too many scans are waiting" : "the daemon is stopping",
                      "Keep the scans and send them again under the same keys.");
  }
  auto ticket = std::make_shared<Ticket>();
  ticket->scans = std::move(scans);
  ticket->deadline = deadline;
  waiting_items_ += ticket->scans.size();
  waiting_.push_back(ticket);
  const auto executor = co_await asio::this_coro::executor;
  wake(executor);
  co_await ticket->answered.wait();
  co_return std::move(ticket->answers);
}

// The writer starts behind what the io thread has ready, so that requests read in the same turn share a
// batch.
void ScanGate::wake(const asio::any_io_executor& executor) {
  if (writing_ >= config_.writers || !worth_writing()) return;
  ++writing_;
  asio::co_spawn(executor, write(), asio::detached);
}

asio::awaitable<void> ScanGate::write() {
  co_await asio::post(asio::use_awaitable);
  if (config_.wait_max.count() > 0) {
    asio::steady_timer company(co_await asio::this_coro::executor, config_.wait_max);
    co_await company.async_wait(asio::use_awaitable);
  }
  // What this writer leaves behind is taken by one that still writes, at the latest when it is done.
  for (refuse_overdue(); !waiting_.empty() && worth_writing(); refuse_overdue()) {
    Batch batch = next_batch();
    std::size_t items = 0;
    for (const auto& ticket : batch) items += ticket->scans.size();
    items_in_writing_ += items;
    co_await commit(std::move(batch));
    items_in_writing_ -= items;
  }
  --writing_;
  if (writing_ == 0 && drained_) drained_->fire();
}

bool ScanGate::worth_writing() const { return waiting_items_ >= items_in_writing_ / 2; }

// They stand in the order of arrival, which is that of their deadlines.
void ScanGate::refuse_overdue() {
  const auto now = SteadyClock::now();
  while (!waiting_.empty() && waiting_.front()->deadline <= now) {
    const auto ticket = std::move(waiting_.front());
    waiting_.pop_front();
    waiting_items_ -= ticket->scans.size();
    ++figures_.refused;
    ticket->answers = Failure(Errc::timed_out, "the scans waited too long for a transaction",
                              "Send them again under the same keys.");
    ticket->answered.fire();
  }
  figures_.waiting = waiting_items_;
}

ScanGate::Batch ScanGate::next_batch() {
  Batch batch;
  std::size_t items = 0;
  while (!waiting_.empty()) {
    const std::size_t more = waiting_.front()->scans.size();
    if (!batch.empty() && items + more > config_.batch_items_max) break;
    items += more;
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  waiting_items_ -= items;
  figures_.items += items;
  figures_.waiting = waiting_items_;
  ++figures_.batches;
  return batch;
}

asio::awaitable<void> ScanGate::commit(Batch batch) {
  std::vector<Scan> scans;
  Deadline deadline{};
  for (const auto& ticket : batch) {
    scans.insert(scans.end(), ticket->scans.begin(), ticket->scans.end());
    deadline = std::max(deadline, ticket->deadline);
  }
  auto answers = co_await accept(scans, deadline);
  if (!answers && batch.size() > 1 && is_about_content(answers.error().code)) {
    // One request that the database refuses must not take its neighbours with it.
    for (auto& ticket : batch) {
      Batch alone;
      alone.push_back(std::move(ticket));
      co_await commit(std::move(alone));
    }
    co_return;
  }
  hand_out(batch, std::move(answers));
}

asio::awaitable<Result<std::vector<ScanAnswer>>> ScanGate::accept(const std::vector<Scan>& scans,
                                                                  Deadline deadline) {
  const Time now = clock_.now();
  auto job = [&scans, now](sql::Tx& tx) { return accept_scans(tx, scans, now); };
  JobSpec spec(Lane::interactive, deadline, "accept_scans");
  spec.with_key().planned_by_index();
  if (!scans.empty()) spec.for_request(scans.front().request_id);
  co_return co_await db_.run(std::move(spec), std::move(job));
}

void ScanGate::hand_out(const Batch& batch, Result<std::vector<ScanAnswer>> answers) {
  std::size_t at = 0;
  for (const auto& ticket : batch) {
    if (answers) {
      const auto first = answers->begin() + static_cast<std::ptrdiff_t>(at);
      const auto last = first + static_cast<std::ptrdiff_t>(ticket->scans.size());
      ticket->answers =
          std::vector<ScanAnswer>(std::make_move_iterator(first), std::make_move_iterator(last));
      at += ticket->scans.size();
    } else {
      ticket->answers = answers.error();
    }
    ticket->answered.fire();
  }
}

}  // namespace bccid
