#pragma once

#include "http/message.hpp"
#include "http/session_hub.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <string>

// Where a body stands while it comes in: in memory, of which all bodies have a share, or in a file.
namespace bccid::http {

// A body's share of the memory for bodies, given back at the end of its request.
class BodyShare {
 public:
  explicit BodyShare(SessionHub& hub) : hub_(hub) {}
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;
  ~BodyShare() { hub_.give_body_bytes(bytes_); }
  // Small bodies are not worth counting. False when there is no room.
  bool take(std::size_t bytes) {
    if (bytes <= kCountedBytes) return true;
    if (!hub_.take_body_bytes(bytes)) return false;
    bytes_ = bytes;
    return true;
  }

 private:
  static constexpr std::size_t kCountedBytes = 64 * 1024;
  SessionHub& hub_;
  std::size_t bytes_ = 0;
};

// Gives the request a file for its body. Errors: unavailable, which the log explains.
Status open_spool(const SpoolPlace& place, Request& request);

// Writes to it where the disk may be waited for, so that it stops nobody else. Errors: overloaded (the disk
// is full), unavailable.
boost::asio::awaitable<Status> spool(const SpoolPlace& place, Request& request, std::string piece);

}  // namespace bccid::http
