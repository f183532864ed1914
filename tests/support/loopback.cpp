#include "tests/support/loopback.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <stdexcept>

namespace bccid::test {
namespace {

constexpr int kPatienceSeconds = 10;

union Address {
  sockaddr any;
  sockaddr_in v4;
};

Address loopback(std::uint16_t port) {
  Address out{};
  out.v4.sin_family = AF_INET;
  out.v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  out.v4.sin_port = htons(port);
  return out;
}

void limit_waits(int fd) {
  const timeval patience{kPatienceSeconds, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

std::size_t announced_length(const std::string& message) {
  constexpr std::string_view kName = "\r\nContent-Length: ";
  const auto at = message.find(kName);
  std::size_t length = 0;
  if (at != std::string::npos)
    std::from_chars(message.data() + at + kName.size(), message.data() + message.size(), length);
  return length;
}

}  // namespace

RawSocket::~RawSocket() {
  if (fd_ >= 0) close(fd_);
}

RawSocket RawSocket::connect(std::uint16_t port, const std::string& from) {
  RawSocket out(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  Address own = loopback(0);
  if (inet_pton(AF_INET, from.c_str(), &own.v4.sin_addr) != 1 || bind(out.fd_, &own.any, sizeof(own.v4)) != 0)
    throw std::runtime_error("cannot call from " + from);
  const Address to = loopback(port);
  if (::connect(out.fd_, &to.any, sizeof(to.v4)) != 0) throw std::runtime_error("cannot connect");
  limit_waits(out.fd_);
  return out;
}

bool RawSocket::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawSocket::finish_sending() const { shutdown(fd_, SHUT_WR); }

void RawSocket::reset() {
  const linger hard{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
  close(std::exchange(fd_, -1));
}

std::string RawSocket::receive(std::size_t size) const {
  std::string out(size, '\0');
  const auto got = recv(fd_, out.data(), out.size(), 0);
  out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return out;
}

std::string RawSocket::receive_until(std::string_view text) const {
  std::string out;
  while (out.find(text) == std::string::npos) {
    const std::string more = receive(1);
    if (more.empty()) break;
    out += more;
  }
  return out;
}

std::string RawSocket::receive_all() const {
  std::string out;
  for (std::string more = receive(); !more.empty(); more = receive()) out += more;
  return out;
}

std::string RawSocket::receive_message() const {
  std::string out = receive_until("\r\n\r\n");
  std::size_t left = announced_length(out);
  while (left > 0) {
    const std::string more = receive(left);
    if (more.empty()) break;
    out += more;
    left -= more.size();
  }
  return out;
}

ScriptedPeer::ScriptedPeer(Script script) : listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  Address address = loopback(0);
  socklen_t size = sizeof(address.v4);
  if (bind(listening_, &address.any, size) != 0 || listen(listening_, 16) != 0 ||
      getsockname(listening_, &address.any, &size) != 0)
    throw std::runtime_error("cannot listen on loopback");
  port_ = ntohs(address.v4.sin_port);
  thread_ = std::thread([this, script = std::move(script)] {
    for (;;) {
      const int fd = accept(listening_, nullptr, nullptr);
      if (fd < 0) return;
      limit_waits(fd);
      RawSocket socket(fd);
      script(socket, connections_++);
    }
  });
}

ScriptedPeer::~ScriptedPeer() { stop(); }

void ScriptedPeer::stop() {
  if (!thread_.joinable()) return;
  shutdown(listening_, SHUT_RDWR);
  thread_.join();
  close(listening_);
}

}  // namespace bccid::test
