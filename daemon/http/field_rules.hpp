#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace bccid::http {

// Lengths are in code points of the NFC form.
struct TextRule {
  std::size_t min = 1;
  std::size_t max = limits::kTextFieldCharsMax;
  bool lines = false;  // line feeds and tabs may stand in it
};

struct NumberRule {
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

// The text in NFC. Errors, which name no field: invalid_field (length, control characters).
Result<std::string> checked_text(std::string_view raw, TextRule rule);

// The key in an Idempotency-Key header. The draft's structured form puts it in quotes; both forms name the
// same key. Errors: invalid_field (not printable ASCII, empty, longer than 255 characters).
Result<std::string> idempotency_key(std::string_view header);

// "from 1 to 200" or "at least 1", for error texts.
std::string range_text(NumberRule rule);

}  // namespace bccid::http
