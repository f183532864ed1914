#include "domain/order/phone.hpp"

#include <algorithm>
#include <array>

namespace bccid {
namespace {

// Mobile prefixes by their first two digits after the 0 (numbering of 2018): which third digits exist.
struct MobileRow {
  char second;
  std::string_view third;
};
constexpr std::array<MobileRow, 5> kMobile{{
    {'3', "23456789"},
    {'5', "25689"},
    {'7', "06789"},
    {'8', "123456789"},
    {'9', "0123456789"},
}};

// Landline area codes after the leading 02: two digits each; 4x and 8x are Hà Nội and TP.HCM, whose
// second digit already belongs to the subscriber.
constexpr std::string_view kAreas =
    "03 04 05 06 07 08 09 10 11 12 13 14 15 16 18 19 20 21 22 25 26 27 28 29 32 33 34 35 36 37 38 39 "
    "51 52 54 55 56 57 58 59 60 61 62 63 69 70 71 72 73 74 75 76 77 90 91 92 93 94 96 97 99";

constexpr std::size_t kPhoneCharsMax = 40;

bool is_mobile(std::string_view national) {
  if (national.size() != 10) return false;
  const auto row = std::find_if(kMobile.begin(), kMobile.end(),
                                [&](const MobileRow& candidate) { return candidate.second == national[1]; });
  return row != kMobile.end() && row->third.find(national[2]) != std::string_view::npos;
}

bool is_landline(std::string_view national) {
  if (national.size() != 11 || national[1] != '2') return false;
  if (national[2] == '4' || national[2] == '8') return true;
  const auto area = national.substr(2, 2);
  for (std::size_t at = 0; at < kAreas.size(); at += 3) {
    if (kAreas.substr(at, 2) == area) return true;
  }
  return false;
}

// Digits only; empty when something else than digits and the usual signs stands there.
std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digits.push_back(c);
    } else if (std::string_view(" .-()/+\t").find(c) == std::string_view::npos) {
      return {};
    }
  }
  return digits;
}

// Brings "+84…", "84…" and "0084…" to the national form with its leading 0.
std::string national_form(std::string_view text, std::string digits) {
  const auto plus = text.find('+');
  const bool international = plus != std::string_view::npos;
  if (international && text.find_first_of("0123456789") < plus) return {};
  if (digits.starts_with("0084")) digits.erase(0, 2);
  const bool country = digits.starts_with("84") && (international || digits.size() >= 11);
  if (international && !country) return {};
  if (!country) return digits;
  digits.erase(0, 2);
  // "(+84) 0912…" is written often.
  return digits.starts_with("0") ? digits : "0" + digits;
}

}  // namespace

Result<PhoneNumber> parse_phone(std::string_view text) {
  const Failure refused(Errc::invalid_field, "phone number is not a vietnamese mobile or landline number",
                        "Give 10 digits for a mobile, 11 for a landline, or the same after +84.");
  if (text.size() > kPhoneCharsMax) return refused;
  const std::string national = national_form(text, digits_of(text));
  if (national.empty() || national[0] != '0') return refused;
  const bool mobile = is_mobile(national);
  if (!mobile && !is_landline(national)) return refused;
  return PhoneNumber{"+84" + national.substr(1), mobile};
}

}  // namespace bccid
