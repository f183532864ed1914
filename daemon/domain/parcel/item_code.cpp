#include "domain/parcel/item_code.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace bccid {
namespace {

constexpr std::size_t kScannedBytesMax = 512;
constexpr std::size_t kShownBytesMax = 80;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_word(char c) { return is_digit(c) || is_upper(c); }

bool has_item_shape(std::string_view text) {
  return text.size() == kItemCodeChars && is_upper(text[0]) && is_upper(text[1]) &&
         std::all_of(text.begin() + 2, text.begin() + 11, is_digit) && is_upper(text[11]) &&
         is_upper(text[12]);
}

std::string without_blanks(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') kept.push_back(c);
  }
  return kept;
}

// "]C0" and the like: a scanner may be set up to send which symbology it read.
std::string_view without_aim_prefix(std::string_view text) {
  if (text.size() > 3 && text[0] == ']') text.remove_prefix(3);
  return text;
}

bool is_url(std::string_view upper) { return upper.starts_with("HTTP://") || upper.starts_with("HTTPS://"); }

// The only 13-character word of item shape inside a URL; empty when there is none or several different.
std::string_view item_in_url(std::string_view url) {
  std::string_view found;
  for (std::size_t at = 0; at < url.size();) {
    if (!is_word(url[at])) {
      ++at;
      continue;
    }
    const auto* end = std::find_if_not(url.begin() + at, url.end(), is_word);
    const auto word = url.substr(at, static_cast<std::size_t>(end - url.begin()) - at);
    at += word.size();
    if (!has_item_shape(word) || word == found) continue;
    if (!found.empty()) return {};
    found = word;
  }
  return found;
}

Failure refused(std::string detail, std::string hint) {
  return Failure(Errc::invalid_field, std::move(detail), std::move(hint));
}

}  // namespace

Result<char> s10_check_digit(std::string_view serial) {
  constexpr std::array<int, 8> kWeights{8, 6, 4, 2, 3, 5, 9, 7};
  if (serial.size() != kWeights.size() || !std::all_of(serial.begin(), serial.end(), is_digit)) {
    return refused("serial number '" + shown(serial) + "' is not 8 digits",
                   "Give the 8 digits after the two letters.");
  }
  int sum = 0;
  for (std::size_t at = 0; at < kWeights.size(); ++at) sum += kWeights[at] * (serial[at] - '0');
  const int rest = 11 - sum % 11;
  if (rest == 10) return '0';
  if (rest == 11) return '5';
  return static_cast<char>('0' + rest);
}

Result<ItemCode> parse_item_code(std::string_view text) {
  const std::string hint = "Scan the label again or type the 13 characters as printed.";
  if (text.size() > kScannedBytesMax) return refused("item code is longer than 512 bytes", hint);
  const std::string compact = to_upper_ascii(without_blanks(text));
  std::string_view candidate = without_aim_prefix(compact);
  if (is_url(candidate)) candidate = item_in_url(candidate);
  if (!has_item_shape(candidate)) {
    return refused("item code '" + shown(trim(text), kShownBytesMax) +
                       "' is not two letters, nine digits and two letters",
                   hint);
  }
  const auto expected = s10_check_digit(candidate.substr(2, 8));
  if (!expected) return expected.error();
  if (candidate[10] != *expected) {
    return refused("item code '" + std::string(candidate) + "' has check digit " + candidate[10] +
                       ", expected " + *expected,
                   hint);
  }
  return ItemCode{std::string(candidate)};
}

Result<ItemCode> make_item_code(std::string_view indicator, std::string_view serial,
                                std::string_view country) {
  const auto digit = s10_check_digit(serial);
  if (!digit) return digit.error();
  std::string text(indicator);
  text.append(serial).push_back(*digit);
  text.append(country);
  if (!has_item_shape(text)) {
    return refused("item code '" + shown(text) + "' is not two letters, nine digits and two letters",
                   "Give a two-letter indicator and a two-letter country.");
  }
  return ItemCode{std::move(text)};
}

}  // namespace bccid
