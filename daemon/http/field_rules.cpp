#include "http/field_rules.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace bccid::http {
namespace {

bool forbidden_control(std::string_view text, bool lines) {
  return std::any_of(text.begin(), text.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0x7F || (byte < 0x20 && !(lines && (c == '\n' || c == '\t')));
  });
}

}  // namespace

std::string range_text(NumberRule rule) {
  if (rule.max == std::numeric_limits<std::int64_t>::max()) return "at least " + std::to_string(rule.min);
  return "from " + std::to_string(rule.min) + " to " + std::to_string(rule.max);
}

Result<std::string> checked_text(std::string_view raw, TextRule rule) {
  if (forbidden_control(raw, rule.lines))
    return Failure(Errc::invalid_field, "holds a control character", "Send printable text.");
  std::string out = to_nfc(raw);
  const std::size_t size = code_points(out);
  if (size >= rule.min && size <= rule.max) return out;
  if (out.empty()) return Failure(Errc::invalid_field, "must not be empty");
  return Failure(Errc::invalid_field, "is " + std::to_string(size) + " characters long; " +
                                          std::to_string(rule.min) + " to " + std::to_string(rule.max) +
                                          " are allowed");
}

}  // namespace bccid::http
