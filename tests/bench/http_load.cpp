#include "tests/bench/http_load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <deque>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace bccid::bench {
namespace {

using Clock = std::chrono::steady_clock;

// One connection: at most one request on it.
struct Lane {
  int fd = -1;
  bool busy = false;
  std::string out;
  std::size_t written = 0;
  std::string in;
  Clock::time_point wanted_at;
};

int open_socket(const LoadPlan& plan) {
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_un local;
  } address{};
  socklen_t size = 0;
  const bool local = plan.address.rfind("unix:", 0) == 0;
  if (local) {
    address.local.sun_family = AF_UNIX;
    std::strncpy(address.local.sun_path, plan.address.c_str() + 5, sizeof(address.local.sun_path) - 1);
    size = sizeof(sockaddr_un);
  } else {
    address.v4.sin_family = AF_INET;
    address.v4.sin_port = htons(plan.port);
    if (inet_pton(AF_INET, plan.address.c_str(), &address.v4.sin_addr) != 1) return -1;
    size = sizeof(sockaddr_in);
  }
  const int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (connect(fd, &address.any, size) != 0) {
    close(fd);
    return -1;
  }
  const int on = 1;
  if (!local) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

// The size of the answer at the front of `in`, 0 while it is not whole; sets status and body.
std::size_t whole_answer(const std::string& in, int& status, std::string_view& body) {
  const auto head_end = in.find("\r\n\r\n");
  if (head_end == std::string::npos || in.size() < 12) return 0;
  std::from_chars(in.data() + 9, in.data() + 12, status);
  const std::string_view head(in.data(), head_end + 2);
  std::size_t length = 0;
  constexpr std::string_view kName = "\r\nContent-Length: ";
  if (const auto at = head.find(kName); at != std::string_view::npos)
    std::from_chars(head.data() + at + kName.size(), head.data() + head.size(), length);
  const std::size_t total = head_end + 4 + length;
  if (in.size() < total) return 0;
  body = std::string_view(in).substr(head_end + 4, length);
  return total;
}

class Loop {
 public:
  explicit Loop(const LoadPlan& plan) : plan_(plan), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    for (int i = 0; i < plan.connections; ++i) lanes_.push_back(std::make_unique<Lane>());
    for (auto& lane : lanes_)
      if (!open(*lane)) throw std::runtime_error("cannot connect to " + plan.address);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop() {
    for (auto& lane : lanes_)
      if (lane->fd >= 0) close(lane->fd);
    close(epoll_);
  }

  LoadResult run() {
    start_ = Clock::now();
    const auto end = start_ + plan_.time_max;
    for (auto& lane : lanes_) idle_.push_back(lane.get());
    while (Clock::now() < end && (answered() < plan_.requests_max || busy_ > 0)) {
      feed();
      if (busy_ == 0 && next_ >= plan_.requests_max) break;
      wait();
    }
    result_.took = Clock::now() - start_;
    return std::move(result_);
  }

 private:
  std::uint64_t answered() const { return result_.good + result_.bad + result_.broken; }

  bool open(Lane& lane) {
    lane.fd = open_socket(plan_);
    if (lane.fd < 0) return false;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &lane;
    return epoll_ctl(epoll_, EPOLL_CTL_ADD, lane.fd, &event) == 0;
  }

  // Gives every idle connection the next request, as far as the plan wants one by now.
  void feed() {
    while (!idle_.empty() && next_ < plan_.requests_max) {
      const auto now = Clock::now();
      auto wanted = now;
      if (plan_.rate > 0) {
        wanted = start_ + std::chrono::nanoseconds(
                              static_cast<std::int64_t>(static_cast<double>(next_) * 1e9 / plan_.rate));
        if (wanted > now) return;
      }
      Lane& lane = *idle_.front();
      idle_.pop_front();
      lane.wanted_at = wanted;
      begin(lane);
    }
  }

  void begin(Lane& lane) {
    lane.out.clear();
    lane.written = 0;
    plan_.make_request(next_++, lane.out);
    ++result_.sent;
    lane.busy = true;
    ++busy_;
    flush(lane);
  }

  void flush(Lane& lane) {
    while (lane.written < lane.out.size()) {
      const auto sent = send(lane.fd, lane.out.data() + lane.written, lane.out.size() - lane.written,
                             MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) return watch(lane, EPOLLIN | EPOLLOUT);
      if (sent <= 0) return lose(lane);
      lane.written += static_cast<std::size_t>(sent);
    }
  }

  void watch(Lane& lane, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &lane;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, lane.fd, &event);
  }

