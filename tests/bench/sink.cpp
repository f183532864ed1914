#include "tests/bench/sink.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace bccid::bench {
namespace {

constexpr std::string_view kAnswer = "HTTP/1.1 204 No Content\r\n\r\n";
constexpr std::string_view kLength = "Content-Length: ";
constexpr std::string_view kMark = "\"t\":";

template <class Number>
Number number_after(std::string_view text, std::string_view mark) {
  Number out = 0;
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return out;
  const char* begin = text.data() + at + mark.size();
  std::from_chars(begin, text.data() + text.size(), out);
  return out;
}

void watch(int poll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  ::epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
}

}  // namespace

struct Sink::Peer {
  explicit Peer(int fd_in) : fd(fd_in) {}
  ~Peer() { ::close(fd); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  int fd;
  std::string in;
};

Sink::Sink() {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listening_, plain, size) != 0 || ::listen(listening_, 256) != 0 ||
      ::getsockname(listening_, plain, &size) != 0)
    throw std::runtime_error("the sink cannot listen");
  port_ = ntohs(address.sin_port);
  stop_ = ::eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { serve(); });
}

Sink::~Sink() {
  const std::uint64_t one = 1;
  if (::write(stop_, &one, sizeof one) > 0) thread_.join();
  ::close(stop_);
  ::close(listening_);
}

Histogram Sink::take_latency() {
  const std::scoped_lock lock(guard_);
  return std::exchange(latency_, Histogram());
}

void Sink::serve() {
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  watch(poll, listening_);
  watch(poll, stop_);
  std::map<int, std::unique_ptr<Peer>> peers;
  std::array<epoll_event, 64> events{};
  for (;;) {
    const int count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == stop_) {
        ::close(poll);
        return;
      }
      if (fd == listening_) {
        const int fresh = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fresh < 0) continue;
        const int on = 1;
        ::setsockopt(fresh, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        peers[fresh] = std::make_unique<Peer>(fresh);
        watch(poll, fresh);
      } else if (!read_some(*peers.at(fd))) {
        peers.erase(fd);
      }
    }
  }
}

bool Sink::read_some(Peer& peer) {
  std::array<char, 16384> buffer{};
  const auto got = ::recv(peer.fd, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  peer.in.append(buffer.data(), static_cast<std::size_t>(got));
  take_requests(peer);
  return true;
}

void Sink::take_requests(Peer& peer) {
  for (;;) {
    const auto end = peer.in.find("\r\n\r\n");
    if (end == std::string::npos) return;
    const std::string_view head(peer.in.data(), end);
    const auto length = number_after<std::size_t>(head, kLength);
    const std::size_t whole = end + 4 + length;
    if (peer.in.size() < whole) return;
    note(std::string_view(peer.in).substr(end + 4, length));
    ++received_;
    peer.in.erase(0, whole);
    if (::send(peer.fd, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) < 0) return;
  }
}

void Sink::note(std::string_view body) {
  const auto sent = number_after<std::int64_t>(body, kMark);
  if (sent == 0) return;
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const std::scoped_lock lock(guard_);
  latency_.add(now - std::chrono::nanoseconds(sent));
}

}  // namespace bccid::bench
