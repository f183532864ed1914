#include "domain/payment/vietqr.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>

namespace bccid {
namespace {

constexpr std::string_view kNapas = "A000000727";
constexpr std::string_view kToAccount = "QRIBFTTA";
constexpr std::string_view kToCard = "QRIBFTTC";
constexpr std::string_view kDong = "704";  // ISO 4217
constexpr std::string_view kChecksumTag = "6304";
constexpr std::size_t kChecksumSigns = 4;
constexpr std::size_t kTextMax = 512;
constexpr std::size_t kAmountDigitsMax = 13;
constexpr std::size_t kValueMax = 99;  // what two digits of length can say; other people's texts may be long

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_printable(char c) { return c >= ' ' && c <= '~'; }
bool all_digits(std::string_view text) { return std::ranges::all_of(text, is_digit); }

// --- writing -------------------------------------------------------------------------------------------

std::string tagged(std::string_view id, std::string_view value) {
  std::string length = std::to_string(value.size());
  if (length.size() < 2) length.insert(0, 1, '0');
  return std::string(id) + length + std::string(value);
}

Failure unfit(const std::string& part, std::string_view value, std::string hint) {
  return {Errc::invalid_field, part + " \"" + shown(value, 60) + "\" does not fit into a VietQR code",
          std::move(hint)};
}

Status check(const VietQr& payment, std::size_t text_max) {
  if (payment.bank_bin.size() != 6 || !all_digits(payment.bank_bin))
    return unfit("the bank's number", payment.bank_bin, "Write its six digits at NAPAS, for example 970436.");
  const auto alphanumeric = [](char c) { return is_digit(c) || is_letter(c); };
  if (payment.account.empty() || payment.account.size() > 19 ||
      !std::ranges::all_of(payment.account, alphanumeric))
    return unfit("the account", payment.account, "Write 1 to 19 letters and digits.");
  if (payment.amount && *payment.amount <= Money{})
    return unfit("the amount", payment.amount->to_text(), "A code asks for at least one đồng.");
  if (payment.amount && std::to_string(payment.amount->dong()).size() > kAmountDigitsMax)
    return unfit("the amount", payment.amount->to_text(), "A code holds amounts of at most 13 digits.");
  for (const auto* text : {&payment.bill, &payment.purpose})
    if (text->size() > text_max || !std::ranges::all_of(*text, is_printable))
      return unfit("the text", *text, "Use at most " + std::to_string(text_max) + " signs of plain ASCII.");
  return {};
}

// --- reading -------------------------------------------------------------------------------------------

Failure unreadable(std::string what) {
  return {Errc::malformed, "not a VietQR code: " + std::move(what), "Scan it again, or type the reference."};
}

using Tags = std::map<std::string, std::string, std::less<>>;

// The tags of one template, which they must fill exactly.
Result<Tags> read_tags(std::string_view text) {
  Tags tags;
  while (!text.empty()) {
    if (text.size() < 4 || !all_digits(text.substr(0, 4)))
      return unreadable("\"" + shown(text, 12) + "\" is not a tag with its length");
    const auto length = static_cast<std::size_t>((text[2] - '0') * 10 + (text[3] - '0'));
    const std::string id(text.substr(0, 2));
    text.remove_prefix(4);
    if (length == 0 || length > text.size())
      return unreadable("tag " + id + " says " + std::to_string(length) + " signs where " +
                        std::to_string(text.size()) + " are left");
    if (!tags.emplace(id, text.substr(0, length)).second) return unreadable("tag " + id + " comes twice");
    text.remove_prefix(length);
  }
  return tags;
}

std::string_view value_of(const Tags& tags, std::string_view id) {
  const auto found = tags.find(id);
  return found == tags.end() ? std::string_view() : std::string_view(found->second);
}

Status read_account(const Tags& tags, VietQr& out) {
  const auto account = read_tags(value_of(tags, "38"));
  if (!account) return account.error();
  if (value_of(*account, "00") != kNapas) return unreadable("it is of another scheme than NAPAS");
  const auto holder = read_tags(value_of(*account, "01"));
  if (!holder) return holder.error();
  out.bank_bin = value_of(*holder, "00");
  out.account = value_of(*holder, "01");
  const auto service = value_of(*account, "02");
  if (service != kToAccount && service != kToCard)
    return unreadable("\"" + shown(service, 12) + "\" is a service that we do not know");
  out.to = service == kToCard ? VietQr::To::card : VietQr::To::account;
  return {};
}

Status read_amount(const Tags& tags, VietQr& out) {
  if (value_of(tags, "53") != kDong) return unreadable("its currency is not the đồng");
  const auto digits = value_of(tags, "54");
  if (value_of(tags, "01") == "12" && digits.empty()) return unreadable("it is dynamic and names no amount");
  if (digits.empty()) return {};
  std::int64_t dong = 0;
  const bool shaped = digits.size() <= kAmountDigitsMax && all_digits(digits) && digits.front() != '0';
  if (!shaped || std::from_chars(digits.data(), digits.data() + digits.size(), dong).ec != std::errc{})
    return unreadable("\"" + shown(digits, 20) + "\" is not an amount in whole đồng");
  out.amount = Money(dong);
  return {};
}

}  // namespace

std::string vietqr_checksum(std::string_view text) {
  std::uint32_t crc = 0xFFFF;
  for (const char c : text) {
    crc ^= static_cast<std::uint32_t>(static_cast<unsigned char>(c)) << 8U;
    for (int bit = 0; bit < 8; ++bit) crc = ((crc << 1U) ^ ((crc & 0x8000U) != 0 ? 0x1021U : 0U)) & 0xFFFFU;
  }
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const unsigned shift : {12U, 8U, 4U, 0U}) out += kHex[(crc >> shift) & 0xFU];
  return out;
}

