#include "base/money.hpp"

#include "base/text.hpp"

#include <stdexcept>

namespace bccid {
namespace {

bool in_range(std::int64_t dong) { return dong <= Money::kAbsMax && dong >= -Money::kAbsMax; }

// Both sides are checked before the sum, because Money(int64) takes any number and int64 may not wrap.
Money checked_sum(Money left, Money right, int sign) {
  if (!in_range(left.dong()) || !in_range(right.dong()) || !in_range(left.dong() + sign * right.dong()))
    throw std::overflow_error("money total out of range");
  return Money(left.dong() + sign * right.dong());
}

Failure not_an_amount(std::string_view text) {
  return {Errc::invalid_field, "amount \"" + shown(text) + "\" is not a whole number of dong",
          "Write digits only, or groups of three with one kind of separator; a fraction must be zero."};
}

bool all_digits(std::string_view text) {
  if (text.empty()) return false;
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  return true;
}

// True for "1", "12", "123", then groups of exactly three after each separator. "0.500" is nobody's
// way to group five hundred; it is somebody's way to write a fraction.
bool grouped(std::string_view text, char separator) {
  if (text.size() > 3 && text.front() == '0') return false;
  std::size_t run = 0;
  bool first = true;
  for (const char c : text) {
    if (c == separator) {
      if (run == 0 || run > 3 || (!first && run != 3)) return false;
      first = false;
      run = 0;
    } else if (c >= '0' && c <= '9') {
      ++run;
    } else {
      return false;
    }
  }
  return first ? run > 0 : run == 3;
}

// Cuts a zero fraction ("00" after the last separator) and says which separator may still group.
std::string_view without_zero_fraction(std::string_view text, char& group_separator) {
  const auto last = text.find_last_of(".,");
  if (last == std::string_view::npos) return text;
  const auto fraction = text.substr(last + 1);
  const bool zeros = (fraction == "0" || fraction == "00");
  group_separator = zeros ? (text[last] == '.' ? ',' : '.') : text[last];
  return zeros ? text.substr(0, last) : text;
}

}  // namespace

Money Money::operator+(Money other) const { return checked_sum(*this, other, 1); }
Money Money::operator-(Money other) const { return checked_sum(*this, other, -1); }
Money& Money::operator+=(Money other) { return *this = *this + other; }
Money& Money::operator-=(Money other) { return *this = *this - other; }

std::string Money::to_text() const {
  std::string digits = std::to_string(dong_).substr(dong_ < 0 ? 1 : 0);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ".");
  return (dong_ < 0 ? "-" : "") + digits + " đ";
}

Result<Money> parse_money(std::string_view text) {
  std::string_view rest = text;
  bool negative = false;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  char separator = '.';
  rest = without_zero_fraction(rest, separator);
  if (!all_digits(rest) && !grouped(rest, separator)) return not_an_amount(text);
  std::int64_t value = 0;
  for (const char c : rest) {
    if (c == separator) continue;
    value = value * 10 + (c - '0');
    if (value > Money::kAbsMax) return not_an_amount(text);
  }
  return Money(negative ? -value : value);
}

}  // namespace bccid
