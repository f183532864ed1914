#include "tests/bench/bad_sinks.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <vector>

namespace bccid::bench {
namespace {

constexpr std::string_view kFailed = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view kPage =
    "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<html>x</html>\n";
constexpr int kDripMs = 200;

struct Caller {
  int fd;
  std::size_t kind;
  bool asked = false;
  std::size_t dripped = 0;
};

void say(int fd, std::string_view text) { (void)::send(fd, text.data(), text.size(), MSG_NOSIGNAL); }

// False when the connection is over.
bool hear(Caller& caller) {
  char buffer[16384];
  if (::recv(caller.fd, buffer, sizeof buffer, 0) <= 0) return false;
  caller.asked = true;
  const auto name = BadSinks::kNames[caller.kind];
  if (name == "500") say(caller.fd, kFailed);
  if (name == "html") say(caller.fd, kPage);
  return name != "cut";
}

int listen_on(std::uint16_t& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(fd, plain, size) != 0 || ::listen(fd, 256) != 0 || ::getsockname(fd, plain, &size) != 0)
    throw std::runtime_error("a misbehaving receiver cannot listen");
  port = ntohs(address.sin_port);
  return fd;
}

}  // namespace

BadSinks::BadSinks() {
  for (std::size_t kind = 0; kind < kNames.size(); ++kind) listening_[kind] = listen_on(ports_[kind]);
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { serve(); });
}

BadSinks::~BadSinks() {
  const std::uint64_t one = 1;
  if (::write(stop_, &one, sizeof one) > 0) thread_.join();
  ::close(stop_);
  for (const int fd : listening_) ::close(fd);
}

void BadSinks::serve() {
  std::vector<Caller> callers;
  for (;;) {
    std::vector<pollfd> watched{{stop_, POLLIN, 0}};
    for (const int fd : listening_) watched.push_back({fd, POLLIN, 0});
    for (const auto& caller : callers) watched.push_back({caller.fd, POLLIN, 0});
    ::poll(watched.data(), watched.size(), kDripMs);
    if (watched[0].revents != 0) break;
    const std::size_t first = 1 + kNames.size();
    for (std::size_t i = callers.size(); i-- > 0;) {
      auto& caller = callers[i];
      const bool dripping = caller.asked && kNames[caller.kind] == "slow" && caller.dripped < kFailed.size();
      if (dripping) say(caller.fd, kFailed.substr(caller.dripped++, 1));
      if (watched[first + i].revents == 0 || hear(caller)) continue;
      ::close(caller.fd);
      callers.erase(callers.begin() + static_cast<std::ptrdiff_t>(i));
    }
    for (std::size_t kind = 0; kind < kNames.size(); ++kind) {
      if (watched[1 + kind].revents == 0) continue;
      const int fresh = ::accept4(listening_[kind], nullptr, nullptr, SOCK_CLOEXEC);
      if (fresh >= 0) callers.push_back({fresh, kind});
    }
  }
  for (const auto& caller : callers) ::close(caller.fd);
}

}  // namespace bccid::bench
