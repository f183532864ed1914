#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace bccid {

struct DbConfig {
  std::string dsn;
  std::string application_name = "bccid";
  unsigned interactive_workers = 6;
  unsigned background_workers = 3;
  std::size_t queue_max = 512;                      // jobs waiting, each lane
  std::chrono::milliseconds queue_wait_max{2'000};  // of the interactive lane; others wait to their deadline
  std::chrono::seconds connect_timeout{3};
  std::chrono::milliseconds tcp_user_timeout{12'000};
  std::chrono::milliseconds interactive_statement_timeout{5'000};
  std::chrono::milliseconds background_statement_timeout{60'000};
  std::chrono::milliseconds lock_timeout{2'000};
  std::chrono::milliseconds idle_in_transaction_timeout{10'000};
  // A job still running this long after its deadline loses its connection: the server hangs.
  std::chrono::milliseconds overrun_max{1'000};
  // A COMMIT is never cancelled by a deadline; after this long its outcome is called unknown.
  std::chrono::milliseconds commit_wait_max{30'000};
  std::chrono::milliseconds reconnect_delay_max{2'000};
};

// A snapshot for /metrics. Counters only grow; gauges are of this moment.
struct DbCounters {
  std::uint64_t interactive_waiting = 0, background_waiting = 0, running = 0, connections = 0;  // gauges
  std::uint64_t jobs_done = 0, jobs_failed = 0, retries = 0, reruns = 0, connects = 0;
  std::uint64_t overloaded = 0, expired = 0, connections_cut = 0, outcomes_unknown = 0;
  std::uint64_t wait_us = 0, run_us = 0;
};

}  // namespace bccid
