#pragma once

#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time_text.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct BankLine {
  std::size_t line = 0;  // line of the file, for messages to people
  std::string bank_ref;  // the bank's own key of the entry; may be empty
  Day booked_on{};
  Money amount;      // positive: came in; negative: went out
  std::string text;  // remittance information as the bank wrote it
  std::string payer;
  std::string end_to_end = {};  // the payer's own id of the transfer; may be empty
};

struct BankStatement {
  std::string account;  // account number that the file is about
  Day from{};
  Day to{};  // last day that the file covers completely
  Money opening;
  Money closing;
  std::vector<BankLine> lines;
};

// Turns a bank's file into lines. Pure: reads bytes, touches nothing.
class BankFilePort {
 public:
  BankFilePort() = default;
  BankFilePort(const BankFilePort&) = delete;
  BankFilePort& operator=(const BankFilePort&) = delete;
  virtual ~BankFilePort() = default;

  virtual const std::string& name() const = 0;
  // Refuses the file whole (statement_refused) when a line is unreadable, a total is wrong, or
  // opening + sum != closing; the message names line and reason.
  virtual Result<BankStatement> parse(std::string_view bytes) const = 0;
};

}  // namespace bccid
