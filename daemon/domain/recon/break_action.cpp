#include "domain/recon/break_action.hpp"

namespace bccid {

bool needs_second_person(BreakAction action) { return action != BreakAction::paid; }

}  // namespace bccid
