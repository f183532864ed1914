#pragma once

#include "base/byte_source.hpp"

#include <string>
#include <string_view>

namespace bccid::bank {

// Bytes whose first ones can be looked at before they are read.
class HeadedSource final : public ByteSource {
 public:
  explicit HeadedSource(ByteSource& rest) : rest_(rest) {}

  // The header stands near the top. A row that is cut at the end of the head is not complete.
  Status read_head() {
    head_.resize(kHeadBytes);
    std::size_t size = 0;
    while (size < head_.size()) {
      const auto got = rest_.read({head_.data() + size, head_.size() - size});
      if (!got) return got.error();
      if (*got == 0) break;
      size += *got;
    }
    head_.resize(size);
    unread_ = head_;
    return {};
  }
  // Whole lines, if there is one.
  std::string_view head() const {
    const std::string_view all = head_;
    const auto end = all.size() < kHeadBytes ? all.npos : all.rfind('\n');
    return end == all.npos ? all : all.substr(0, end + 1);
  }
  Result<std::size_t> read(std::span<char> into) override {
    if (unread_.empty()) return rest_.read(into);
    const auto count = unread_.copy(into.data(), into.size());
    unread_.remove_prefix(count);
    return count;
  }

 private:
  static constexpr std::size_t kHeadBytes = 16 * 1024;
  ByteSource& rest_;
  std::string head_;
  std::string_view unread_;
};

}  // namespace bccid::bank
