#include "base/ids.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace bccid {
namespace {

void fill_random(std::uint8_t* out, std::size_t size) {
  if (RAND_bytes(out, static_cast<int>(size)) != 1)
    throw std::runtime_error("the system's random source failed");
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void stamp(Uuid& id, std::uint8_t version) {
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | (version << 4));
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
}

}  // namespace

std::string Uuid::to_text() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(36, '-');
  std::size_t at = 0;
  for (const std::uint8_t byte : bytes) {
    if (at == 8 || at == 13 || at == 18 || at == 23) ++at;
    text[at++] = kDigits[byte >> 4];
    text[at++] = kDigits[byte & 15];
  }
  return text;
}

Result<Uuid> parse_uuid(std::string_view text) {
  const auto bad = [text] {
    return Failure{Errc::invalid_field, "\"" + shown(text) + "\" is not a UUID",
                   "Write 36 characters, for example 0192f0c1-7a52-7c3e-9d41-5f2b7d0f6a11."};
  };
  if (text.size() != 36) return bad();
  Uuid id;
  std::size_t at = 0;
  for (std::size_t i = 0; i < 36; ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return bad();
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return bad();
    auto& byte = id.bytes[at / 2];
    byte = static_cast<std::uint8_t>(at % 2 == 0 ? value << 4 : byte | value);
    ++at;
  }
  return id;
}

Uuid new_uuid_v7(Time at) {
  Uuid id;
  fill_random(id.bytes.data(), id.bytes.size());
  const auto ms = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count());
  for (std::size_t i = 0; i < 6; ++i) id.bytes[i] = static_cast<std::uint8_t>(ms >> (8 * (5 - i)));
  stamp(id, 7);
  return id;
}

Uuid uuid_from_name(std::string_view source, std::string_view name) {
  std::string input(source);
  input += '\0';
  input += name;
  const Sha256 digest = sha256(input);
  Uuid id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  stamp(id, 8);
  return id;
}

std::string random_token(std::size_t bytes) {
  std::vector<std::uint8_t> raw(bytes);
  fill_random(raw.data(), raw.size());
  return base64url(raw);
}

}  // namespace bccid
