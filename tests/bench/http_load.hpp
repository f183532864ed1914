#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace bccid::bench {

// Latencies in logarithmic buckets of 1/32 of an octave: about 2 % wide, from 1 us to some hours.
class Histogram {
 public:
  void add(std::chrono::nanoseconds took);
  void merge(const Histogram& other);
  std::uint64_t count() const { return count_; }
  // The latency that `share` (0.99) of all did not exceed; zero when empty.
  std::chrono::microseconds quantile(double share) const;
  std::chrono::microseconds max() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(max_);
  }

 private:
  static constexpr std::size_t kPerOctave = 32;
  static constexpr std::size_t kBuckets = kPerOctave * 36;
  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::chrono::nanoseconds max_{0};
};

// Where to send and how much. Always bounded in count and time.
struct LoadPlan {
  std::string address = "127.0.0.1";  // an IPv4 literal, or unix:/path
  std::uint16_t port = 0;
  int connections = 64;
  double rate = 0;  // requests a second over all connections (open loop); 0: closed loop
  std::uint64_t requests_max = 100'000;
  std::chrono::milliseconds time_max{10'000};
  // Makes the whole request number `n` (head and body) into `out`, which comes empty.
  std::function<void(std::uint64_t n, std::string& out)> make_request;
  // Judges an answer; absent: any 2xx is good.
  std::function<bool(int status, std::string_view body)> judge;
};

struct LoadResult {
  Histogram latency;  // open loop: from the moment that the plan wanted the request sent
  std::uint64_t sent = 0;
  std::uint64_t good = 0;
  std::uint64_t bad = 0;     // answered, but not as wanted
  std::uint64_t broken = 0;  // connection ended before its answer
  std::chrono::nanoseconds took{0};

  double per_second() const;
  // "20 123/s  p50 1.2 ms  p99 3.4 ms  p999 5.6 ms  max 7.8 ms  bad 0  broken 0"
  std::string to_text() const;
};

// Runs the plan on the calling thread with one epoll loop; keep-alive, no pipelining.
// Throws std::runtime_error when no connection can be made.
LoadResult run_load(const LoadPlan& plan);

// A POST with a JSON body, ready to send.
void make_post(std::string_view target, std::string_view host, std::string_view extra_headers,
               std::string_view body, std::string& out);

}  // namespace bccid::bench
