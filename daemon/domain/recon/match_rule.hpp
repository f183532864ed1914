#pragma once

#include "domain/names.hpp"

#include <cstdint>
#include <string_view>

namespace bccid {

// Why a line and a remittance belong together, the strongest reason first.
enum class MatchRule : std::uint8_t {
  end_to_end,          // the transfer's own id, carried through by the banks
  reference,           // the reference in the transfer's text
  several_references,  // one line names several remittances and is their exact sum
  several_lines,       // several lines name one remittance and are its amount together
  window_sum,          // one line is the exact sum of all that was sent to its account on one day
  amount_and_date,     // amount, account, date and payer agree
  by_person,
};

template <>
struct EnumNames<MatchRule> {
  static constexpr std::array<std::string_view, 7> kNames{"end_to_end",    "reference",  "several_references",
                                                          "several_lines", "window_sum", "amount_and_date",
                                                          "by_person"};
};

// What a match of the rule scores when nothing speaks for or against it, 0 to 100.
int weight(MatchRule rule);

// How a score moves. A rule without a name in the text takes nothing below kTakenFrom, and nothing that is
// not better by kClearLead than every other use of the same line or remittance.
inline constexpr int kAmountDiffers = -20;
inline constexpr int kPayerKnown = 20;
inline constexpr int kPayerStrange = -30;
inline constexpr int kTakenFrom = 50;
inline constexpr int kClearLead = 20;

}  // namespace bccid
