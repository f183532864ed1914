#include "http/field_rules.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace bccid::http {
namespace {

bool forbidden_control(std::string_view text, bool lines) {
  return std::any_of(text.begin(), text.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0x7F || (byte < 0x20 && !(lines && (c == '\n' || c == '\t')));
  });
}

Failure bad_key(std::string detail, std::string hint) {
  return {Errc::invalid_field, std::move(detail), std::move(hint), "Idempotency-Key"};
}

}  // namespace

Result<std::string> idempotency_key(std::string_view header) {
  std::string_view text = header;
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  if (!printable)
    return bad_key("the Idempotency-Key holds more than printable ASCII", "Use a UUID, for example.");
  if (text.empty() || text.size() > limits::kIdempotencyKeyCharsMax)
    return bad_key("the Idempotency-Key has " + std::to_string(text.size()) + " characters",
                   "Use 1 to 255 characters, for example a UUID.");
  return std::string(text);
}

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
