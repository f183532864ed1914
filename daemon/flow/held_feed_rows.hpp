#pragma once

#include "base/clock.hpp"
#include "flow/accept_scans.hpp"
#include "ports/carrier_port.hpp"
#include "store/pq.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// The scan that a row of a feed stands for, under the row's own key: however often the row is applied, it is
// one event.
Scan feed_scan(std::string_view carrier, std::string_view code_source, const FeedRow& row, Time now);

// A stored row whose code is in no list, and the scan that it will be.
struct HeldFeedRow {
  std::string carrier;
  std::string row_id;
  Scan scan;
  std::string raw_text;
};

// Keeps such rows for `apply_known_codes` and asks a person what each code means.
void hold_feed_rows(sql::Tx& tx, const std::vector<HeldFeedRow>& rows, Time now);

// Applies held rows whose code this program's lists know by now, the oldest first and `rows_max` at a time,
// and closes the question about a code when no row waits for it any more. Returns how many were applied.
std::size_t apply_known_codes(sql::Tx& tx, std::size_t rows_max, Time now);

}  // namespace bccid
