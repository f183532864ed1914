#pragma once

#include "http/listener.hpp"

#include <cstdint>
#include <string>

namespace bccid::http {

// The system calls of a listening socket. Not for use outside the listener.

// A listening descriptor. A unix socket's stale file is replaced, a live one is not; its mode is 0660.
// Throws std::system_error naming the address.
int open_listening(const BindAddress& address);
// 0 for a unix socket.
std::uint16_t bound_port(int fd);
void remove_socket(const BindAddress& address);

struct Accepted {
  int fd = -1;    // below 0: nothing accepted, see `error`
  int error = 0;  // errno
  int family = 0;
  std::string peer;  // the address without port; "unix"
};

// One connection from the backlog, without waiting; the descriptor closes on exec, and small answers
// are not held back.
Accepted accept_one(int listening);

}  // namespace bccid::http
