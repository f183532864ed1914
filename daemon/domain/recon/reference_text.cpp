#include "domain/recon/reference_text.hpp"

#include "base/text.hpp"

namespace bccid {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); }

}  // namespace

ReferenceText::ReferenceText(std::string_view text) {
  bool gap = true;
  const std::string plain = valid_utf8(text) ? fold_diacritics(text) : std::string(text);
  for (const char c : to_upper_ascii(plain)) {
    if (is_word(c)) {
      signs_.push_back(c);
      after_gap_.push_back(gap);
    }
    gap = !is_word(c);
  }
}

bool ReferenceText::mentions(const ReferenceText& reference) const {
  return find(reference) != std::string::npos;
}

std::size_t ReferenceText::find(const ReferenceText& reference) const {
  if (reference.signs_.empty()) return std::string::npos;
  auto at = signs_.find(reference.signs_);
  while (at != std::string::npos && !ends_cleanly(at + reference.signs_.size())) {
    at = signs_.find(reference.signs_, at + 1);
  }
  return at;
}

// A number that simply goes on is another number: R0001234 does not mention R000123.
bool ReferenceText::ends_cleanly(std::size_t end) const {
  if (end >= signs_.size()) return true;
  return after_gap_[end] || !is_digit(signs_[end]) || !is_digit(signs_[end - 1]);
}

}  // namespace bccid
