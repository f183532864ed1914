#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace bccid::bench {

struct PgbenchPlan {
  std::filesystem::path program;
  std::string dsn;
  std::string script;    // name of a file of tests/bench/pgbench, without its ending
  std::string protocol;  // simple or prepared
  int clients = 1;
  std::chrono::seconds time{10};
  int scans_per_transaction = 1;
};

struct PgbenchResult {
  double scans_per_second = 0;
  double latency_ms = 0;  // average of a transaction
};

// Where the reference tables and scripts are.
std::filesystem::path pgbench_scripts();
// Beside the server's programs, or on the PATH. Throws std::runtime_error when it is nowhere.
std::filesystem::path find_pgbench(const std::filesystem::path& server_programs);
// Runs one reference to its end. Throws std::runtime_error when pgbench fails.
PgbenchResult run_pgbench(const PgbenchPlan& plan);

}  // namespace bccid::bench
