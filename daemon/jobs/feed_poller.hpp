#pragma once

#include "base/service.hpp"
#include "flow/carrier_orders.hpp"
#include "flow/exchange_book.hpp"
#include "jobs/wake.hpp"
#include "ports/carrier_port.hpp"
#include "store/db.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace bccid {

struct FeedPollerConfig {
  std::chrono::milliseconds every{30'000};
  std::chrono::milliseconds wake_gap{500};       // readings that were asked for come no closer than this
  std::chrono::milliseconds retry_max{300'000};  // longest pause after failures in a row
  std::size_t pages_max = 1000;                  // of one reading; the next goes on from there
  std::chrono::milliseconds deadline{60'000};    // of storing one page
};

struct FeedRound {
  std::size_t pages = 0;
  FeedApplied applied;
  std::size_t unreadable = 0;
  bool at_end = false;
};

// Reads one post's tracking feed to its end, again and again. Several daemons may read the same feed: a row
// is taken once.
class FeedPoller final : public Service {
 public:
  // `book` has the traces of the port's calls and outlives the poller; null: nobody keeps them.
  FeedPoller(boost::asio::any_io_executor executor, Db& db, const Clock& clock, CarrierPort& port,
             FeedPollerConfig config, ExchangeBook* book = nullptr);

  const char* name() const override { return name_.c_str(); }
  boost::asio::awaitable<void> start() override;
  boost::asio::awaitable<void> stop() override;

  // Somebody waits for what the feed says: read soon.
  void wake();

  // One reading, page by page, each stored in a commit of its own. Errors: the port's, or Db::run's; the
  // pages before stay stored.
  boost::asio::awaitable<Result<FeedRound>> run_once();

 private:
  boost::asio::awaitable<void> loop();
  boost::asio::awaitable<Result<FeedPage>> read_page(std::string from);
  boost::asio::awaitable<Result<FeedApplied>> apply(const FeedRead& read);

  boost::asio::any_io_executor executor_;
  Db& db_;
  const Clock& clock_;
  CarrierPort& port_;
  FeedPollerConfig config_;
  ExchangeBook* book_;
  std::string name_;
  Wake wake_, ended_;
  boost::asio::cancellation_signal cut_;  // ends the call to the post that runs
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace bccid
