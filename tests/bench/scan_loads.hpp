#pragma once

#include "tests/bench/bench_stage.hpp"
#include "tests/bench/benches.hpp"
#include "tests/bench/http_load.hpp"
#include "tests/bench/scan_day.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace bccid::bench {

inline constexpr int kBatch = 50;
inline constexpr int kBatchConnections = 4;

double milliseconds(std::chrono::microseconds time);
double mebibytes(std::uint64_t bytes);

// What one load of scans over HTTP gave.
struct ScanLoad {
  std::string name;
  double events_per_second = 0;
  double p50 = 0, p99 = 0, p999 = 0;    // milliseconds of a request
  double wal_bytes = 0;                 // of an event
  double daemon_us = 0, server_us = 0;  // processor time of an event
  double resident = 0;                  // mebibytes of the daemon at the end
  std::uint64_t bad = 0;

  boost::json::object to_json() const;
};

// How a load is made.
struct ScanLoadPlan {
  int connections = 64;
  int items = 1;                      // a request
  double rate = 0;                    // requests a second; 0: as fast as it goes
  std::uint64_t requests_max = 0;     // 0: as many as there are parcels for
  std::chrono::milliseconds time{0};  // 0: as long as the options say
};

// Gives the loads their scans, in one row over all of them.
class ScanLoads {
 public:
  using Say = std::function<void(const std::string&)>;
  ScanLoads(BenchStage& stage, const BenchOptions& options, std::uint64_t parcels, Say say);

  // The scans until all kinds are on the road; not counted. Throws std::runtime_error.
  void morning();
  // Throws std::runtime_error when no parcels are left.
  ScanLoad measure(std::string name, const ScanLoadPlan& wanted);
  const std::string& headers() const { return headers_; }

 private:
  LoadPlan plan_of(int connections, int items);

  BenchStage& stage_;
  const BenchOptions& options_;
  Say say_;
  ScanDay day_;
  std::string headers_;
  std::string body_;
  std::uint64_t next_ = 0;
};

}  // namespace bccid::bench
