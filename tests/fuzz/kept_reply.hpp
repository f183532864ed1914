#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

namespace bccid::fuzz {

// A reply as it is kept in the corpus: the HTTP status on the first line, then the body. Without a status
// it is a 200, so that every mutation is a reply.
struct Reply {
  int status = 200;
  std::string_view body;
};

inline Reply reply_of(std::string_view bytes) {
  Reply reply{200, bytes};
  int status = 0;
  const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), status);
  const auto digits = static_cast<std::size_t>(end - bytes.data());
  if (error != std::errc{} || status < 100 || status > 599) return reply;
  if (digits == bytes.size() || bytes[digits] != '\n') return reply;
  return {status, bytes.substr(digits + 1)};
}

}  // namespace bccid::fuzz
