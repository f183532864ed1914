#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace bccid {

// RFC 9562 UUID as 16 bytes in network order.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Uuid&) const = default;
  std::string to_text() const;  // 36 lower-case characters
};

// Reads the 36-character form, either case. Errors: invalid_field.
Result<Uuid> parse_uuid(std::string_view text);

// Time-ordered (version 7), the rest from the CSPRNG: not guessable, and kind to indexes.
Uuid new_uuid_v7(Time at);

// The same name gives the same UUID for ever (version 8 layout over SHA-256); for rows whose source
// has an own key but no UUID, such as a tracking feed's object id.
Uuid uuid_from_name(std::string_view source, std::string_view name);

// `bytes` bytes of the CSPRNG in base64url without padding; 32 bytes make a bearer token.
std::string random_token(std::size_t bytes);

}  // namespace bccid
