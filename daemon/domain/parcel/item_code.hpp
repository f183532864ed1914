#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace bccid {

inline constexpr std::size_t kItemCodeChars = 13;

// A UPU S10 item identifier: service indicator, 8-digit serial, check digit, ISO country. 13 characters,
// upper case. All indicators and countries are taken: which ones the post uses is not published.
struct ItemCode {
  std::string text;
  auto operator<=>(const ItemCode&) const = default;
};

// The S10 check digit of 8 digits (weights 8 6 4 2 3 5 9 7, 11 - sum mod 11, 10 -> 0, 11 -> 5).
// Errors: invalid_field unless given exactly 8 ASCII digits.
Result<char> s10_check_digit(std::string_view serial);

// Reads what a scanner, a phone or a person gives: either case, blanks anywhere, an AIM symbology
// prefix ("]C0"), a QR that wraps the code in a URL. Otherwise the whole text must be the code: an
// input method leaves right codes behind stray letters, and guessing there is a scan on a wrong parcel.
// Errors: invalid_field, naming the expected check digit when only that is wrong.
Result<ItemCode> parse_item_code(std::string_view text);

// Errors: invalid_field.
Result<ItemCode> make_item_code(std::string_view indicator, std::string_view serial,
                                std::string_view country);

}  // namespace bccid
