#pragma once

#include "flow/breaker_news.hpp"
#include "jobs/target_queues.hpp"
#include "store/db.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace bccid {

// What a sender has to tell about its breakers, until it is told with the next results. Io thread only.
class BreakerBoard {
 public:
  explicit BreakerBoard(std::string instance) : instance_(std::move(instance)) {}

  // A try ended. Each change is told, and each new time of a probe, so that the table never says less than
  // what is so.
  void note(const TargetQueue& queue, bool was_tripped, const AttemptResult& result);
  std::vector<BreakerNews> take() { return std::exchange(news_, {}); }
  // They could not be told: again next time, unless something newer is known.
  void put_back(const std::vector<BreakerNews>& news);

  // Breakers live in a process: what one of before it told is not so any more. A failure is logged.
  boost::asio::awaitable<void> forget(Db& db, std::chrono::milliseconds deadline) const;

 private:
  std::string instance_;
  std::vector<BreakerNews> news_;
};

}  // namespace bccid
