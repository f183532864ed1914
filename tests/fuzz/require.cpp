#include "tests/fuzz/require.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace bccid::fuzz {

void require(bool kept, std::string_view promise) {
  if (!kept) throw Violation(std::string(promise));
}

void require_clean(std::string_view text, std::string_view what) {
  const std::string name(what);
  require(valid_utf8(text), name + " is valid UTF-8 without NUL");
  require(to_nfc(text) == text, name + " is in NFC");
  const bool controls = std::any_of(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7F'; });
  require(!controls, name + " holds no control character");
}

void require_clean(std::string_view text, std::size_t chars_max, std::string_view what) {
  require_clean(text, what);
  require(code_points(text) <= chars_max, std::string(what) + " keeps its limit of characters");
}

void require_fit(const Failure& failure) {
  require(!failure.detail.empty(), "a refusal says why");
  require(valid_utf8(failure.detail), "a refusal's detail is valid UTF-8");
  require(valid_utf8(failure.hint), "a refusal's hint is valid UTF-8");
  require(valid_utf8(failure.pointer), "a refusal's pointer is valid UTF-8");
}

void require_fit(const InputFailure& failure) {
  require(!failure.errors.empty(), "a refusal names at least one error");
  for (const auto& error : failure.errors)
    require_fit(Failure(error.code, error.detail, error.hint, error.pointer));
}

}  // namespace bccid::fuzz
