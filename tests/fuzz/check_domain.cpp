#include "base/limits.hpp"
#include "base/text.hpp"
#include "domain/dossier/dossier_code.hpp"
#include "domain/order/order.hpp"
#include "domain/order/phone.hpp"
#include "domain/parcel/item_code.hpp"
#include "domain/payment/payment_reference.hpp"
#include "domain/payment/vietqr.hpp"
#include "domain/recon/reference_text.hpp"
#include "http/dto/scan_dto.hpp"
#include "tests/fuzz/parsers.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <string>

namespace bccid::fuzz {
namespace {

std::string spaced(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(1, c).append(1, ' ');
  return out;
}

std::string in_lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

void check_s10(const std::string& code) {
  require(code.size() == kItemCodeChars, "an item code has 13 characters");
  const auto digit = s10_check_digit(std::string_view(code).substr(2, 8));
  require(digit && *digit == code[10], "an item code has the check digit of its serial");
  const auto made = make_item_code(code.substr(0, 2), code.substr(2, 8), code.substr(11));
  require(made && made->text == code, "an item code can be made of its parts");
  for (const auto& spelling : {code, in_lower(code), spaced(code), "]C0" + code}) {
    const auto again = parse_item_code(spelling);
    require(again && again->text == code, "an item code is read in every spelling of a scanner");
  }
  std::string wrong = code;
  wrong[9] = wrong[9] == '9' ? '0' : static_cast<char>(wrong[9] + 1);
  require(!parse_item_code(wrong), "an item code with one wrong digit is refused");
}

void check_order_number(std::string_view bytes) {
  const auto number = parse_external_number(bytes);
  if (!number) return require_fit(number.error());
  const auto made = external_number(number->base, number->leg, number->attempt);
  if (made)
    require(*made == bytes, "an order number has one spelling");
  else
    require_fit(made.error());
}

}  // namespace

int check_dossier_code(std::string_view bytes) {
  const auto code = parse_dossier_code(bytes);
  if (!code) {
    require_fit(code.error());
    require(!is_dossier_code(bytes), "a dossier code is read");
    return 0;
  }
  require(*code == trim(bytes), "a dossier code keeps its spelling");
  require_clean(*code, limits::kDossierCodeCharsMax, "a dossier code");
  require(gives(parse_dossier_code(*code), *code), "a dossier code is read as itself");
  for (const Leg leg : {Leg::pickup, Leg::delivery}) {
    const auto number = external_number(*code, leg, 7);
    if (!number) continue;  // too long with its ending
    const auto read = parse_external_number(*number);
    require(read && read->base == *code && read->leg == leg && read->attempt == 7,
            "the order number of a dossier leads back to it");
  }
  return 0;
}

int check_vietqr(std::string_view bytes) {
  if (const auto read = decode_vietqr(bytes); !read) require_fit(read.error());
  // No mutation finds a checksum, so it is put behind the bytes.
  const std::string body = std::string(bytes) + "6304";
  const auto read = decode_vietqr(body + vietqr_checksum(body));
  if (!read) {
    require_fit(read.error());
    return 0;
  }
  const auto written = encode_vietqr(*read);
  if (!written) {
    require(std::max(read->bill.size(), read->purpose.size()) > kVietQrTextMax,
            "only a longer text cannot be written again");
    return 0;
  }
  const auto again = decode_vietqr(*written);
  require(again && *again == *read, "a payment code says again what it said");
  return 0;
}

int check_item_code(std::string_view bytes) {
  if (const auto item = parse_item_code(bytes))
    check_s10(item->text);
  else
    require_fit(item.error());
  const auto label = http::parse_item_ref(bytes);
  if (label)
    require(gives(http::parse_item_ref(*label), *label), "what stands on a label is read as itself");
  else
    require_fit(label.error());
  check_order_number(bytes);
  return 0;
}

int check_phone(std::string_view bytes) {
  const auto phone = parse_phone(bytes);
  if (!phone) {
    require_fit(phone.error());
    return 0;
  }
  const bool form = phone->e164.starts_with("+84") && phone->e164.size() == (phone->mobile ? 12U : 13U);
  require(form, "a phone number has its E.164 form");
  require(gives(parse_phone(phone->e164), *phone), "a phone number is read as itself");
  require(gives(parse_phone("0" + phone->e164.substr(3)), *phone), "and in its national form");
  return 0;
}

int check_payment_reference(std::string_view bytes) {
  CreditLine line;
  line.text = std::string(bytes);
  const auto named = payment_references_in(line);
  require(std::ranges::is_sorted(named), "references come sorted");
  for (const auto& reference : named) {
    const auto text = payment_reference_text(reference);
    require(parse_payment_reference(text) == reference, "a reference is read as it was written");
    require(mentions_reference(bytes, text), "what is found stands in the text");
  }
  if (const auto read = parse_payment_reference(bytes))
    require(payment_reference_text(*read) == bytes, "one reference has one text");
  return 0;
}

int check_reference_text(std::string_view bytes) {
  const ReferenceText text(bytes);
  for (const char c : text.signs())
    require((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'), "only letters and digits are compared");
  require(text.signs().empty() || text.mentions(text), "a text mentions itself");
  const ReferenceText reference("BCCI 0001");
  require(ReferenceText("NOP BCCI-0001 " + std::string(bytes)).mentions(reference),
          "a reference is found whatever follows its gap");
  return 0;
}

}  // namespace bccid::fuzz
