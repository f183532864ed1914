#pragma once

#include "domain/names.hpp"

#include <cstdint>
#include <string_view>

namespace bccid {

// How a person ends a break.
enum class BreakAction : std::uint8_t {
  accept,     // documented, nothing is booked: explained outside the books
  paid,       // whoever owed the money has paid it
  write_off,  // the post makes his till good and asks the collector for nothing more
  waive,      // what is still due on the order is asked of nobody any more
  pay_back,   // money that nobody owed goes back out of an office's till
  refund,     // what a receipt took goes back to its payer, and the receipt is cancelled
};

template <>
struct EnumNames<BreakAction> {
  static constexpr std::array<std::string_view, 6> kNames{"accept", "paid",     "write_off",
                                                          "waive",  "pay_back", "refund"};
};

// Whether money is given up by it: then a second person decides.
bool needs_second_person(BreakAction action);

}  // namespace bccid
