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

// What brought a run about. Nothing of it: the clock.
struct MatchCause {
  std::optional<std::int64_t> file = {};  // whose lines are new
  // Lines that a person took out of a match, or made by splitting another or by joining its parts.
  std::vector<MatchedLine> freed = {};
  std::vector<NewMatch> by_person = {};  // matches of this moment, booked already
};

// The one place that matches: the new lines, the older lines that are not explained yet, and what these have
// to do with, then the breaks that follow and those that no longer hold. The caller holds the reconciliation
// lock. Looks at the accounts that the cause touches, at all of them for the clock.
//
// What stands matched by a rule is matched anew together with what came, and taken back where the whole now
// says otherwise (undone by `rule:reconcile`): which files came first has no influence on which matches,
// breaks and balances there are in the end. Lines that name a remittance are looked at however old they are;
// matches of lines that name nothing as far as kReconsideredDays before the oldest new line. A match by a
// person stands.
ReconReport match_remittances(sql::Tx& tx, const Actor& actor, const MatchCause& cause, Time now,
                              const ReconRules& rules);

}  // namespace bccid
