#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace bccid::http {

// Bytes received and not yet used. Small while a connection idles, larger while a body comes in.
class ReceiveBuffer {
 public:
  static constexpr std::size_t kSmall = 4 * 1024;
  static constexpr std::size_t kLarge = 64 * 1024;

  ReceiveBuffer() : bytes_(new char[kSmall]) {}

  std::string_view view() const { return {bytes_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  void consume(std::size_t count) {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  char* free_begin() { return bytes_.get() + end_; }
  std::size_t free_size() const { return capacity_ - end_; }
  void commit(std::size_t count) { end_ += count; }

  // Makes at least `wanted` bytes free behind what is there. Views into the buffer move.
  void make_room(std::size_t wanted) {
    if (free_size() >= wanted) return;
    const std::size_t used = end_ - begin_;
    if (used + wanted > capacity_) {
      resize(std::max(used + wanted, capacity_ * 2));
    } else {
      std::memmove(bytes_.get(), bytes_.get() + begin_, used);
      begin_ = 0;
      end_ = used;
    }
  }

  // Gives memory back after a large request.
  void shrink() {
    if (capacity_ > kSmall && end_ - begin_ <= kSmall) resize(kSmall);
  }

 private:
  void resize(std::size_t capacity) {
    const std::size_t used = end_ - begin_;
    std::unique_ptr<char[]> fresh(new char[capacity]);
    std::memcpy(fresh.get(), bytes_.get() + begin_, used);
    bytes_ = std::move(fresh);
    capacity_ = capacity;
    begin_ = 0;
    end_ = used;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = kSmall;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace bccid::http
