#pragma once

#include "ports/bank_file_port.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bccid::bank {

// Why a file is refused as a whole. `line` is that of the file, 0 when it is about all of it; the failure's
// pointer names it, too.
Failure refused(std::size_t line, const std::string& reason);

// What a file says, gathered from top to bottom by whatever reads its form, and checked as every statement
// must hold that can be seen line by line: each part once, no impossible amount, days in order, opening +
// lines = closing. The lines go on to the sink; whether one repeats another is seen where all of them are.
// Every call answers statement_refused, naming line and reason.
class StatementBuilder {
 public:
  explicit StatementBuilder(LineSink& sink) : sink_(sink) {}

  // Blanks, dots and dashes are taken out; 34 capital letters and digits at most.
  Status account(std::size_t line, std::string_view text);
  Status from(std::size_t line, Day day);
  Status to(std::size_t line, Day day);
  Status opening(std::size_t line, Money balance);
  Status closing(std::size_t line, Money balance);

  // The file is a notification: it has neither days nor balances, but for the day on which it was made.
  void notification(Day made_on);

  // The bank's number of the statement; what is no number counts as none.
  void number(std::string_view text);

  // What is wrong with the line is noted.
  Status take(BankLine line);

  // Notes a problem after which the reading can go on: the file is refused at its end, together with what
  // else is found. Answers the first problem itself when there are more than a report holds.
  Status note(const Failure& problem);
  bool any_noted() const { return noted_.has_value(); }

  // A further statement in the same file: it goes on where the last one closed, for the same account. A
  // further notification only is about the same account.
  Status next_statement(std::size_t line);

  std::size_t lines() const { return head_.line_count; }
  Money sum() const { return sum_; }
  Result<StatementHead> finish();

 private:
  // The first line on the earliest or latest day.
  struct DayMark {
    Day day{};
    std::size_t line = 0;
  };

  Status once(std::size_t line, const char* part);
  Status check_parts(std::size_t line, std::string_view where) const;
  Result<StatementHead> finish_notification();
  Status check_balance() const;
  Status check_days() const;
  Status check(BankLine& line);

  LineSink& sink_;
  StatementHead head_;
  Money sum_;                                             // of the lines since the last opening balance
  std::map<std::string, std::size_t, std::less<>> seen_;  // part -> line of the file
  std::optional<DayMark> earliest_, latest_;
  std::optional<Failure> noted_;
  std::size_t notes_ = 0;
};

}  // namespace bccid::bank
