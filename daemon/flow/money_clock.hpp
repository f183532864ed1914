#pragma once

#include "flow/actor.hpp"
#include "flow/page.hpp"
#include "flow/reconcile.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace bccid {

// Receipts for phí and lệ phí whose money waits to be remitted, by how much of their 24 hours (TT
// 74/2022/TT-BTC) is left. A receipt counts with what of it waits.
struct ClockSums {
  std::int64_t late = 0, soon = 0, waiting = 0;  // receipts; waiting: all of them
  Money late_amount, soon_amount, waiting_amount;
};

struct ClockGroup {
  std::string agency;
  std::string office;  // where it waits: the collector's, or the one that counted it
  ClockSums sums;
  Time oldest{};  // its first payment
};

// A receipt that is late, or will be soon.
struct ClockReceipt {
  std::int64_t id = 0;
  std::string symbol;
  std::int64_t number = 0;
  std::string agency, office, collector, order_number;
  Money amount;          // what of it waits
  bool in_hand = false;  // with the collector; otherwise in the office's till
  Time taken_at{}, remit_by{};
};

struct MoneyClock {
  ClockSums sums;
  std::vector<ClockGroup> groups;      // the oldest money first
  std::vector<ClockReceipt> receipts;  // late and soon ones, the oldest first
  std::string next;                    // empty on the last page of receipts
};

// Late from the moment `rules.remit_within` has passed since the payment, soon from `rules.warn_before`
// before it. Agency systems see their own only. Errors: invalid_field (cursor).
Result<MoneyClock> read_money_clock(sql::Tx& tx, const Actor& actor, const PageOf& page, Time now,
                                    const ReconRules& rules);

// The sums over all agencies, for the figures that a watchman sees.
ClockSums sum_money_clock(sql::Tx& tx, Time now, const ReconRules& rules);

}  // namespace bccid
