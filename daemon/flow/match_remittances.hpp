#pragma once

#include "flow/reconcile.hpp"

#include <cstdint>
#include <optional>

namespace bccid {

// The one place that matches: all open remittances against the lines of `file` and the older lines that are
// not explained yet, then the breaks that follow and those that no longer hold. The caller holds the
// reconciliation lock.
//
// What depends on the order in which files come: which of two lines that name one remittance is its match
// (the first imported; the other is `double`), and a line without a reference is matched by amount and date
// among what was open at that moment. The sums on every account are the same in any order.
ReconReport match_remittances(sql::Tx& tx, const Actor& actor, std::optional<std::int64_t> file, Time now,
                              const ReconRules& rules);

}  // namespace bccid
