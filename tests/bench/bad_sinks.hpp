#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <thread>

namespace bccid::bench {

// Five receivers that misbehave, each in its own way: the first takes a request and never answers, the second
// answers 500, the third closes the connection, the fourth answers a byte of its head every 200 ms, the fifth
// answers 502 with a page of HTML.
class BadSinks {
 public:
  static constexpr std::array<std::string_view, 5> kNames{"hangs", "500", "cut", "slow", "html"};

  // Each listens on a free port of 127.0.0.1. Throws std::runtime_error.
  BadSinks();
  ~BadSinks();
  BadSinks(const BadSinks&) = delete;
  BadSinks& operator=(const BadSinks&) = delete;

  std::uint16_t port(std::size_t kind) const { return ports_[kind]; }

 private:
  void serve();

  std::array<int, kNames.size()> listening_{};
  std::array<std::uint16_t, kNames.size()> ports_{};
  int stop_ = -1;
  std::thread thread_;
};

}  // namespace bccid::bench
