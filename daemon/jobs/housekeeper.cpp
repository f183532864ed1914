#include "jobs/housekeeper.hpp"

#include "base/log.hpp"
#include "base/time_text.hpp"
#include "flow/held_feed_rows.hpp"
#include "flow/held_scans.hpp"
#include "flow/overdue.hpp"
#include "flow/waybills.hpp"
#include "store/chores.hpp"
#include "store/day_store.hpp"
#include "store/outbox_store.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <utility>

namespace bccid {

namespace asio = boost::asio;

namespace {

struct KeptTable {
  const char* name;
  const char* making;  // names of its two parts
  const char* dropping;
  int HousekeeperConfig::*keep_days;
};

constexpr KeptTable kTables[] = {
    {"parcel_event", "partitions_parcel_event", "retention_parcel_event",
     &HousekeeperConfig::parcel_event_keep_days},
    {"outbox", "partitions_outbox", "retention_outbox", &HousekeeperConfig::outbox_keep_days},
    {"exchange", "partitions_exchange", "retention_exchange", &HousekeeperConfig::exchange_keep_days},
    {"audit", "partitions_audit", "retention_audit", &HousekeeperConfig::audit_keep_days},
};
// Locks of chores 20 to 23 and 30 to 33, in the order of the table.
constexpr int kMakingLocks = 20;
constexpr int kDroppingLocks = 30;

}  // namespace

Housekeeper::Housekeeper(asio::any_io_executor executor, Db& db, const Clock& clock, HousekeeperConfig config)
    : executor_(std::move(executor)),
      db_(db),
      clock_(clock),
      config_(config),
      wake_(executor_),
      ended_(executor_) {
  add("rescue", 1, config_.rescue_every, &Housekeeper::rescue);
  add("overdue", 2, config_.overdue_every, &Housekeeper::overdue);
  add("expire", 3, config_.expire_every, &Housekeeper::expire);
  add("adopt", 4, config_.adopt_every, &Housekeeper::adopt);
  add("reconcile", 5, config_.reconcile_every, &Housekeeper::reconcile_money);
  add("sum_days", 7, config_.rescue_every, &Housekeeper::sum_days);
  add("known_codes", 6, config_.known_codes_every, &Housekeeper::known_codes);
  add("money_clock", 8, config_.money_clock_every, &Housekeeper::watch_money);
  add_partitions();
}

void Housekeeper::add(const char* name, int lock, std::chrono::seconds every, Work work) {
  auto bound = [this, work](sql::Tx& tx, Time now) { return (this->*work)(tx, now); };
  parts_.push_back(Part{name, lock, every, std::move(bound)});
}

// A part for each table: what cannot be done to one is done to the others, and none is locked while another
// is looked through.
void Housekeeper::add_partitions() {
  int at = 0;
  for (const auto& table : kTables) {
    auto make = [name = table.name, months = config_.partition_months_ahead](sql::Tx& tx, Time now) {
      return make_partitions(tx, name, business_day(now), months);
    };
    parts_.push_back(Part{table.making, kMakingLocks + at, config_.partitions_every, std::move(make), true});
    auto drop = [name = table.name, days = config_.*table.keep_days](sql::Tx& tx, Time now) {
      return drop_partitions(tx, name, business_day(now - std::chrono::hours(24) * days));
    };
    if (config_.*table.keep_days > 0)
      parts_.push_back(Part{table.dropping, kDroppingLocks + at, config_.partitions_every, std::move(drop)});
    ++at;
  }
}

std::size_t Housekeeper::rescue(sql::Tx& tx, Time) const { return rescue_expired(tx, config_.attempts_max); }

// What a daemon that died between a day's cut and its sums left.
std::size_t Housekeeper::sum_days(sql::Tx& tx, Time now) const { return sum_closed_days(tx, now); }

std::size_t Housekeeper::adopt(sql::Tx& tx, Time now) const {
  return adopt_missed_scans(tx, config_.adopt_items_max, now);
}

std::size_t Housekeeper::overdue(sql::Tx& tx, Time now) const {
  std::size_t changed = 0;
  for (const auto& report :
       {ask_about_silent_parcels(tx, now), ask_about_stuck_orders(tx, config_.order_stuck_after, now),
        ask_about_silent_feeds(tx, config_.feed_silent_after, now)})
    changed += report.opened + report.closed;
  return changed;
}

std::size_t Housekeeper::expire(sql::Tx& tx, Time now) const {
  return remove_expired_tokens(tx, now - config_.token_keep) +
         remove_old_idempotency_keys(tx, now - config_.idempotency_keep) +
         remove_old_call_counts(tx, now - config_.call_counts_keep);
}

std::size_t Housekeeper::reconcile_money(sql::Tx& tx, Time now) const {
  Actor actor;
  actor.id = "job:reconcile";
  actor.role = "service";
  const auto report = reconcile(tx, actor, now, config_.recon);
  return report.matched + report.breaks_opened;
}

// A daemon that finds another one at it keeps the figures that it has.
std::size_t Housekeeper::watch_money(sql::Tx& tx, Time now) const {
  const auto sums = sum_money_clock(tx, now, config_.recon);
  auto waybills = free_waybills(tx);
  const std::scoped_lock lock(figures_guard_);
  clock_sums_ = sums;
  free_waybills_ = std::move(waybills);
  return 0;
}

std::size_t Housekeeper::waybills_left(const std::string& carrier) const {
  const std::scoped_lock lock(figures_guard_);
  const auto found = free_waybills_.find(carrier);
  return found == free_waybills_.end() ? 0 : found->second;
}

ClockSums Housekeeper::money_clock() const {
  const std::scoped_lock lock(figures_guard_);
  return clock_sums_;
}

std::size_t Housekeeper::known_codes(sql::Tx& tx, Time now) const {
  return apply_known_codes(tx, config_.known_codes_rows_max, now);
}

asio::awaitable<HousekeepingResult> Housekeeper::run(const Part& part, Deadline deadline) {
  HousekeepingResult result;
  result.part = part.name;
  const Time now = clock_.now();
  auto job = [this, &part, now](sql::Tx& tx) -> std::pair<bool, std::size_t> {
    if (!try_chore_lock(tx, part.lock)) return {false, 0};
    return {true, part.work(tx, now)};
  };
  const auto done = co_await db_.run(Lane::background, deadline, part.name, std::move(job));
  if (!done) {
    result.failure = done.error().detail;
    log::warn("housekeeping_failed", {{"part", part.name}, {"reason", result.failure}});
    co_return result;
  }
  result.skipped = !done->first;
  result.done = done->second;
  if (result.done > 0) log::info("housekeeping", {{"part", part.name}, {"done", result.done}});
  co_return result;
}

asio::awaitable<std::vector<HousekeepingResult>> Housekeeper::run_once() {
  std::vector<HousekeepingResult> results;
  for (const auto& part : parts_) {
    auto result = co_await run(part, deadline_in(config_.deadline));
    results.push_back(std::move(result));
  }
  co_return results;
}

asio::awaitable<void> Housekeeper::start() {
  if (running_ || stopping_) co_return;
  running_ = true;
  const Deadline patience = deadline_in(config_.start_patience);
  for (const auto& part : parts_) {
    if (stopping_ || SteadyClock::now() >= patience) break;
    if (part.before_others) co_await run(part, patience);
  }
  auto ended = [this](std::exception_ptr error) {
    running_ = false;
    ended_.ring();
    if (error) std::rethrow_exception(error);
  };
  asio::co_spawn(executor_, loop(), std::move(ended));
}

asio::awaitable<void> Housekeeper::stop() {
  stopping_ = true;
  wake_.ring();
  while (running_) co_await ended_.wait(std::chrono::milliseconds(50));
}

asio::awaitable<void> Housekeeper::loop() {
  std::vector<SteadyClock::time_point> due(parts_.size(), SteadyClock::now());
  while (!stopping_) {
    for (std::size_t i = 0; i < parts_.size() && !stopping_; ++i) {
      if (SteadyClock::now() < due[i]) continue;
      co_await run(parts_[i], deadline_in(config_.deadline));
      due[i] = SteadyClock::now() + parts_[i].every;
    }
    if (stopping_) break;
    co_await wake_.wait(*std::min_element(due.begin(), due.end()) - SteadyClock::now());
  }
}

}  // namespace bccid
