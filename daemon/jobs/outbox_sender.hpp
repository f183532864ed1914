#pragma once

#include "base/clock.hpp"
#include "base/service.hpp"
#include "flow/exchange_book.hpp"
#include "jobs/breaker.hpp"
#include "jobs/deliverer.hpp"
#include "jobs/sender_counts.hpp"
#include "net/retry_policy.hpp"
#include "store/db.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace bccid {

struct OutboxSenderConfig {
  std::size_t claim_rows_max = 200;       // rows of one claim
  std::size_t held_max = 2000;            // rows leased and not settled yet
  std::size_t held_per_target_max = 600;  // of a target that answers well; others get far fewer
  std::size_t in_flight_max = 256;        // tries at a time, all targets together
  std::size_t settle_rows_max = 500;
  std::chrono::milliseconds lease{30'000};
  std::chrono::milliseconds heartbeat{10'000};
  std::chrono::milliseconds poll{1'000};
  std::chrono::milliseconds settle_linger{8};  // how long a small batch of results waits for company
  std::chrono::milliseconds drain{7'000};      // how long stop waits for tries in flight
  std::chrono::milliseconds deadline{10'000};  // of one database job
  BreakerConfig breaker;
};

// How fast one target may be asked.
struct TargetPace {
  std::size_t in_flight_max = 0;  // tries at a time; 0: as its family
  unsigned per_second = 0;        // tries that begin in a second, evenly spaced; 0: as fast as it answers
};

// How the targets of one prefix are served. The schedule's length is the number of attempts.
struct TargetFamily {
  std::string prefix;              // "webhook:", "carrier:", "onestop:"
  Deliverer* deliverer = nullptr;  // outlives the sender
  std::size_t in_flight_max = 4;   // each target
  net::RetryPolicy policy;
  std::map<std::string, TargetPace> paces = {};  // by target, where it is another
};

struct SenderFigures {
  SenderCounts totals;
  std::size_t held = 0, in_flight = 0, targets = 0, breakers_open = 0;
};

// Sends what the outbox holds: claims rows in batches, hands each to its family's deliverer, settles the
// results in batches. Each target has its own queue, its own limit and its own breaker, so one that hangs
// delays nobody else. Runs on the io thread; several daemons may run one each.
class OutboxSender final : public Service {
 public:
  // `book`, which outlives the sender, has the traces of the calls; null: tries leave traces without bodies.
  // `instance` is who tells of a breaker.
  OutboxSender(boost::asio::any_io_executor executor, Db& db, const Clock& clock, OutboxSenderConfig config,
               std::vector<TargetFamily> families, ExchangeBook* book = nullptr, std::string instance = {});
  ~OutboxSender() override;

  const char* name() const override { return "outbox_sender"; }
  boost::asio::awaitable<void> start() override;
  // Gives the leases of unbegun rows back and finishes the tries in flight, which are cut after `drain`.
  boost::asio::awaitable<void> stop() override;

  // Something may be due: look now.
  void wake();

  // Claims once, finishes every try and settles; for tests and tools, instead of start.
  // Errors: as Db::run.
  boost::asio::awaitable<Result<SenderCounts>> run_once();

  SenderFigures figures() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace bccid
