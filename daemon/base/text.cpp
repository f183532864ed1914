#include "base/text.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <stdexcept>

namespace bccid {
namespace {

const icu::Normalizer2& normalizer(const char* form) {
  UErrorCode status = U_ZERO_ERROR;
  const bool compose = std::string_view(form) == "nfc";
  const auto* found =
      compose ? icu::Normalizer2::getNFCInstance(status) : icu::Normalizer2::getNFDInstance(status);
  if (U_FAILURE(status)) throw std::runtime_error("ICU has no normalisation data");
  return *found;
}

bool ascii_only(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) > 0x7F) return false;
  return true;
}

icu::UnicodeString wide(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

}  // namespace

bool valid_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size;) {
    if (bytes[at] == 0) return false;
    if (bytes[at] < 0x80) {
      ++at;
      continue;
    }
    UChar32 code = 0;
    U8_NEXT(bytes, at, size, code);
    if (code < 0) return false;
  }
  return true;
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text)
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++count;
  return count;
}

std::string to_nfc(std::string_view text) {
  if (ascii_only(text)) return std::string(text);
  UErrorCode status = U_ZERO_ERROR;
  std::string out;
  normalizer("nfc").normalize(wide(text), status).toUTF8String(out);
  if (U_FAILURE(status)) throw std::runtime_error("ICU could not normalise a text");
  return out;
}

std::string fold_diacritics(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString apart = normalizer("nfd").normalize(wide(text), status);
  if (U_FAILURE(status)) throw std::runtime_error("ICU could not normalise a text");
  icu::UnicodeString kept;
  for (std::int32_t at = 0; at < apart.length(); at = apart.moveIndex32(at, 1)) {
    const UChar32 code = apart.char32At(at);
    if (u_charType(code) == U_NON_SPACING_MARK) continue;
    // Đ has no decomposition in Unicode, yet every bank writes it as D.
    kept.append(code == 0x0111 || code == 0x0110 ? UChar32{'d'} : u_tolower(code));
  }
  std::string out;
  kept.toUTF8String(out);
  return out;
}

std::string shown(std::string_view text, std::size_t bytes_max) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int32_t>(std::min(text.size(), bytes_max + U8_MAX_LENGTH));
  std::string out;
  for (std::int32_t at = 0; at < size;) {
    const std::int32_t begin = at;
    UChar32 code = 0;
    U8_NEXT(bytes, at, size, code);
    const bool printable =
        code >= 0 && u_charType(code) != U_CONTROL_CHAR && u_charType(code) != U_FORMAT_CHAR;
    const auto piece =
        printable ? text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(at - begin))
                  : std::string_view("?");
    if (out.size() + piece.size() > bytes_max) break;
    out += piece;
  }
  return out;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string to_upper_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string masked(std::string_view text, std::size_t keep) {
  if (text.size() <= keep) return "***";
  std::size_t from = text.size() - keep;
  while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80) ++from;
  return "***" + std::string(text.substr(from));
}

}  // namespace bccid
