#include "http/listen_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace bccid::http {
namespace {

constexpr int kBacklog = 1024;
constexpr int kUserTimeoutMs = 30'000;  // a peer that vanished without a word

// Every address family behind one type, so that casts to sockaddr stand in one place.
union AnyAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
  sockaddr_un local;
  sockaddr_storage storage;
};

struct Bound {
  AnyAddress address{};
  socklen_t size = 0;
};

Bound to_native(const BindAddress& address) {
  Bound out;
  if (address.is_unix()) {
    out.address.local.sun_family = AF_UNIX;
    std::memcpy(out.address.local.sun_path, address.path.c_str(), address.path.size() + 1);
    out.size = sizeof(sockaddr_un);
  } else if (inet_pton(AF_INET, address.host.c_str(), &out.address.v4.sin_addr) == 1) {
    out.address.v4.sin_family = AF_INET;
    out.address.v4.sin_port = htons(address.port);
    out.size = sizeof(sockaddr_in);
  } else if (inet_pton(AF_INET6, address.host.c_str(), &out.address.v6.sin6_addr) == 1) {
    out.address.v6.sin6_family = AF_INET6;
    out.address.v6.sin6_port = htons(address.port);
    out.size = sizeof(sockaddr_in6);
  }
  return out;
}

[[noreturn]] void fail(const BindAddress& address, int code) {
  const std::string where =
      address.is_unix() ? "unix:" + address.path : address.host + " port " + std::to_string(address.port);
  throw std::system_error(code, std::system_category(), "cannot listen on " + where);
}

bool somebody_answers(const Bound& bound) {
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  const bool alive = connect(probe, &bound.address.any, bound.size) == 0;
  close(probe);
  return alive;
}

std::string peer_text(const AnyAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.any.sa_family == AF_INET) {
    inet_ntop(AF_INET, &address.v4.sin_addr, text.data(), text.size());
  } else if (address.any.sa_family == AF_INET6) {
    // A dual-stack socket shows IPv4 callers as ::ffff:a.b.c.d; the caps must count them as IPv4.
    const auto* bytes = address.v6.sin6_addr.s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&address.v6.sin6_addr))
      inet_ntop(AF_INET, bytes + 12, text.data(), text.size());
    else
      inet_ntop(AF_INET6, bytes, text.data(), text.size());
  } else {
    return "unix";
  }
  return text.data();
}

void set_flag(int fd, int level, int option, int value) {
  setsockopt(fd, level, option, &value, sizeof(value));
}

}  // namespace

int open_listening(const BindAddress& address) {
  const Bound bound = to_native(address);
  if (bound.size == 0) fail(address, EINVAL);
  if (address.is_unix() && !somebody_answers(bound)) unlink(address.path.c_str());
  const int fd = socket(bound.address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) fail(address, errno);
  if (!address.is_unix()) set_flag(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  const bool ready = bind(fd, &bound.address.any, bound.size) == 0 &&
                     (!address.is_unix() || chmod(address.path.c_str(), 0660) == 0) &&
                     listen(fd, kBacklog) == 0;
  if (ready) return fd;
  const int code = errno;
  close(fd);
  fail(address, code);
}

std::uint16_t bound_port(int fd) {
  AnyAddress address{};
  socklen_t size = sizeof(address);
  if (getsockname(fd, &address.any, &size) != 0) return 0;
  if (address.any.sa_family == AF_INET) return ntohs(address.v4.sin_port);
  if (address.any.sa_family == AF_INET6) return ntohs(address.v6.sin6_port);
  return 0;
}

void remove_socket(const BindAddress& address) { unlink(address.path.c_str()); }

Accepted accept_one(int listening) {
  Accepted out;
  AnyAddress address{};
  socklen_t size = sizeof(address);
  out.fd = accept4(listening, &address.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (out.fd < 0) {
    out.error = errno;
    return out;
  }
  out.family = address.any.sa_family;
  out.peer = peer_text(address);
  if (out.family != AF_UNIX) {
    set_flag(out.fd, IPPROTO_TCP, TCP_NODELAY, 1);
    set_flag(out.fd, IPPROTO_TCP, TCP_USER_TIMEOUT, kUserTimeoutMs);
  }
  return out;
}

}  // namespace bccid::http
