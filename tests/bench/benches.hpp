#pragma once

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace bccid::bench {

struct BenchOptions {
  std::chrono::seconds time{10};             // of each load; a bench runs several
  std::chrono::seconds busy_time{600};       // of the outbox's last load, after which dead rows are counted
  int connections = 64;                      // of the single-event loads
  std::uint64_t parcels = 0;                 // 0: as many as the loads may need
  std::uint64_t lines = 1'000'000;           // statement lines of the reconciliation
  std::uint64_t accounts = 100;              // that they are on, a file each
  bool verify = true;                        // the books after the reconciliation
  bool slow_flush = true;                    // the scan loads once more with a flush that takes 1 ms longer
  bool random_keys = false;                  // event ids of version 4 rather than 7
  std::string pgbench_protocol = "simple";   // simple or prepared
  std::vector<std::string> server_settings;  // "name=value" of postgresql.conf, on top of the bench's own
  std::vector<std::string> daemon_settings;  // "section.key = value" of bccid.toml
  std::filesystem::path directory;           // to work in; emptied of what the bench made at its end
};

// Each runs one bench, prints what it does to stderr and its table to stdout, and returns the figures.
// Everything that it starts is ended when it returns or throws. Throws std::runtime_error.
boost::json::object bench_scan(const BenchOptions& options);
boost::json::object bench_outbox(const BenchOptions& options);
boost::json::object bench_days(const BenchOptions& options);
boost::json::object bench_ledger(const BenchOptions& options);
boost::json::object bench_recon(const BenchOptions& options);

}  // namespace bccid::bench
