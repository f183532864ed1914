#pragma once

#include "base/money.hpp"
#include "base/time_text.hpp"
#include "domain/names.hpp"
#include "domain/recon/break_action.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// A difference that somebody must explain: all of them, whoever finds them. Domain facts §4.2 name the breaks
// that must be found.
enum class BreakType : std::uint8_t {
  short_paid,                // less arrived than was remitted
  over_paid,                 // more arrived
  double_paid,               // a second line for one remittance
  missing,                   // remitted, and no line within the time allowed
  remitted_without_receipt,  // a line that nobody announced
  ambiguous,                 // a line that fits several remittances
  bank_debit,                // money left the account
  // Between a payer, who took his money, and the post's till:
  amount_differs,           // less was collected than was due
  cash_over,                // more was collected than was due
  paid_twice,               // it had been paid already
  retracted_after_hand_in,  // an office counted the money of a scan that was retracted
  collector_short,          // less was counted than was collected
  collector_over,           // more was counted
  collected_not_remitted,   // phí or lệ phí held beyond the 24 hours of TT 74/2022/TT-BTC
  delivered_unpaid,         // delivered, and its charge is still due
  // What is not owed, or not receipted as it must be:
  receipt_for_refused_dossier,   // the dossier was refused or withdrawn after its fee was paid
  fee_paid_but_order_cancelled,  // paid for a leg that never ran
  refund_owed,                   // the agency holds money that was refunded
  number_gap,                    // a receipt series has a number that no receipt bears
  statement_gap,                 // a statement does not begin where the one before it ended
  // Between the payment platform's file and the books:
  platform_unknown,  // it says a payment that nobody told us
  platform_differs,  // another amount or account, or it went back to the payer
  platform_missing,  // it does not know a payment that we were told
};

template <>
struct EnumNames<BreakType> {
  static constexpr std::array<std::string_view, 23> kNames{"short",
                                                           "over",
                                                           "double",
                                                           "missing",
                                                           "remitted_without_receipt",
                                                           "ambiguous",
                                                           "bank_debit",
                                                           "amount_differs",
                                                           "cash_over",
                                                           "paid_twice",
                                                           "retracted_after_hand_in",
                                                           "collector_short",
                                                           "collector_over",
                                                           "collected_not_remitted",
                                                           "delivered_unpaid",
                                                           "receipt_for_refused_dossier",
                                                           "fee_paid_but_order_cancelled",
                                                           "refund_owed",
                                                           "number_gap",
                                                           "statement_gap",
                                                           "platform_unknown",
                                                           "platform_differs",
                                                           "platform_missing"};
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

// Who has to act, what they are told to do, and how a person may end it besides by accepting it.
struct BreakAdvice {
  BreakOwner owner;
  std::array<BreakAction, 2> ends;  // accept stands where there is no other
  std::string_view action_vi;
  std::string_view action_en;
};

const BreakAdvice& advice(BreakType type);

// How a break of this type and amount can end, in the order of BreakAction. Money is paid back only where
// there is some.
std::vector<BreakAction> ends_of(BreakType type, Money amount);

// Whole days from opening until today; 0 on the first day.
int age_days(const Break& found, Day today);

}  // namespace bccid