Result<std::string> encode_vietqr(const VietQr& payment) {
  if (const auto fits = check(payment, kVietQrTextMax); !fits) return fits.error();
  const auto service = payment.to == VietQr::To::card ? kToCard : kToAccount;
  std::string text = tagged("00", "01") + tagged("01", payment.amount ? "12" : "11");
  text += tagged("38", tagged("00", kNapas) +
                           tagged("01", tagged("00", payment.bank_bin) + tagged("01", payment.account)) +
                           tagged("02", service));
  text += tagged("53", kDong);
  if (payment.amount) text += tagged("54", std::to_string(payment.amount->dong()));
  text += tagged("58", "VN");
  std::string more;
  if (!payment.bill.empty()) more += tagged("01", payment.bill);
  if (!payment.purpose.empty()) more += tagged("08", payment.purpose);
  if (!more.empty()) text += tagged("62", more);
  text += kChecksumTag;
  return text + vietqr_checksum(text);
}

Result<VietQr> decode_vietqr(std::string_view text) {
  if (text.size() > kTextMax) return unreadable("it has " + std::to_string(text.size()) + " signs");
  const auto tail = kChecksumTag.size() + kChecksumSigns;
  if (text.size() < tail || text.substr(text.size() - tail, kChecksumTag.size()) != kChecksumTag)
    return unreadable("it does not end with its checksum");
  if (vietqr_checksum(text.substr(0, text.size() - kChecksumSigns)) !=
      text.substr(text.size() - kChecksumSigns))
    return unreadable("its checksum is wrong");
  const auto tags = read_tags(text);
  if (!tags) return tags.error();
  const auto kind = value_of(*tags, "01");
  if (!text.starts_with("000201") || (kind != "11" && kind != "12"))
    return unreadable("it is of another version");
  if (value_of(*tags, "58") != "VN") return unreadable("its country is not Vietnam");
  VietQr out;
  if (const auto read = read_account(*tags, out); !read) return read.error();
  if (const auto read = read_amount(*tags, out); !read) return read.error();
  const auto more = read_tags(value_of(*tags, "62"));
  if (!more) return more.error();
  out.bill = value_of(*more, "01");
  out.purpose = value_of(*more, "08");
  if (const auto fits = check(out, kValueMax); !fits) return unreadable(fits.error().detail);
  return out;
}

}  // namespace bccid
