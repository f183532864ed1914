#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bccid {

// How much of one of the `known` names stands in `payer`, 0 to 100: words are compared without case and
// diacritics, in any order, the best name counts. Nothing when the bank gave no payer or nobody is known.
std::optional<int> payer_likeness(std::string_view payer, std::span<const std::string> known);

// What it does to the score of a match.
int payer_says(std::optional<int> likeness);

}  // namespace bccid
