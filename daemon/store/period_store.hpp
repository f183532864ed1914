#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "base/time_text.hpp"
#include "store/pq.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct PeriodStep {
  std::string step;  // propose, sign, reject, ask_to_reopen, reopen, keep
  std::string actor;
  Time at{};
  std::string note;
};

// opening + matched + unmatched = closing, or the statements are not whole.
struct PeriodFigures {
  std::optional<Money> opening;  // what the account held before its first day; nothing: no statement says it
  Money matched;                 // lines in a live match
  Money unmatched;               // the other lines, whatever explains them
  std::optional<Money> closing;  // at the end of its last day
  bool whole() const { return opening && closing && *opening + matched + unmatched == *closing; }
};

struct PeriodView {
  std::int64_t number = 0;  // inside the database
  Uuid id;
  std::string account;
  Day from{};
  Day to{};
  std::string state;  // proposed, rejected, signed, reopening, reopened
  std::vector<PeriodStep> steps = {};
};

// Nothing when there is none, or none on an account of `agency` (empty: all are shown). With its steps.
std::optional<PeriodView> read_period(sql::Tx& tx, const Uuid& id, std::string_view agency);

// The newest first, without steps; those after the one whose number is `before`.
struct PeriodPage {
  std::vector<PeriodView> items;
  std::int64_t next = 0;  // 0 on the last page
};
PeriodPage list_periods(sql::Tx& tx, std::string_view agency, std::int64_t before, std::size_t limit);

PeriodFigures figures_of(sql::Tx& tx, std::string_view account, Day from, Day to);

// The day after the last closed one, or the first that a statement covers; nothing without a statement.
std::optional<Day> first_open_day(sql::Tx& tx, std::string_view account);

// The database refuses a second proposal for an account. Returns its number.
std::int64_t insert_period(sql::Tx& tx, const PeriodView& period);
// The database refuses a step that does not follow, and a decision of whoever proposed it.
void insert_period_step(sql::Tx& tx, std::int64_t period, const PeriodStep& step);

}  // namespace bccid
