#include "adapters/statement_builder.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <utility>

namespace bccid::bank {
namespace {

constexpr std::size_t kLinesMax = 5'000'000;
constexpr std::size_t kTextBytesMax = 4 * 1024;
constexpr std::size_t kAccountCharsMax = 34;
constexpr std::size_t kProblemsMax = 50;  // as many as a person reads

bool in_account(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }

std::optional<Money> added(Money left, Money right) {
  try {
    return left + right;
  } catch (const std::overflow_error&) {
    return std::nullopt;
  }
}

// NFC, with blanks for line ends and whatever else no screen and no database takes.
std::string on_one_line(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return to_nfc(trim(text));
}

}  // namespace

Failure refused(std::size_t line, const std::string& reason) {
  const std::string place = line == 0 ? "" : "line " + std::to_string(line);
  return {Errc::statement_refused, (line == 0 ? "" : place + ": ") + reason,
          "Nothing was taken over. Ask the bank for the file again, or correct the named line.", place};
}

Status StatementBuilder::once(std::size_t line, const char* part) {
  if (!seen_.emplace(part, line).second) return refused(line, std::string(part) + " stands there twice");
  return {};
}

Status StatementBuilder::account(std::size_t line, std::string_view text) {
  if (auto first = once(line, "account"); !first) return first;
  std::string account;
  std::copy_if(text.begin(), text.end(), std::back_inserter(account),
               [](char c) { return c != ' ' && c != '.' && c != '-'; });
  if (account.empty() || account.size() > kAccountCharsMax || !std::ranges::all_of(account, in_account))
    return refused(line, "the account number is not readable");
  if (!head_.account.empty() && head_.account != account)
    return refused(
        line, "account " + account + " follows account " + head_.account + ": a file is about one account");
  head_.account = std::move(account);
  return {};
}

Status StatementBuilder::from(std::size_t line, Day day) {
  if (auto first = once(line, "from"); !first) return first;
  // Of several statements the first day of the first counts.
  if (head_.from == Day{}) head_.from = day;
  return {};
}

Status StatementBuilder::to(std::size_t line, Day day) {
  if (auto first = once(line, "to"); !first) return first;
  head_.to = day;
  return {};
}

Status StatementBuilder::opening(std::size_t line, Money balance) {
  if (auto first = once(line, "opening"); !first) return first;
  if (!noted_ && seen_.contains("next statement") && balance != head_.closing)
    return refused(line, "it opens with " + balance.to_text() + ", the statement before closed with " +
                             head_.closing.to_text() + ": one is missing between them");
  if (!seen_.contains("next statement")) head_.opening = balance;
  return {};
}

Status StatementBuilder::closing(std::size_t line, Money balance) {
  if (auto first = once(line, "closing"); !first) return first;
  head_.closing = balance;
  return {};
}

void StatementBuilder::notification(Day made_on) {
  head_.notification = true;
  head_.from = head_.to = made_on;
}

void StatementBuilder::number(std::string_view text) {
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || value <= 0) return;
  if (head_.first_no == 0) head_.first_no = value;
  head_.last_no = value;
}

Status StatementBuilder::take(BankLine line) {
  if (head_.line_count == kLinesMax)
    return refused(line.line, "the file has more than " + std::to_string(kLinesMax) + " lines");
  ++head_.line_count;
  if (auto good = check(line); !good) return note(good.error());
  const std::chrono::sys_days day{line.booked_on};
  if (!earliest_ || day < std::chrono::sys_days{earliest_->day}) earliest_ = {line.booked_on, line.line};
  if (!latest_ || day > std::chrono::sys_days{latest_->day}) latest_ = {line.booked_on, line.line};
  return sink_.take(std::move(line));
}

Status StatementBuilder::check(BankLine& line) {
  if (line.amount.zero()) return refused(line.line, "the amount is 0");
  if (line.amount > Money(limits::kPostingDongMax) || line.amount < Money(-limits::kPostingDongMax))
    return refused(line.line, "the amount passes every plausible amount");
  for (auto* text : {&line.bank_ref, &line.text, &line.payer, &line.end_to_end}) *text = on_one_line(*text);
  if (line.detail_of)
    for (auto* text : {&line.detail_of->bank_ref, &line.detail_of->text}) *text = on_one_line(*text);
  const std::size_t of_entry =
      line.detail_of ? line.detail_of->bank_ref.size() + line.detail_of->text.size() : 0;
  if (line.bank_ref.size() + line.text.size() + line.payer.size() + line.end_to_end.size() + of_entry >
      kTextBytesMax)
    return refused(line.line, "its texts are too long");
  const auto sum = added(sum_, line.amount);
  if (!sum) return refused(line.line, "the total passes every plausible amount");
  sum_ = *sum;
  return {};
}

Status StatementBuilder::note(const Failure& problem) {
  if (!noted_) noted_ = problem;
  sink_.refuse(problem);
  return ++notes_ < kProblemsMax ? Status{} : *noted_;
}

Status StatementBuilder::next_statement(std::size_t line) {
  if (auto parts = check_parts(line, " in the statement before"); !parts) return parts;
  if (!noted_ && !head_.notification)
    if (auto balance = check_balance(); !balance) return balance;
  seen_.clear();
  seen_.emplace("next statement", line);
  if (!head_.notification) sum_ = head_.closing - head_.opening;
  return {};
}

Status StatementBuilder::check_parts(std::size_t line, std::string_view where) const {
  for (const char* part : {"account", "from", "to", "opening", "closing"}) {
    if (!seen_.contains(part))
      return refused(line, std::string("\"") + part + "\" is missing" + std::string(where));
    if (head_.notification) break;  // it is the only part that it has
  }
  return {};
}

Result<StatementHead> StatementBuilder::finish_notification() {
  if (earliest_) head_.from = earliest_->day;
  if (latest_) head_.to = latest_->day;
  head_.closing = sum_;
  return std::move(head_);
}

Result<StatementHead> StatementBuilder::finish() {
  if (noted_) return *noted_;  // the sums of what is left would only be wrong, too
  if (auto parts = check_parts(0, ""); !parts) return parts.error();
  if (head_.notification) return finish_notification();
  if (auto days = check_days(); !days) return days.error();
  if (auto balance = check_balance(); !balance) return balance.error();
  return std::move(head_);
}

Status StatementBuilder::check_days() const {
  const std::chrono::sys_days from{head_.from}, to{head_.to};
  if (to < from) return refused(seen_.at("to"), "the last day lies before the first");
  for (const auto& mark : {earliest_, latest_})
    if (mark && (std::chrono::sys_days{mark->day} < from || std::chrono::sys_days{mark->day} > to))
      return refused(mark->line, to_text(mark->day) + " lies outside the days of the statement");
  return {};
}

Status StatementBuilder::check_balance() const {
  const auto expected = added(head_.opening, sum_);
  if (!expected) return refused(seen_.at("closing"), "the balance passes every plausible amount");
  if (*expected == head_.closing) return {};
  return refused(seen_.at("closing"), "opening " + head_.opening.to_text() + " plus the lines gives " +
                                          expected->to_text() + ", not " + head_.closing.to_text());
}

}  // namespace bccid::bank
