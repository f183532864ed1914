#pragma once

#include "base/ids.hpp"
#include "base/money.hpp"
#include "flow/actor.hpp"
#include "flow/reconcile.hpp"
#include "store/pq.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace bccid {

// What keeps a remittance, or the money of a receipt, from the candidates of a line.
enum class Exclusion : std::uint8_t {
  money_left,         // the line took money out of the account
  line_matched,       // the line is in a match
  other_account,      // it was sent to another account than the line is on
  met_already,        // another line, or this one, met it
  outside_window,     // unnamed and too many days between
  amount,             // unnamed, and the amounts differ by more than a tenth
  better_ones,        // it would be one, but the list ends before it
  line_split,         // the line is split, or a part of a line that is whole again
  not_remitted,       // the receipt's money is in no remittance yet
  receipt_cancelled,  // the receipt does not stand any more, and its money is in no remittance
  own_postage,        // the receipt is for the post's own money, which goes to no fee account
};

template <>
struct EnumNames<Exclusion> {
  static constexpr std::array<std::string_view, 11> kNames{
      "money_left",  "line_matched", "other_account", "met_already",       "outside_window", "amount",
      "better_ones", "line_split",   "not_remitted",  "receipt_cancelled", "own_postage"};
};

// A value that a rule compared: what it is, as the contract names it, and the value.
using Compared = std::pair<std::string_view, std::variant<std::int64_t, std::string>>;

struct WhyNot {
  std::string reference;       // of the remittance; empty while the receipt's money is in none
  std::string receipt;         // its number, when it was asked for by one; else empty
  bool candidate = false;      // it is among them
  bool undone_before = false;  // a person took this pair apart: no rule joins it again
  std::optional<Uuid> match;   // that holds the line or the remittance
  struct Reason {
    Exclusion rule = Exclusion::amount;
    std::string detail;            // with the values that the rule compared
    std::vector<Compared> values;  // the same for whoever writes a sentence of his own
  };
  std::vector<Reason> reasons;  // every rule that excludes it; none where it is a candidate
};

// Why a remittance is not among the candidates of a line. `asked`: its reference (a payer's own transfer is
// one under its payment reference), or the number of a receipt, whose money is looked for among the
// remittances. Errors: not_found (the line, the remittance, the receipt, or they are another agency's),
// conflict (several receipts bear the number).
Result<WhyNot> why_not(sql::Tx& tx, const Actor& actor, std::int64_t line, const std::string& asked,
                       const ReconRules& rules);

}  // namespace bccid
