#pragma once

#include "base/input_failure.hpp"
#include "base/time_text.hpp"

#include <optional>
#include <string>
#include <vector>

namespace bccid {

// What the versions of prices have in common: a name, and the days on which they hold. Adds invalid_field
// with the pointers "/id" and "/to".
void check_version_terms(const std::string& id, Day valid_from, const std::optional<Day>& valid_to,
                         std::vector<FieldError>& errors);

// "2026-01-01", and "" for no day.
std::string text_of(const std::optional<Day>& day);

}  // namespace bccid
