#pragma once

#include "flow/actor.hpp"
#include "flow/page.hpp"
#include "flow/reconcile.hpp"
#include "store/match_store.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace bccid {

struct RuleSum {
  std::string rule;
  std::size_t matches = 0;
  Money amount;  // of their lines
};

struct Rehearsal {
  std::vector<RuleSum> rules;  // by name
  std::size_t ties = 0;        // lines that fit several remittances and wait for a person
  std::vector<MatchView> matches;
  std::string next;  // empty on the last page
};

// What a run of the rules would match now. It really runs, so it says what would happen and not what another
// code thinks of it: the caller has to roll the transaction back. Sees all agencies.
// Errors: invalid_field (cursor).
Result<Rehearsal> rehearse_matching(sql::Tx& tx, const Actor& actor, const PageOf& page, Time now,
                                    const ReconRules& rules);

}  // namespace bccid
