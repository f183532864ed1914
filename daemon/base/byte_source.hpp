#pragma once

#include "base/result.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace bccid {

// Bytes that are read once, from begin to end, in pieces.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  // Fills `into` from the front and says how much came; 0 only at the end.
  // Errors: unavailable (the medium fails), and what a source that translates finds wrong.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
};

// Bytes in memory, which must outlive it.
class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string_view text) : rest_(text) {}
  Result<std::size_t> read(std::span<char> into) override {
    const auto count = rest_.copy(into.data(), into.size());
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
};

// Looks at one byte after another, whatever the pieces are. A failure of the source ends the bytes; ask
// `status` at the end.
class ByteReader {
 public:
  static constexpr std::size_t kPieceBytes = 64 * 1024;

  explicit ByteReader(ByteSource& source) : source_(source), piece_(std::make_unique<char[]>(kPieceBytes)) {}

  bool at_end() { return at_ == size_ && !fill(); }
  // Neither may be called at the end.
  char peek() const { return piece_[at_]; }
  char take() { return piece_[at_++]; }
  // What is there without reading on; empty only at the end.
  std::string_view rest_of_piece() {
    return at_end() ? std::string_view{} : std::string_view(piece_.get() + at_, size_ - at_);
  }
  void skip(std::size_t count) { at_ += count; }
  const Status& status() const { return status_; }

 private:
  bool fill() {
    if (!status_ || ended_) return false;
    const auto got = source_.read({piece_.get(), kPieceBytes});
    at_ = size_ = 0;
    if (!got)
      status_ = got.error();
    else
      size_ = *got;
    ended_ = size_ == 0;
    return !ended_;
  }

  ByteSource& source_;
  std::unique_ptr<char[]> piece_;
  std::size_t at_ = 0, size_ = 0;
  bool ended_ = false;
  Status status_;
};

}  // namespace bccid
