#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// A QR code (ISO/IEC 18004) as its dark and light squares, without the quiet zone of four around it.
class QrCode {
 public:
  // Medium error correction: a fold or a thumb takes away up to 15 % of it. Errors: invalid_field (more than
  // a code holds, or nothing), internal (the library's own).
  static Result<QrCode> of(std::string_view text);

  std::size_t size() const { return size_; }  // squares a side
  // Both below size(); from the upper left.
  bool dark(std::size_t column, std::size_t row) const { return dark_[row * size_ + column]; }

 private:
  QrCode(std::size_t size, std::vector<bool> dark) : size_(size), dark_(std::move(dark)) {}

  std::size_t size_ = 0;
  std::vector<bool> dark_;
};

inline constexpr std::size_t kQrQuietZone = 4;  // light squares on every side, as readers expect them

// The code as an image of its own, with its quiet zone, as large as whoever shows it wants. `title` says to
// those who cannot see it what it is.
std::string qr_svg(const QrCode& code, const std::string& title);

}  // namespace bccid
