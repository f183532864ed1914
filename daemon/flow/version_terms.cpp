#include "flow/version_terms.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace bccid {
namespace {

constexpr std::size_t kIdCharsMax = 40;

bool letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool id_sign(char c) { return letter_or_digit(c) || c == '.' || c == '-'; }

}  // namespace

void check_version_terms(const std::string& id, Day valid_from, const std::optional<Day>& valid_to,
                         std::vector<FieldError>& errors) {
  if (id.empty() || id.size() > kIdCharsMax || !letter_or_digit(id.front()) ||
      !std::ranges::all_of(id, id_sign))
    errors.emplace_back(Errc::invalid_field, "/id", "the id \"" + shown(id) + "\" has no known shape",
                        "Use 1 to 40 letters, digits, dots and hyphens, such as DT-2026-1.");
  if (valid_to && *valid_to < valid_from)
    errors.emplace_back(Errc::invalid_field, "/to",
                        "the version ends on " + to_text(*valid_to) + ", before it begins",
                        "Write the last day on which it holds.");
}

std::string text_of(const std::optional<Day>& day) { return day ? to_text(*day) : std::string(); }

}  // namespace bccid
