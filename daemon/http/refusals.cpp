#include "http/refusals.hpp"

#include "base/limits.hpp"
#include "base/log.hpp"
#include "base/time_text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <vector>

namespace bccid::http {

namespace asio = boost::asio;

namespace {

// Sorted by key in the caller's map, so that two daemons add in the same order and cannot deadlock.
const sql::Query kAddRefusals{"refusals_add", R"(
INSERT INTO refusal_count (day, route, reason, count)
SELECT $1, r.route, r.reason, r.count
  FROM unnest($2::text[], $3::text[], $4::bigint[]) AS r (route, reason, count)
    ON CONFLICT (day, route, reason) DO UPDATE SET count = refusal_count.count + excluded.count)"};

}  // namespace

Refusals::Refusals(asio::any_io_executor executor, Db& db, const Clock& clock,
                   std::chrono::milliseconds every)
    : executor_(executor),
      db_(db),
      clock_(clock),
      every_(every),
      timer_(executor),
      written_(executor, asio::steady_timer::time_point::max()) {}

asio::awaitable<void> Refusals::start() {
  if (running_) co_return;
  running_ = true;
  asio::co_spawn(executor_, run(), asio::detached);
}

asio::awaitable<void> Refusals::stop() {
  running_ = false;
  timer_.cancel();
  if (const auto added = co_await flush(); !added)
    log::error("refusals_lost", {{"kinds", counts_.size()}, {"reason", added.error().detail}});
}

void Refusals::count(std::string_view route, std::string_view reason, std::uint64_t times) {
  add(route, reason, times);
  total_ += times;
}

void Refusals::add(std::string_view route, std::string_view reason, std::uint64_t times) {
  const auto known = counts_.find(KindOrder::View(route, reason));
  if (known != counts_.end())
    known->second += times;
  else if (counts_.size() < limits::kRefusalKindsMax)
    counts_.emplace(Kind(route, reason), times);
  else
    counts_[Kind(kOther, kOther)] += times;
}

// A write under way gives its counts back when it fails, so the next one waits for its end.
asio::awaitable<Status> Refusals::flush() {
  while (writing_) (void)co_await written_.async_wait(asio::as_tuple(asio::use_awaitable));
  if (counts_.empty()) co_return Status{};
  writing_ = true;
  Status added = co_await write();
  writing_ = false;
  written_.cancel();
  co_return added;
}

asio::awaitable<Status> Refusals::write() {
  const auto counts = std::exchange(counts_, {});
  const Day day = business_day(clock_.now());
  auto job = [&counts, day](sql::Tx& tx) {
    sql::Params params = sql::Params::of(day);
    params.add_array(counts, [](const auto& one) { return one.first.first; })
        .add_array(counts, [](const auto& one) { return one.first.second; })
        .add_array(counts, [](const auto& one) { return static_cast<std::int64_t>(one.second); });
    tx.exec(kAddRefusals, params);
  };
  auto added = co_await db_.run(Lane::background, deadline_in(std::chrono::seconds(5)), "refusals_add",
                                std::move(job));
  if (!added) {
    for (const auto& [kind, times] : counts) add(kind.first, kind.second, times);
    co_return added.error();
  }
  co_return Status{};
}

asio::awaitable<void> Refusals::run() {
  while (running_) {
    timer_.expires_after(every_);
    (void)co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!running_) break;
    if (const auto added = co_await flush(); !added)
      log::warn("refusals_not_counted", {{"reason", added.error().detail}});
  }
}

}  // namespace bccid::http
