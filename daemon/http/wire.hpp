#pragma once

#include "base/clock.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

namespace bccid::http {

// What the writer must know beside the response.
struct WireContext {
  std::string_view request_id;
  std::string_view date;  // HTTP date
  bool is_tls = false;
  bool close = false;
  bool head_only = false;  // answer to HEAD: length, but no body
};

// Appends the whole response to `out`: status line, security headers on every one of them, length, body.
// False, and nothing appended, when a header's name or value must not go out (CR, LF, NUL, non-ASCII).
bool append_response(const Response& response, const WireContext& context, std::string& out);

// The id that a caller sent, when it is ^[A-Za-z0-9._-]{8,64}$.
bool valid_request_id(std::string_view text);

// Ids for requests that brought none: unique, cheap, and not secret.
class RequestIds {
 public:
  RequestIds();
  std::string next();

 private:
  std::string prefix_;
  std::uint64_t count_ = 0;
};

// "Sun, 22 Nov 2026 08:30:00 GMT", formatted once a second.
class HttpDate {
 public:
  std::string_view now();

 private:
  std::time_t second_ = -1;
  std::string text_;
};

}  // namespace bccid::http
