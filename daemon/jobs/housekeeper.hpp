#pragma once

#include "base/clock.hpp"
#include "base/service.hpp"
#include "flow/money_clock.hpp"
#include "flow/reconcile.hpp"
#include "jobs/wake.hpp"
#include "store/db.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct HousekeeperConfig {
  std::chrono::seconds rescue_every{5};
  int attempts_max = 10;  // an outbox row that loses its senders this often is dead
  std::chrono::seconds adopt_every{20};
  std::size_t adopt_items_max = 200;  // in one transaction
  std::chrono::seconds overdue_every{300};
  std::chrono::seconds order_stuck_after{1800};
  std::chrono::seconds feed_silent_after{1800};
  std::chrono::seconds known_codes_every{30};
  std::size_t known_codes_rows_max = 1000;  // in one transaction
  std::chrono::seconds expire_every{600};
  std::chrono::hours token_keep{24};  // after its expiry
  std::chrono::hours idempotency_keep{7 * 24};
  std::chrono::hours call_counts_keep{24};
  std::chrono::seconds partitions_every{3600};
  int partition_months_ahead = 4;
  // Whole months are dropped when they end before this many days ago; 0 keeps all.
  int outbox_keep_days = 90;
  int exchange_keep_days = 180;
  int audit_keep_days = 5 * 365;
  int parcel_event_keep_days = 2 * 365;
  std::chrono::seconds reconcile_every{3600};
  std::chrono::seconds money_clock_every{60};
  ReconRules recon;
  std::chrono::milliseconds deadline{60'000};
  std::chrono::milliseconds start_patience{5'000};  // of all that is done before start() returns
};

// What one part of the housekeeping did.
struct HousekeepingResult {
  std::string part;
  std::size_t done = 0;  // rows, items or partitions, as the part counts
  bool skipped = false;  // another daemon is at it
  std::string failure;   // empty when all went well
};

// The small chores, each with its own pace and its own transaction: leases of dead senders, held scans that
// missed their parcel, what people must be asked about, rows of a feed whose code the lists have learned,
// what has expired, partitions and retention table by table, the hourly reconciliation. An advisory lock for
// each part keeps two daemons from doing one thing at once; doing it twice would be harmless.
class Housekeeper final : public Service {
 public:
  Housekeeper(boost::asio::any_io_executor executor, Db& db, const Clock& clock, HousekeeperConfig config);

  const char* name() const override { return "housekeeper"; }
  // Returns when the partitions of the coming months are made, or could not be before its patience ended:
  // what starts after it finds them. A failure is logged and left to the first round; the default partitions
  // catch rows until then.
  boost::asio::awaitable<void> start() override;
  boost::asio::awaitable<void> stop() override;

  // Every part once, now.
  boost::asio::awaitable<std::vector<HousekeepingResult>> run_once();

  // What waits to be remitted, as it was last summed. From any thread.
  ClockSums money_clock() const;
  // Numbers for labels that this post gave and nobody uses yet, as they were last counted. From any thread.
  std::size_t waybills_left(const std::string& carrier) const;

 private:
  struct Part {
    const char* name;
    int lock;
    std::chrono::seconds every;
    std::function<std::size_t(sql::Tx&, Time)> work;
    bool before_others = false;  // done once before start() returns
  };
  using Work = std::size_t (Housekeeper::*)(sql::Tx&, Time) const;

  std::size_t rescue(sql::Tx& tx, Time now) const;
  std::size_t sum_days(sql::Tx& tx, Time now) const;
  std::size_t adopt(sql::Tx& tx, Time now) const;
  std::size_t overdue(sql::Tx& tx, Time now) const;
  std::size_t expire(sql::Tx& tx, Time now) const;
  std::size_t reconcile_money(sql::Tx& tx, Time now) const;
  std::size_t known_codes(sql::Tx& tx, Time now) const;
  std::size_t watch_money(sql::Tx& tx, Time now) const;

  void add(const char* name, int lock, std::chrono::seconds every, Work work);
  void add_partitions();
  boost::asio::awaitable<HousekeepingResult> run(const Part& part, Deadline deadline);
  boost::asio::awaitable<void> loop();

  boost::asio::any_io_executor executor_;
  Db& db_;
  const Clock& clock_;
  HousekeeperConfig config_;
  std::vector<Part> parts_;
  mutable std::mutex figures_guard_;
  mutable ClockSums clock_sums_;
  mutable std::map<std::string, std::size_t> free_waybills_;  // by carrier
  Wake wake_, ended_;
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace bccid
