#include "domain/recon/break_action.hpp"

namespace bccid {

bool needs_second_person(BreakAction action) { return action != BreakAction::paid; }

bool can_end(BreakAction action, std::string_view type, Money amount) {
  const bool more = amount > Money{};
  switch (action) {
    case BreakAction::accept: return true;
    case BreakAction::paid:
    case BreakAction::write_off: return type == "collector_short";
    case BreakAction::waive: return type == "delivered_unpaid" || type == "amount_differs";
    case BreakAction::pay_back: return more && (type == "over" || type == "collector_over");
  }
  return false;
}

}  // namespace bccid
