#include "adapters/folded_title.hpp"

#include "base/text.hpp"

namespace bccid::bank {
namespace {

constexpr std::size_t kTitleBytesMax = 400;

bool is_word_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

std::string folded_title(std::string_view text) {
  if (text.size() > kTitleBytesMax) return {};  // folding megabytes would be the sender's way to stop us
  std::string out;
  bool gap = false;
  for (const char c : fold_diacritics(text)) {
    if (!is_word_char(c)) {
      gap = true;
      continue;
    }
    if (gap && !out.empty()) out += '_';
    gap = false;
    out += c;
  }
  return out;
}

}  // namespace bccid::bank
