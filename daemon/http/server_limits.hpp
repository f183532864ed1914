#pragma once

#include "base/limits.hpp"

#include <chrono>
#include <cstddef>

namespace bccid::http {

// How long and how much one connection may take. The defaults are those of a public listener.
struct ServerLimits {
  std::chrono::milliseconds head_deadline{10'000};  // total, from the first byte to the blank line
  std::chrono::milliseconds body_grace{5'000};      // before the rate floor counts
  std::size_t body_bytes_per_second_min = 1024;
  std::chrono::milliseconds body_stall_max{10'000};  // no byte at all
  std::chrono::milliseconds write_deadline{30'000};
  std::chrono::milliseconds idle{30'000};
  std::chrono::milliseconds linger{1'000};  // reading on after a refusal, so that its answer arrives
  std::chrono::milliseconds drain{8'000};
  std::chrono::milliseconds accept_backoff{100};
  std::chrono::milliseconds tick{50};  // how late a deadline may fire

  std::size_t requests_per_connection_max = limits::kHttpRequestsPerConnectionMax;
  std::size_t connections_max = 4096;
  std::size_t connections_per_peer_max = 64;                 // 0: no limit; loopback has none
  std::size_t body_bytes_in_flight_max = 192 * 1024 * 1024;  // of all connections together

  std::size_t header_bytes_max = limits::kHttpHeaderBytesMax;
  std::size_t header_fields_max = limits::kHttpHeaderFieldsMax;
  std::size_t target_bytes_max = limits::kHttpTargetBytesMax;
};

}  // namespace bccid::http
