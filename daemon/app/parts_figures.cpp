#include "app/parts.hpp"
#include "jobs/order_looker.hpp"

// What the running parts tell of themselves under /metrics.
namespace bccid::app {

void Parts::watch_figures() {
  const auto number = [](auto read) { return [read]() { return static_cast<double>(read()); }; };
  metrics_.watch("bccid_scans_total", "Scans taken into batches", true,
                 number([this] { return scans_.figures().items; }));
  metrics_.watch("bccid_scan_batches_total", "Group commits of scans", true,
                 number([this] { return scans_.figures().batches; }));
  metrics_.watch("bccid_scans_waiting", "Scans that wait for a writer", false,
                 number([this] { return scans_.figures().waiting; }));
  metrics_.watch("bccid_refusals_total", "Refused inputs", true,
                 number([this] { return refusals_.total(); }));
  metrics_.watch("bccid_exchanges_dropped_total", "Traces of calls for which there was no room", true,
                 number([this] { return book_.dropped(); }));
  metrics_.watch("bccid_db_jobs_total", "Finished database jobs", true,
                 number([this] { return db_.counters().jobs_done; }));
  metrics_.watch("bccid_db_jobs_failed_total", "Failed database jobs", true,
                 number([this] { return db_.counters().jobs_failed; }));
  metrics_.watch("bccid_db_waiting", "Jobs that wait for a connection", false, number([this] {
                   return db_.counters().interactive_waiting + db_.counters().background_waiting;
                 }));
  metrics_.watch("bccid_db_connections", "Open database connections", false,
                 number([this] { return db_.counters().connections; }));
  if (housekeeper_ != nullptr) watch_money();
  if (!lookers_.empty()) watch_looks();
  if (housekeeper_ != nullptr)
    for (const auto& carrier : counterparts_.carriers)
      if (carrier.port->abilities().waybills)
        metrics_.watch_one("bccid_waybills_free", "Numbers for labels that nobody uses yet",
                           {"carrier", carrier.name},
                           number([this, name = carrier.name] { return housekeeper_->waybills_left(name); }));
  if (sender_ == nullptr) return;
  metrics_.watch("bccid_outbox_delivered_total", "Delivered messages", true,
                 number([this] { return sender_->figures().totals.delivered; }));
  metrics_.watch("bccid_outbox_retried_total", "Tries that failed and come again", true,
                 number([this] { return sender_->figures().totals.retried; }));
  metrics_.watch("bccid_outbox_dead_total", "Messages given up", true,
                 number([this] { return sender_->figures().totals.dead; }));
  metrics_.watch("bccid_outbox_in_flight", "Messages being sent", false,
                 number([this] { return sender_->figures().in_flight; }));
  metrics_.watch("bccid_outbox_breakers_open", "Counterparts that are not asked now", false,
                 number([this] { return sender_->figures().breakers_open; }));
}

void Parts::watch_looks() {
  const auto sum = [this](std::uint64_t LookCounts::*figure) {
    return [this, figure]() {
      std::uint64_t all = 0;
      for (const auto& [carrier, looker] : lookers_) all += looker->counts().*figure;
      return static_cast<double>(all);
    };
  };
  metrics_.watch("bccid_order_looks_total", "Askings of posts without a feed for one order", true,
                 sum(&LookCounts::asked));
  metrics_.watch("bccid_order_look_errors_total", "Of them, answers that prove nothing", true,
                 sum(&LookCounts::errors));
  metrics_.watch("bccid_order_look_no_answers_total", "Of them, those that the network left unanswered", true,
                 sum(&LookCounts::no_answers));
  metrics_.watch("bccid_order_look_absent_total", "Of them, those for orders that the post does not have",
                 true, sum(&LookCounts::absent));
}

void Parts::watch_money() {
  const auto figure = [this](auto read) {
    return [this, read]() { return static_cast<double>(read(housekeeper_->money_clock())); };
  };
  metrics_.watch("bccid_money_late_receipts", "Receipts whose money was not remitted in time", false,
                 figure([](const ClockSums& sums) { return sums.late; }));
  metrics_.watch("bccid_money_late_vnd", "What of them waits", false,
                 figure([](const ClockSums& sums) { return sums.late_amount.dong(); }));
  metrics_.watch("bccid_money_soon_late_receipts", "Receipts whose money will be late soon", false,
                 figure([](const ClockSums& sums) { return sums.soon; }));
  metrics_.watch("bccid_money_soon_late_vnd", "What of them waits", false,
                 figure([](const ClockSums& sums) { return sums.soon_amount.dong(); }));
}

}  // namespace bccid::app
