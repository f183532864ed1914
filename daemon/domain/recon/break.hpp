#pragma once

#include "base/money.hpp"
#include "base/time_text.hpp"
#include "domain/names.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace bccid {

// A difference that somebody must explain. Domain facts §4.2 name the breaks that must be found.
enum class BreakType : std::uint8_t {
  short_paid,                // less arrived than was remitted
  over_paid,                 // more arrived
  double_paid,               // a second line for one remittance
  missing,                   // remitted, and no line within the time allowed
  remitted_without_receipt,  // a line that nobody announced
  ambiguous,                 // a line that fits several remittances
  bank_debit,                // money left the account
};

template <>
struct EnumNames<BreakType> {
  static constexpr std::array<std::string_view, 7> kNames{
      "short", "over", "double", "missing", "remitted_without_receipt", "ambiguous", "bank_debit"};
};

enum class BreakOwner : std::uint8_t { post_finance, agency_finance };

template <>
struct EnumNames<BreakOwner> {
  static constexpr std::array<std::string_view, 2> kNames{"post_finance", "agency_finance"};
};

struct Break {
  BreakType type = BreakType::missing;
  Money amount;           // signed as seen from the account: short and missing are negative
  Day opened{};           // the day the difference arose, not the day it was seen; re-runs agree on it
  std::string line_id;    // empty when there is no line
  std::string reference;  // empty when no remittance is concerned
  bool operator==(const Break&) const = default;
};

// Who has to act, and what they are told to do.
struct BreakAdvice {
  BreakOwner owner;
  std::string_view action_vi;
  std::string_view action_en;
};

const BreakAdvice& advice(BreakType type);

// Whole days from opening until today; 0 on the first day.
int age_days(const Break& found, Day today);

}  // namespace bccid
