#include "jobs/breaker_board.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <utility>

namespace bccid {

void BreakerBoard::note(const TargetQueue& queue, bool was_tripped, const AttemptResult& result) {
  const bool tripped = queue.breaker.tripped();
  if (!tripped && !was_tripped) return;
  BreakerNews news;
  news.target = result.held.message.target;
  news.open = tripped;
  news.by = instance_;
  news.subject = result.held.message.subject;
  news.answer = result.reason;
  if (tripped)
    news.probe_in = std::chrono::duration_cast<Duration>(queue.breaker.probe_at() - SteadyClock::now());
  std::erase_if(news_, [&news](const BreakerNews& older) { return older.target == news.target; });
  news_.push_back(std::move(news));
}

void BreakerBoard::put_back(const std::vector<BreakerNews>& news) {
  for (const auto& old : news)
    if (std::ranges::find(news_, old.target, &BreakerNews::target) == news_.end()) news_.push_back(old);
}

boost::asio::awaitable<void> BreakerBoard::forget(Db& db, std::chrono::milliseconds deadline) const {
  auto job = [this](sql::Tx& tx) { forget_breakers_of(tx, instance_); };
  const auto done =
      co_await db.run(Lane::background, deadline_in(deadline), "breakers_forget", std::move(job));
  if (!done) log::warn("breakers_not_forgotten", {{"reason", done.error().detail}});
}

}  // namespace bccid
