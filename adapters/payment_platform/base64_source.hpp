#pragma once

#include "base/byte_source.hpp"

#include <string>

namespace bccid::platform {

// The bytes behind a file that may be written in Base64 (with or without line ends): what its first bytes are
// decides. Holds one piece.
class MaybeBase64 final : public ByteSource {
 public:
  // `bytes` must outlive it.
  explicit MaybeBase64(ByteSource& bytes) : bytes_(bytes) {}
  // Errors: malformed (a sign that is not Base64, or an end in the middle), and what the source answers.
  Result<std::size_t> read(std::span<char> into) override;

 private:
  Status fill();
  Status decode(bool at_end);

  ByteSource& bytes_;
  bool begun_ = false, encoded_ = false, ended_ = false;
  std::string signs_;  // not decoded yet
  std::string ready_;  // to be handed on
};

}  // namespace bccid::platform
