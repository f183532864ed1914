#include "tests/bench/scan_loads.hpp"

#include "tests/bench/process_figures.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace bccid::bench {

double milliseconds(std::chrono::microseconds time) { return static_cast<double>(time.count()) / 1000.0; }
double mebibytes(std::uint64_t bytes) { return static_cast<double>(bytes) / 1024.0 / 1024.0; }

boost::json::object ScanLoad::to_json() const {
  boost::json::object out;
  out["events_per_s"] = events_per_second;
  out["p50_ms"] = p50;
  out["p99_ms"] = p99;
  out["p999_ms"] = p999;
  out["wal_bytes_per_event"] = wal_bytes;
  out["daemon_cpu_us_per_event"] = daemon_us;
  out["postgresql_cpu_us_per_event"] = server_us;
  out["rss_mib"] = resident;
  out["bad"] = bad;
  return out;
}

ScanLoads::ScanLoads(BenchStage& stage, const BenchOptions& options, std::uint64_t parcels, Say say)
    : stage_(stage), options_(options), say_(std::move(say)), day_(parcels, options.random_keys) {
  headers_ = "Authorization: Bearer " + stage.token() + "\r\n";
}

void ScanLoads::morning() {
  auto plan = plan_of(kBatchConnections, kBatch);
  plan.requests_max = ScanDay::kMorning / kBatch;
  plan.time_max = std::chrono::minutes(2);
  plan.make_request = [this](std::uint64_t n, std::string& out) {
    body_ = R"({"items":[)";
    for (std::uint64_t i = 0; i < kBatch; ++i) {
      if (i > 0) body_ += ',';
      day_.append_morning(n * kBatch + i, body_);
    }
    body_ += "]}";
    make_post("/v1/scans", "127.0.0.1", headers_, body_, out);
  };
  const auto result = run_load(plan);
  if (result.good * kBatch != ScanDay::kMorning)
    throw std::runtime_error("the morning's scans were not all accepted: " + result.to_text());
}

ScanLoad ScanLoads::measure(std::string name, const ScanLoadPlan& wanted) {
  say_(name);
  auto plan = plan_of(wanted.connections, wanted.items);
  plan.rate = wanted.rate;
  if (wanted.time.count() > 0) plan.time_max = wanted.time;
  plan.requests_max = (day_.size() - next_) / static_cast<std::uint64_t>(wanted.items);
  if (wanted.requests_max > 0) plan.requests_max = std::min(plan.requests_max, wanted.requests_max);
  if (plan.requests_max == 0) throw std::runtime_error("no parcels are left for \"" + name + '"');
  const auto wal = stage_.wal_bytes();
  const auto daemon = cpu_time(stage_.daemon_pid());
  const auto server = cpu_time(stage_.server_pid());
  const auto result = run_load(plan);
  const double events = std::max(static_cast<double>(result.good) * wanted.items, 1.0);
  const auto per_event = [events](auto time) { return static_cast<double>(time.count()) * 1000.0 / events; };
  ScanLoad load;
  load.name = std::move(name);
  load.daemon_us = per_event(cpu_time(stage_.daemon_pid()) - daemon);
  load.server_us = per_event(cpu_time(stage_.server_pid()) - server);
  load.events_per_second = result.per_second() * wanted.items;
  load.p50 = milliseconds(result.latency.quantile(0.5));
  load.p99 = milliseconds(result.latency.quantile(0.99));
  load.p999 = milliseconds(result.latency.quantile(0.999));
  load.wal_bytes = static_cast<double>(stage_.wal_bytes() - wal) / events;
  load.resident = mebibytes(resident_bytes(stage_.daemon_pid()));
  load.bad = result.bad + result.broken;
  return load;
}

LoadPlan ScanLoads::plan_of(int connections, int items) {
  LoadPlan plan;
  plan.port = stage_.port();
  plan.connections = connections;
  plan.time_max = options_.time;
  plan.make_request = [this, items](std::uint64_t, std::string& out) {
    body_ = R"({"items":[)";
    for (int i = 0; i < items; ++i) {
      if (i > 0) body_ += ',';
      day_.append(next_++, body_);
    }
    body_ += "]}";
    make_post("/v1/scans", "127.0.0.1", headers_, body_, out);
  };
  const std::string wanted = "\"accepted\":" + std::to_string(items) + ',';
  plan.judge = [this, wanted](int status, std::string_view body) {
    const bool good = status == 200 && body.find(wanted) != std::string_view::npos;
    static int shown = 0;
    if (!good && shown++ < 3)
      say_("answered " + std::to_string(status) + ": " + std::string(body.substr(0, 400)));
    return good;
  };
  return plan;
}

}  // namespace bccid::bench
