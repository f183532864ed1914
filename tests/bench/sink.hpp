#pragma once

#include "tests/bench/http_load.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>

namespace bccid::bench {

// A webhook receiver that answers 204 to everything at once, over kept connections, with one epoll loop on a
// thread of its own. Of bodies that carry "t":<steady clock in ns> it keeps how long ago that was.
class Sink {
 public:
  // Listens on a free port of 127.0.0.1. Throws std::runtime_error.
  Sink();
  ~Sink();
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  std::uint16_t port() const { return port_; }
  std::uint64_t received() const { return received_; }
  // The latencies since the last call.
  Histogram take_latency();

 private:
  struct Peer;
  void serve();
  bool read_some(Peer& peer);
  void take_requests(Peer& peer);
  void note(std::string_view body);

  int listening_ = -1;
  int stop_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::uint64_t> received_{0};
  std::mutex guard_;
  Histogram latency_;
  std::thread thread_;
};

}  // namespace bccid::bench
