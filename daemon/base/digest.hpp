#pragma once

#include "base/result.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace bccid {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);

// The same of bytes that come in pieces.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void add(std::string_view bytes);
  // Of all bytes so far; more may follow.
  Sha256 value() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Sha256 hmac_sha256(std::string_view key, std::string_view bytes);

std::string to_hex(std::span<const std::uint8_t> bytes);
std::string base64(std::span<const std::uint8_t> bytes);
// Standard alphabet with padding. Errors: malformed.
Result<std::string> parse_base64(std::string_view text);
std::string base64url(std::span<const std::uint8_t> bytes);

// First 8 bytes of the SHA-256, for comparing content cheaply; never for security.
std::int64_t content_hash(std::string_view bytes);

// Takes the same time wherever the first difference is.
bool equal_constant_time(std::string_view left, std::string_view right);

}  // namespace bccid
