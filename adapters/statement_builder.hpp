#pragma once

#include "ports/bank_file_port.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace bccid::bank {

// Why a file is refused as a whole. `line` is that of the file, 0 when it is about all of it.
Failure refused(std::size_t line, const std::string& reason);

// What a file says, gathered from top to bottom by whatever reads its form, and checked as every statement
// must hold: each part once, no line twice, no impossible amount, days in order, opening + lines = closing.
// Every call answers statement_refused, naming line and reason.
class StatementBuilder {
 public:
  // Blanks, dots and dashes are taken out; 34 capital letters and digits at most.
  Status account(std::size_t line, std::string_view text);
  Status from(std::size_t line, Day day);
  Status to(std::size_t line, Day day);
  Status opening(std::size_t line, Money balance);
  Status closing(std::size_t line, Money balance);

  // The same reference may stand on a fee line, too; the same line twice is a copy.
  Status take(BankLine line);

  // A further statement in the same file: it goes on where the last one closed, for the same account.
  Status next_statement(std::size_t line);

  std::size_t lines() const { return statement_.lines.size(); }
  Money sum() const { return sum_; }
  Result<BankStatement> finish();

 private:
  Status once(std::size_t line, const char* part);
  Status check_balance() const;

  BankStatement statement_;
  Money sum_;                                             // of the lines since the last opening balance
  std::map<std::string, std::size_t, std::less<>> seen_;  // part -> line of the file
  std::map<std::tuple<std::string, Day, std::int64_t, std::string>, std::size_t> lines_by_content_;
};

}  // namespace bccid::bank
