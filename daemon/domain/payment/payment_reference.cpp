#include "domain/payment/payment_reference.hpp"

#include "domain/recon/reference_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace bccid {
namespace {

constexpr std::size_t kStem = 2;
constexpr std::size_t kDigitsMin = 3;   // an order, an attempt, a check digit
constexpr std::size_t kDigitsMax = 21;  // of the highest number that there is

// H. M. Damm's totally anti-symmetric quasigroup of order ten.
constexpr std::array<std::string_view, 10> kDamm{"0317598642", "7092154863", "4206871359", "1750983426",
                                                 "6123045978", "3674209581", "5869720134", "8945362017",
                                                 "9438617205", "2581436790"};

// Of each kind, in their order.
constexpr std::string_view kLetters = "PLC";

// Begins with a digit of its own for each kind, so that the letters are under the check, too.
char check_digit(ChargeKind kind, std::string_view digits) {
  std::size_t interim = static_cast<std::size_t>(kind) + 1;
  for (const char digit : digits)
    interim = static_cast<std::size_t>(kDamm.at(interim)[static_cast<std::size_t>(digit - '0')] - '0');
  return static_cast<char>('0' + interim);
}

bool is_digit(char sign) { return sign >= '0' && sign <= '9'; }

void add_readings(const ReferenceText& text, std::size_t at, std::vector<PaymentReference>& found) {
  const auto& signs = text.signs();
  std::size_t end = at + kStem;
  while (end < signs.size() && is_digit(signs[end]) && end - at - kStem < kDigitsMax) ++end;
  for (std::size_t last = at + kStem + kDigitsMin; last <= end; ++last) {
    const std::string candidate = signs.substr(at, last - at);
    if (const auto read = parse_payment_reference(candidate); read && text.mentions(ReferenceText(candidate)))
      found.push_back(*read);
  }
}

void add_named(std::string_view written, std::vector<PaymentReference>& found) {
  const ReferenceText text(written);
  for (std::size_t at = text.signs().find('B'); at != std::string::npos; at = text.signs().find('B', at + 1))
    add_readings(text, at, found);
}

}  // namespace

std::string payment_reference_text(const PaymentReference& reference) {
  std::string text{'B', kLetters[static_cast<std::size_t>(reference.kind)]};
  text += std::to_string(reference.order_id) + std::to_string(reference.attempt);
  text += check_digit(reference.kind, std::string_view(text).substr(kStem));
  return text;
}

std::optional<PaymentReference> parse_payment_reference(std::string_view text) {
  if (text.size() < kStem + kDigitsMin || text.size() > kStem + kDigitsMax || text[0] != 'B') return {};
  const auto letter = kLetters.find(text[1]);
  if (letter == std::string_view::npos) return {};
  const auto digits = text.substr(kStem);
  if (!std::ranges::all_of(digits, is_digit) || digits.front() == '0') return {};
  PaymentReference reference;
  reference.kind = static_cast<ChargeKind>(letter);
  const auto checked = digits.substr(0, digits.size() - 1);
  if (check_digit(reference.kind, checked) != digits.back()) return {};
  reference.attempt = checked.back() - '0';
  const auto order = checked.substr(0, checked.size() - 1);
  const auto read = std::from_chars(order.data(), order.data() + order.size(), reference.order_id);
  if (read.ec != std::errc{}) return {};  // no order has so high a number
  return reference;
}

std::string online_reference(const std::string& platform, std::size_t number) {
  return number == 0 ? platform : platform + "+" + std::to_string(number);
}

bool is_online_reference(std::string_view text) {
  constexpr std::size_t kCharsMin = 4;  // fewer are found in any text
  const auto plain = [](char sign) {
    return is_digit(sign) || (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') || sign == '-' ||
           sign == '.' || sign == '_';
  };
  return text.size() >= kCharsMin && text.size() <= kOnlineReferenceCharsMax &&
         std::ranges::all_of(text, plain) && !parse_payment_reference(text);
}

std::vector<PaymentReference> payment_references_in(const CreditLine& line) {
  std::vector<PaymentReference> found;
  add_named(line.text, found);
  add_named(line.end_to_end, found);
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  return found;
}

}  // namespace bccid
