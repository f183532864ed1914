#include "adapters/payment_platform/base64_source.hpp"

#include "base/digest.hpp"

#include <algorithm>
#include <array>

namespace bccid::platform {
namespace {

constexpr std::size_t kPieceBytes = 16 * 1024;

bool is_base64(char sign) {
  return (sign >= 'A' && sign <= 'Z') || (sign >= 'a' && sign <= 'z') || (sign >= '0' && sign <= '9') ||
         sign == '+' || sign == '/' || sign == '=' || sign == '\r' || sign == '\n';
}

}  // namespace

Result<std::size_t> MaybeBase64::read(std::span<char> into) {
  while (ready_.empty() && !ended_)
    if (auto filled = fill(); !filled) return filled.error();
  const std::size_t count = std::min(into.size(), ready_.size());
  ready_.copy(into.data(), count);
  ready_.erase(0, count);
  return count;
}

Status MaybeBase64::fill() {
  std::array<char, kPieceBytes> piece;
  const auto got = bytes_.read(piece);
  if (!got) return got.error();
  ended_ = *got == 0;
  const std::string_view fresh(piece.data(), *got);
  if (!begun_ && !fresh.empty()) {
    begun_ = true;
    encoded_ = std::ranges::all_of(fresh, is_base64);
  }
  if (!encoded_) {
    ready_.append(fresh);
    return {};
  }
  for (const char sign : fresh)
    if (sign != '\r' && sign != '\n') signs_ += sign;
  return decode(ended_);
}

Status MaybeBase64::decode(bool at_end) {
  // What may be the padding waits for the end.
  const std::size_t whole =
      at_end ? signs_.size() : signs_.size() / 4 * 4 - std::min<std::size_t>(signs_.size() / 4 * 4, 4);
  if (whole == 0) return {};
  auto bytes = parse_base64(std::string_view(signs_).substr(0, whole));
  if (!bytes) return bytes.error();
  ready_ += *bytes;
  signs_.erase(0, whole);
  return {};
}

}  // namespace bccid::platform
