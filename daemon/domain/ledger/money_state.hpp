#pragma once

#include "domain/transition_table.hpp"

#include <cstdint>

namespace bccid {

// Where the money of one charge is. Delivered is not settled: each hand is a state of its own.
enum class MoneyState : std::uint8_t {
  due,
  collected,     // a collector holds the cash
  handed_in,     // the office holds it
  remitted,      // on its way to the fee account
  on_statement,  // a bank line was matched
  settled,
  refunded,
  waived,
  split,  // its parts stand for it
};

template <>
struct EnumNames<MoneyState> {
  static constexpr std::array<std::string_view, 9> kNames{
      "due", "collected", "handed_in", "remitted", "on_statement", "settled", "refunded", "waived", "split"};
};

enum class MoneyEvent : std::uint8_t {
  collected,
  transferred,  // the payer sent it to the fee account himself
  handed_in,
  remitted,
  on_statement,
  settled,
  refunded,
  waived,
  split,
  reversed,  // takes the last step back, with a reversal journal
};

template <>
struct EnumNames<MoneyEvent> {
  static constexpr std::array<std::string_view, 10> kNames{
      "collected", "transferred", "handed_in", "remitted", "on_statement",
      "settled",   "refunded",    "waived",    "split",    "reversed"};
};

// schemas/codes/money_transitions.csv.
using MoneyMachine = TransitionTable<MoneyState, MoneyEvent>;

}  // namespace bccid
