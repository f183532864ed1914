#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "base/time_text.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// Keeps the open days of these offices open until the transaction ends; a close waits, others do not. Whoever
// moves an office's cash calls it before the statement that writes the window.
void hold_days_open(sql::Tx& tx, const std::vector<std::string>& offices);
// The same for the offices of the receipts of these events.
void hold_day_open_of_receipt(sql::Tx& tx, std::int64_t receipt);
void hold_days_open_of(sql::Tx& tx, const std::vector<Uuid>& events);

struct DayLine {
  std::string collector, kind, agency;
  std::int64_t receipts = 0;
  Money collected;   // by receipts of the day
  Money taken_back;  // by retractions of the day, of whatever day's receipts
};

struct DayClose {
  std::int64_t id = 0;
  std::string office;
  std::int64_t no = 0;
  Day business_day{};
  Time cut_at{};
  std::string actor;
  std::optional<Time> summed_at;
  std::vector<DayLine> lines;  // by collector, kind and agency; read_day only
  std::int64_t hand_ins = 0;   // counted in the day
  Money expected, counted;     // of these
  Money still_held;            // of the day's receipts, with the collectors at this moment
};

// Ends the office's open day: waits for whoever moves its cash this moment, and is done. Nothing when that
// business day is closed already.
std::optional<std::int64_t> cut_day(sql::Tx& tx, std::string_view office, Day business_day,
                                    std::string_view actor, Time now);
// Stores the lines of closed days that have none yet, and returns how many days those were.
std::size_t sum_closed_days(sql::Tx& tx, Time now);

std::optional<DayClose> read_day(sql::Tx& tx, std::int64_t id);
// The newest first, without lines. `office` empty: all.
std::vector<DayClose> list_days(sql::Tx& tx, std::string_view office, std::int64_t before, std::size_t limit);

}  // namespace bccid
