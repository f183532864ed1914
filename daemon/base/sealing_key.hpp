#pragma once

#include "base/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bccid {

// Keeps secrets that must come out again (an HMAC key, say) unreadable in the database: AES-256-GCM with a
// new random nonce each time. What is sealed for one place does not open in another: the place is
// authenticated with it, so that a row which was moved or exchanged is found out.
class SealingKey {
 public:
  // Base64 of 32 bytes. Errors: invalid_field; the text itself is never quoted.
  static Result<SealingKey> parse(std::string_view text);

  // Key id (4 bytes), nonce (12), cipher text, tag (16).
  std::string seal(std::string_view plain, std::string_view place) const;
  // Nothing: another key sealed it, or it was changed, or it stands in another place.
  std::optional<std::string> open(std::string_view sealed, std::string_view place) const;

 private:
  explicit SealingKey(std::array<std::uint8_t, 32> key);
  std::array<std::uint8_t, 32> key_;
  std::string id_;  // says which key sealed something, and nothing about the key
};

}  // namespace bccid
