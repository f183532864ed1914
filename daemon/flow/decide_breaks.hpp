#pragma once

#include "flow/actor.hpp"
#include "flow/reconcile.hpp"
#include "store/break_decision_store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// A break with everything that was said about it.
struct BreakCase {
  BreakView view;
  std::vector<BreakProposal> proposals;
  std::vector<BreakComment> comments;
};

// Agency systems see their own breaks only. Errors: not_found.
Result<BreakCase> read_break(sql::Tx& tx, const Actor& actor, const Uuid& id, Time now);

// Errors: not_found.
Result<BreakCase> comment_break(sql::Tx& tx, const Actor& actor, const Uuid& id, std::string_view text,
                                Time now);

struct BreakWish {
  BreakAction action = BreakAction::accept;
  std::string note;    // why; kept with the break
  std::string office;  // whose till pays, for pay_back and refund
};
// Proposes how a break ends. What needs no second person is done at once.
// Errors: not_found, conflict (resolved; a proposal waits; such a break cannot end so), and those of booking
// it.
Result<BreakCase> propose_end(sql::Tx& tx, const Actor& actor, const Uuid& id, const BreakWish& wish,
                              Time now);

// Decides the open proposal: approved, it is booked and the break ends; rejected, the break stays open.
// Errors: not_found, conflict (nothing is proposed; the same person proposed it; the money is not where it
// has to be: handed in, still due).
Result<BreakCase> decide_end(sql::Tx& tx, const Actor& actor, const Uuid& id, bool approve,
                             std::string_view reason, Time now);

}  // namespace bccid
