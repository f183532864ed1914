#include "adapters/statement_builder.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <utility>

namespace bccid::bank {
namespace {

constexpr std::size_t kLinesMax = 200'000;
constexpr std::size_t kTextBytesMax = 4 * 1024;
constexpr std::size_t kAccountCharsMax = 34;

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
  return {Errc::statement_refused, (line == 0 ? "" : "line " + std::to_string(line) + ": ") + reason,
          "Nothing was taken over. Ask the bank for the file again, or correct the named line."};
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
  if (!statement_.account.empty() && statement_.account != account)
    return refused(line, "account " + account + " follows account " + statement_.account +
                             ": a file is about one account");
  statement_.account = std::move(account);
  return {};
}

Status StatementBuilder::from(std::size_t line, Day day) {
  if (auto first = once(line, "from"); !first) return first;
  // Of several statements the first day of the first counts.
  if (statement_.from == Day{}) statement_.from = day;
  return {};
}

Status StatementBuilder::to(std::size_t line, Day day) {
  if (auto first = once(line, "to"); !first) return first;
  statement_.to = day;
  return {};
}

Status StatementBuilder::opening(std::size_t line, Money balance) {
  if (auto first = once(line, "opening"); !first) return first;
  if (seen_.contains("next statement") && balance != statement_.closing)
    return refused(line, "it opens with " + balance.to_text() + ", the statement before closed with " +
                             statement_.closing.to_text() + ": one is missing between them");
  if (!seen_.contains("next statement")) statement_.opening = balance;
  return {};
}

Status StatementBuilder::closing(std::size_t line, Money balance) {
  if (auto first = once(line, "closing"); !first) return first;
  statement_.closing = balance;
  return {};
}

Status StatementBuilder::take(BankLine line) {
  if (statement_.lines.size() == kLinesMax)
    return refused(line.line, "the file has more than " + std::to_string(kLinesMax) + " lines");
  if (line.amount.zero()) return refused(line.line, "the amount is 0");
  if (line.amount > Money(limits::kPostingDongMax) || line.amount < Money(-limits::kPostingDongMax))
    return refused(line.line, "the amount passes every plausible amount");
  line.bank_ref = on_one_line(line.bank_ref);
  line.text = on_one_line(line.text);
  line.payer = on_one_line(line.payer);
  line.end_to_end = on_one_line(line.end_to_end);
  if (line.bank_ref.size() + line.text.size() + line.payer.size() + line.end_to_end.size() > kTextBytesMax)
    return refused(line.line, "its texts are too long");
  if (!line.bank_ref.empty()) {
    const auto key = std::tuple(line.bank_ref, line.booked_on, line.amount.dong(), line.text);
    const auto [known, fresh] = lines_by_content_.emplace(key, line.line);
    if (!fresh) return refused(line.line, "it repeats line " + std::to_string(known->second));
  }
  const auto sum = added(sum_, line.amount);
  if (!sum) return refused(line.line, "the total passes every plausible amount");
  sum_ = *sum;
  statement_.lines.push_back(std::move(line));
  return {};
}

Status StatementBuilder::next_statement(std::size_t line) {
  for (const char* part : {"account", "from", "to", "opening", "closing"})
    if (!seen_.contains(part))
      return refused(line, std::string(part) + " is missing in the statement before");
  if (auto balance = check_balance(); !balance) return balance;
  seen_.clear();
  seen_.emplace("next statement", line);
  sum_ = statement_.closing - statement_.opening;
  return {};
}

Result<BankStatement> StatementBuilder::finish() {
  for (const char* part : {"account", "from", "to", "opening", "closing"})
    if (!seen_.contains(part)) return refused(0, std::string("\"") + part + "\" is missing");
  if (std::chrono::sys_days{statement_.to} < std::chrono::sys_days{statement_.from})
    return refused(seen_.at("to"), "the last day lies before the first");
  for (const auto& line : statement_.lines)
    if (std::chrono::sys_days{line.booked_on} < std::chrono::sys_days{statement_.from} ||
        std::chrono::sys_days{line.booked_on} > std::chrono::sys_days{statement_.to})
      return refused(line.line, to_text(line.booked_on) + " lies outside the days of the statement");
  if (auto balance = check_balance(); !balance) return balance.error();
  return std::move(statement_);
}

Status StatementBuilder::check_balance() const {
  const auto expected = added(statement_.opening, sum_);
  if (!expected) return refused(seen_.at("closing"), "the balance passes every plausible amount");
  if (*expected == statement_.closing) return {};
  return refused(seen_.at("closing"), "opening " + statement_.opening.to_text() + " plus the lines gives " +
                                          expected->to_text() + ", not " + statement_.closing.to_text());
}

}  // namespace bccid::bank
