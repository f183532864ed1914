#pragma once

#include "flow/accept_scans.hpp"
#include "http/object_reader.hpp"
#include "http/principal.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <vector>

namespace bccid::http {

// One item of POST /v1/scans after reading: a scan, or what is wrong with it.
struct ScanItem {
  std::string event_id;  // as sent, to name the item in the answer
  std::optional<Scan> scan;
  std::optional<InputFailure> refused;
};

// What stands on a label: an item code, whose check digit must be right, or an order number of ours.
// Errors: invalid_field.
Result<std::string> parse_item_ref(std::string_view text);

// Items are judged one by one: a bad one is refused with its reasons, its neighbours go on. The office and
// the person come from the token. Errors: of the body as a whole.
std::optional<InputFailure> read_scan_batch(const boost::json::value& body, const Principal& who, Time now,
                                            std::vector<ScanItem>& items);

// The answer: one outcome for each item, in order, and the sums.
std::string scan_answers_json(const std::vector<ScanItem>& items, const std::vector<ScanAnswer>& answers);

}  // namespace bccid::http
