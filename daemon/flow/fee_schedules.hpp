#pragma once

#include "base/input_failure.hpp"
#include "domain/fees/fee_schedule.hpp"
#include "flow/places.hpp"
#include "store/pq.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace bccid {

// A version of a province's fees, as it was resolved.
struct FeeScheduleEntry {
  std::string id;        // "NQ-09-2025"
  std::string province;  // two digits
  Day valid_from{};
  std::optional<Day> valid_to;    // the last day
  std::string rules, exemptions;  // CSV: see FeeSchedule::parse
};

// Stores a version. The same version again is unchanged. Errors, all at once: those of FeeSchedule::parse;
// invalid_field for what else does not fit; duplicate (the version exists with other content); conflict
// (another version of the province holds on one of its days).
Input<PutOutcome> import_fee_schedule(sql::Tx& tx, const FeeScheduleEntry& entry, std::string_view by);

// Ends an open version after that day. Errors: not_found; conflict when it has an end, or begins later.
Status end_fee_schedule(sql::Tx& tx, std::string_view id, Day last_day, std::string_view by);

// By province and day. Columns: id, province, first day, last day (empty when open).
sql::Rows list_fee_schedules(sql::Tx& tx);

// What a dossier costs in the province on that day, line by line. Errors: not_found (no version holds on that
// day), and those of FeeSchedule::quote.
Result<FeeQuote> quote_fees(sql::Tx& tx, std::string_view province, Day day, const FeeQuestion& question);

}  // namespace bccid
