#include "domain/recon/payer_likeness.hpp"

#include "base/text.hpp"
#include "domain/recon/match_rule.hpp"

#include <algorithm>
#include <set>

namespace bccid {
namespace {

constexpr int kSamePayer = 80;
constexpr int kOtherPayer = 50;

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  const std::string plain = valid_utf8(text) ? fold_diacritics(text) : std::string(text);
  for (const char c : to_upper_ascii(plain) + ' ') {
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
      word += c;
    } else if (!word.empty()) {
      words.insert(std::move(word));
      word.clear();
    }
  }
  return words;
}

}  // namespace

std::optional<int> payer_likeness(std::string_view payer, std::span<const std::string> known) {
  const auto given = words_of(payer);
  if (given.empty() || known.empty()) return {};
  int best = 0;
  for (const auto& name : known) {
    const auto wanted = words_of(name);
    if (wanted.empty()) continue;
    const auto common = std::ranges::count_if(wanted, [&](const auto& word) { return given.contains(word); });
    best = std::max(best, static_cast<int>(100 * common / static_cast<std::ptrdiff_t>(wanted.size())));
  }
  return best;
}

int payer_says(std::optional<int> likeness) {
  if (!likeness) return 0;
  if (*likeness >= kSamePayer) return kPayerKnown;
  return *likeness < kOtherPayer ? kPayerStrange : 0;
}

}  // namespace bccid
