#pragma once

#include "flow/decide_breaks.hpp"
#include "tests/flow/money_day.hpp"

#include <string>

namespace bccid::test {

// A day of money on which two finance officers end breaks.
class BreakDay : public MoneyDay {
 protected:
  Uuid only_break() {
    return parse_uuid(session.text("SELECT public_id FROM recon_break WHERE resolved_at IS NULL")).value();
  }
  Result<BreakCase> propose(const BreakWish& wish) {
    const auto id = only_break();
    return session.in_tx([&](sql::Tx& tx) { return propose_end(tx, finance, id, wish, now); });
  }
  Result<BreakCase> decide(const Actor& who, bool approve, const std::string& reason = {}) {
    const auto id = only_break();
    return session.in_tx([&](sql::Tx& tx) { return decide_end(tx, who, id, approve, reason, now); });
  }
  std::string refusal(const Result<BreakCase>& refused) {
    return refused ? "done" : std::string(errc_name(refused.error().code)) + ' ' + refused.error().detail;
  }
  // Runs the rules that find breaks.
  void look_for_breaks() {
    session.in_tx([&](sql::Tx& tx) { reconcile(tx, finance, now, rules); });
  }

  Actor second{"finance-2", "finance", "", "", ""};
};

}  // namespace bccid::test
