#pragma once

#include "base/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace bccid {

// Whole Vietnamese đồng. There is no smaller unit (ISO 4217: VND has 0 decimals) and no floating point.
class Money {
 public:
  // No single amount or total that the system handles may pass this: 10^15 đồng is a thousand
  // times the yearly fee income of a large province and leaves int64 sums room for 9 000 of them.
  static constexpr std::int64_t kAbsMax = 1'000'000'000'000'000;

  constexpr Money() = default;
  constexpr explicit Money(std::int64_t dong) : dong_(dong) {}

  constexpr std::int64_t dong() const { return dong_; }
  constexpr bool zero() const { return dong_ == 0; }
  constexpr auto operator<=>(const Money&) const = default;

  constexpr Money operator-() const { return Money(-dong_); }
  // Sums saturate neither silently nor loudly: they throw std::overflow_error beyond kAbsMax,
  // because a wrapped total would be believed.
  Money operator+(Money other) const;
  Money operator-(Money other) const;
  Money& operator+=(Money other);
  Money& operator-=(Money other);

  // "1.234.567 đ", as printed for people in Vietnam.
  std::string to_text() const;

 private:
  std::int64_t dong_ = 0;
};

// Reads an amount as people and banks write it: "120000", "120.000", "120,000", "120000.00",
// "120.000,00". A fraction other than zero, mixed separators or a sign in the middle are refused:
// a guess here would move someone's money. Errors: invalid_field.
Result<Money> parse_money(std::string_view text);

}  // namespace bccid
