#pragma once

#include "base/result.hpp"
#include "flow/actor.hpp"
#include "flow/page.hpp"
#include "store/day_store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// Closes an office's day of money with a cut: what was taken, taken back or counted before it belongs to the
// day, whatever comes after to the next. Its sums follow in a transaction of their own (sum_closed_days), so
// that nobody who takes money waits for them. Returns the day's id. Errors: invalid_field (no such office),
// conflict (that business day of the office is closed).
Result<std::int64_t> close_day(sql::Tx& tx, const Actor& actor, std::string_view office, Time now);

// Errors: not_found (also for another office's day, for a clerk).
Result<DayClose> find_day(sql::Tx& tx, const Actor& actor, std::int64_t id);

struct DayPage {
  std::vector<DayClose> items;  // the newest first, without lines
  std::string next;             // empty on the last page
};
// A clerk sees his own office's days. Errors: invalid_field (cursor).
Result<DayPage> find_days(sql::Tx& tx, const Actor& actor, const PageOf& page);

}  // namespace bccid