  // Until the next request is wanted. To the nanosecond: a whole-millisecond wait would be a busy loop that
  // takes a core from what is measured.
  std::chrono::nanoseconds patience() const {
    constexpr std::chrono::nanoseconds kLongest = std::chrono::milliseconds(100);
    if (plan_.rate <= 0 || idle_.empty()) return kLongest;
    const auto next = start_ + std::chrono::nanoseconds(
                                   static_cast<std::int64_t>(static_cast<double>(next_) * 1e9 / plan_.rate));
    return std::clamp<std::chrono::nanoseconds>(next - Clock::now(), std::chrono::nanoseconds(0), kLongest);
  }

  void wait() {
    std::array<epoll_event, 256> events{};
    const timespec longest{0, patience().count()};
    const int count = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &longest, nullptr);
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      Lane& lane = *static_cast<Lane*>(event.data.ptr);
      if ((event.events & EPOLLOUT) != 0 && lane.busy) {
        watch(lane, EPOLLIN);
        flush(lane);
      }
      if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) take(lane);
    }
  }

  void take(Lane& lane) {
    std::array<char, 65536> chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    const auto got = recv(lane.fd, chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return lose(lane);
    lane.in.append(chunk.data(), static_cast<std::size_t>(got));
    int status = 0;
    std::string_view body;
    const std::size_t size = whole_answer(lane.in, status, body);
    if (size == 0) return;
    const bool last = std::string_view(lane.in).substr(0, size - body.size()).find("\r\nConnection: close") !=
                      std::string_view::npos;
    const bool good = plan_.judge ? plan_.judge(status, body) : status >= 200 && status < 300;
    result_.latency.add(Clock::now() - lane.wanted_at);
    ++(good ? result_.good : result_.bad);
    lane.in.erase(0, size);
    lane.busy = false;
    --busy_;
    if (last) return renew(lane);
    idle_.push_back(&lane);
  }

  // The server takes so many requests on a connection and no more.
  void renew(Lane& lane) {
    close(lane.fd);
    lane.in.clear();
    if (open(lane)) idle_.push_back(&lane);
  }

  void lose(Lane& lane) {
    close(lane.fd);
    lane.fd = -1;
    lane.in.clear();
    const bool was_busy = std::exchange(lane.busy, false);
    if (was_busy) {
      ++result_.broken;
      --busy_;
    } else {
      idle_.erase(std::remove(idle_.begin(), idle_.end(), &lane), idle_.end());
    }
    if (open(lane)) idle_.push_back(&lane);
  }

  const LoadPlan& plan_;
  int epoll_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::deque<Lane*> idle_;
  LoadResult result_;
  Clock::time_point start_;
  std::uint64_t next_ = 0;
  int busy_ = 0;
};

std::string milliseconds(std::chrono::microseconds took) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f ms", static_cast<double>(took.count()) / 1000.0);
  return text.data();
}

}  // namespace

void Histogram::add(std::chrono::nanoseconds took) {
  const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(took.count() / 100, 1));
  const auto octave = static_cast<std::size_t>(std::bit_width(value)) - 1;
  const std::uint64_t within = octave >= 5 ? (value >> (octave - 5)) & 31 : (value << (5 - octave)) & 31;
  ++buckets_[std::min(octave * kPerOctave + static_cast<std::size_t>(within), kBuckets - 1)];
  ++count_;
  max_ = std::max(max_, took);
}

void Histogram::merge(const Histogram& other) {
  for (std::size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

std::chrono::microseconds Histogram::quantile(double share) const {
  if (count_ == 0) return std::chrono::microseconds(0);
  const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (seen <= wanted) continue;
    const double low = static_cast<double>(std::uint64_t{1} << (i / kPerOctave));
    const double upper = low * (1.0 + static_cast<double>(i % kPerOctave + 1) / 32.0);
    return std::min(max(), std::chrono::microseconds(static_cast<std::int64_t>(upper / 10.0)));
  }
  return max();
}

double LoadResult::per_second() const {
  const double seconds = std::chrono::duration<double>(took).count();
  return seconds > 0 ? static_cast<double>(good) / seconds : 0;
}

std::string LoadResult::to_text() const {
  return std::to_string(static_cast<std::uint64_t>(per_second())) + "/s  p50 " +
         milliseconds(latency.quantile(0.5)) + "  p99 " + milliseconds(latency.quantile(0.99)) + "  p999 " +
         milliseconds(latency.quantile(0.999)) + "  max " + milliseconds(latency.max()) + "  bad " +
         std::to_string(bad) + "  broken " + std::to_string(broken);
}

LoadResult run_load(const LoadPlan& plan) { return Loop(plan).run(); }

void make_post(std::string_view target, std::string_view host, std::string_view extra_headers,
               std::string_view body, std::string& out) {
  out.append("POST ").append(target).append(" HTTP/1.1\r\nHost: ").append(host);
  out.append("\r\nContent-Type: application/json\r\nContent-Length: ").append(std::to_string(body.size()));
  out.append("\r\n").append(extra_headers).append("\r\n").append(body);
}

}  // namespace bccid::bench
