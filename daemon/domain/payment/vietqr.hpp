#pragma once

#include "base/money.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace bccid {

// A payment code that every Vietnamese banking app reads: NAPAS's profile of EMVCo's merchant-presented QR
// code (VietQR). It moves money from the reader's account into the one it names.
struct VietQr {
  enum class To { account, card };

  std::string bank_bin;  // six digits, the bank's number at NAPAS: "970436"
  std::string account;   // 1 to 19 letters and digits
  To to = To::account;
  // Fixed by the code (dynamic), or typed by the payer (static).
  std::optional<Money> amount;
  // Both are printable ASCII, at most 25 signs: banks forward no more, and lose diacritics. What must be
  // found again stands in both, because some forward one and some the other.
  std::string bill;     // tag 62-01
  std::string purpose;  // tag 62-08, the transfer's text

  bool operator==(const VietQr&) const = default;
};

inline constexpr std::size_t kVietQrTextMax = 25;

// What ends a code, over everything before it and the tag and length "6304": four upper-case hexadecimal
// signs of CRC-16/CCITT-FALSE (polynomial 1021, starts at FFFF, not reflected).
std::string vietqr_checksum(std::string_view text);

// The code's text. Errors: invalid_field, naming the part that does not fit.
Result<std::string> encode_vietqr(const VietQr& payment);

// Reads such a text. Refused are a wrong checksum, lengths that do not fill their template exactly, a tag
// given twice, another scheme or currency, and amounts that are not whole đồng; tags that we do not use are
// passed over, at most 512 signs in all. Errors: malformed.
Result<VietQr> decode_vietqr(std::string_view text);

}  // namespace bccid
