#pragma once

#include "base/service.hpp"
#include "flow/accept_scans.hpp"
#include "store/db.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace bccid {

struct ScanGateConfig {
  std::size_t writers = 2;  // transactions at a time
  std::size_t batch_items_max = 500;
  std::size_t waiting_items_max = 20'000;  // beyond this a request is told to come back
  Duration wait_max{0};                    // how long a writer that is free waits for company; 0: not at all
};

struct ScanGateFigures {
  std::uint64_t items = 0;
  std::uint64_t batches = 0;
  std::uint64_t waiting = 0;
  std::uint64_t refused = 0;  // requests: too many waited, or nobody began them in time
};

// Group commit: the scans of many requests become one transaction, and each request is answered after that
// transaction's commit. A writer takes all that waits the moment it is free, so an idle system answers at
// the speed of one commit, and a busy one fills its batches. While others write, a writer does not begin for
// a handful: half as many scans as they hold must wait. Runs on the io thread alone.
class ScanGate final : public Service {
 public:
  ScanGate(Db& db, const Clock& clock, ScanGateConfig config);

  const char* name() const override { return "scan_gate"; }
  boost::asio::awaitable<void> start() override;
  // Refuses new scans and returns when the accepted ones are committed.
  boost::asio::awaitable<void> stop() override;

  // Answers in the order of the scans. In PostgreSQL the transaction bears the request id of its first scan;
  // what leaves because of a scan bears the scan's own. One request's scans may share a transaction with
  // others' but are never split over two. What no transaction has taken by `deadline` is not begun any more,
  // and a transaction ends at the latest of its requests' deadlines. Errors: overloaded, unavailable,
  // timed_out, outcome_unknown: in each of these the caller sends the same scans again, under the same keys.
  boost::asio::awaitable<Result<std::vector<ScanAnswer>>> submit(std::vector<Scan> scans, Deadline deadline);

  ScanGateFigures figures() const { return figures_; }

 private:
  struct Ticket {
    std::vector<Scan> scans;
    Deadline deadline;
    Result<std::vector<ScanAnswer>> answers{std::vector<ScanAnswer>{}};
    OneShot answered;
  };
  using Batch = std::vector<std::shared_ptr<Ticket>>;

  void wake(const boost::asio::any_io_executor& executor);
  boost::asio::awaitable<void> write();
  bool worth_writing() const;
  void refuse_overdue();
  Batch next_batch();
  boost::asio::awaitable<void> commit(Batch batch);
  boost::asio::awaitable<Result<std::vector<ScanAnswer>>> accept(const std::vector<Scan>& scans,
                                                                 Deadline deadline);
  static void hand_out(const Batch& batch, Result<std::vector<ScanAnswer>> answers);

  Db& db_;
  const Clock& clock_;
  ScanGateConfig config_;
  ScanGateFigures figures_;
  std::deque<std::shared_ptr<Ticket>> waiting_;
  std::size_t waiting_items_ = 0;
  std::size_t writing_ = 0;
  std::size_t items_in_writing_ = 0;
  bool open_ = false;
  std::shared_ptr<OneShot> drained_;
};

}  // namespace bccid
