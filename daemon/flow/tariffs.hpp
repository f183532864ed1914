#pragma once

#include "base/input_failure.hpp"
#include "domain/tariff/postage.hpp"
#include "flow/places.hpp"
#include "store/pq.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace bccid {

// A version of a post's contract prices, as it was agreed.
struct TariffEntry {
  std::string id;       // up to 40 letters, digits, dots and hyphens: "DT-2026-1"
  std::string carrier;  // the post's block in the configuration
  Day valid_from{};
  std::optional<Day> valid_to;  // the last day
  VatMode vat = VatMode::exempt;
  int vat_basis_points = 0;  // 1 to 2500; 0 only when exempt
  std::optional<ForwardingPrice> forwarding;
  std::string prices;  // CSV: leg,zone,weight_step_g,price_vnd; see PriceTable::parse
};

// Stores a version whose every price is within the ceiling of TT 22/2017/TT-BTTTT. The same version again is
// unchanged. Errors, all at once: those of PriceTable::parse; invalid_field for each cell above the ceiling,
// with its line, and for what else does not fit; duplicate (the version exists with other content); conflict
// (another version of the post holds on one of its days).
Input<PutOutcome> import_tariff(sql::Tx& tx, const TariffEntry& entry, std::string_view by);

// Ends an open version after that day. Errors: not_found; conflict when it has an end, or begins later.
Status end_tariff(sql::Tx& tx, std::string_view id, Day last_day, std::string_view by);

// By post and day. Columns: id, carrier, first day, last day (empty when open), vat, basis points.
sql::Rows list_tariffs(sql::Tx& tx);

// Between which communes something goes, and when.
struct Journey {
  std::string carrier;
  Day day{};
  std::string citizen_commune, agency_commune;  // national codes in force on that day
};

// What the post charges on that day; `question`'s places are filled in. Before 1/7/2025 the communes and
// provinces are those of then. Errors: not_found (no version holds on that day), invalid_field (an unknown
// commune, or one whose region nobody has written down), and those of quote_postage.
Result<PostageQuote> quote_journey(sql::Tx& tx, const Journey& journey, PostageQuestion question);

}  // namespace bccid
