#pragma once

#include "flow/match_table.hpp"
#include "flow/reconcile.hpp"
#include "store/match_store.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bccid {

// What brought a run about.
struct MatchCause {
  std::optional<std::int64_t> file = {};  // whose lines are new
  std::vector<std::string> freed = {};    // lines that came out of a match
  std::vector<NewMatch> by_person = {};   // matches of this moment, booked already
};

// The one place that matches: all open remittances against the new lines and the older lines that are not
// explained yet, then the breaks that follow and those that no longer hold. The caller holds the
// reconciliation lock.
//
// What depends on the order in which files come: which of two lines that name one remittance is its match
// (the first imported; the other is `double`), and a line without a reference is matched by amount and date
// among what was open at that moment. The sums on every account are the same in any order.
ReconReport match_remittances(sql::Tx& tx, const Actor& actor, const MatchCause& cause, Time now,
                              const ReconRules& rules);

}  // namespace bccid
