#pragma once

#include "base/ids.hpp"
#include "flow/actor.hpp"
#include "flow/reconcile.hpp"
#include "store/pq.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// What keeps a remittance from the candidates of a line.
enum class Exclusion : std::uint8_t {
  money_left,      // the line took money out of the account
  line_matched,    // the line is in a match
  other_account,   // it was sent to another account than the line is on
  met_already,     // another line, or this one, met it
  outside_window,  // unnamed and too many days between
  amount,          // unnamed, and the amounts differ by more than a tenth
  better_ones,     // it would be one, but the list ends before it
};

template <>
struct EnumNames<Exclusion> {
  static constexpr std::array<std::string_view, 7> kNames{"money_left",  "line_matched",   "other_account",
                                                          "met_already", "outside_window", "amount",
                                                          "better_ones"};
};

struct WhyNot {
  std::string reference;
  bool candidate = false;      // it is among them
  bool undone_before = false;  // a person took this pair apart: no rule joins it again
  std::optional<Uuid> match;   // that holds the line or the remittance
  struct Reason {
    Exclusion rule = Exclusion::amount;
    std::string detail;  // with the values that the rule compared
  };
  std::vector<Reason> reasons;  // every rule that excludes it; none where it is a candidate
};

// Why a remittance is not among the candidates of a line. Errors: not_found (the line, the remittance, or
// they are another agency's).
Result<WhyNot> why_not(sql::Tx& tx, const Actor& actor, std::int64_t line, const std::string& reference,
                       const ReconRules& rules);

}  // namespace bccid
