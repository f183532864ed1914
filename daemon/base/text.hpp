#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace bccid {

// True for well-formed UTF-8 without NUL. Overlong forms and surrogates are not well-formed.
bool valid_utf8(std::string_view text);

// Number of code points; the text must be valid UTF-8.
std::size_t code_points(std::string_view text);

// Canonical composition (NFC). Vietnamese arrives decomposed (NFD) from some phones and must compare
// equal to what a keyboard writes. The text must be valid UTF-8.
std::string to_nfc(std::string_view text);

// "Nguyễn Đình" -> "nguyen dinh": for searching and for bank texts, which lose their diacritics.
std::string fold_diacritics(std::string_view text);

// Foreign text made fit for an error message: at most `bytes_max` bytes, cut between code points, with
// control characters and bytes that are not UTF-8 written as "?". The input may be anything.
std::string shown(std::string_view text, std::size_t bytes_max = 40);

// Removes leading and trailing ASCII blanks.
std::string_view trim(std::string_view text);

std::string to_upper_ascii(std::string_view text);

// Keeps the last `keep` characters and hides the others, for logs: "0912345678" is written as "***678".
std::string masked(std::string_view text, std::size_t keep);

}  // namespace bccid
