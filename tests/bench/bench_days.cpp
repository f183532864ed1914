#include "tests/bench/benches.hpp"
#include "tests/bench/process_figures.hpp"
#include "tests/bench/scan_loads.hpp"

#include "store/direct.hpp"
#include "store/verify.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <thread>

namespace bccid::bench {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kReceipts = 100'000;

void say(const std::string& text) { std::cerr << "bench days: " << text << std::endl; }

// How many receipts there are, with everything that filled them on the disk: its writing is not the load's.
std::int64_t settled_receipts(const BenchStage& stage) {
  sql::SessionOptions session;
  session.dsn = stage.dsn();
  sql::Connection connection(session);
  connection.script("bench", "CHECKPOINT");
  return connection.exec_once("bench", "SELECT count(*) FROM receipt").front().i64(0);
}

// What closing gave: how long the caller waited, and what the day holds.
struct Closing {
  std::chrono::milliseconds took{0};
  bool good = false;
};

// Closes the clerk's day, a while after now.
Closing close_day(const BenchStage& stage, const std::string& headers, std::chrono::milliseconds after) {
  std::this_thread::sleep_for(after);
  LoadPlan plan;
  plan.port = stage.port();
  plan.connections = 1;
  plan.requests_max = 1;
  plan.time_max = std::chrono::seconds(60);
  plan.make_request = [&headers](std::uint64_t, std::string& out) {
    make_post("/v1/days", "127.0.0.1", headers + "Idempotency-Key: bench-day\r\n", "{}", out);
  };
  plan.judge = [](int status, std::string_view) { return status == 201; };
  const auto result = run_load(plan);
  return {std::chrono::duration_cast<std::chrono::milliseconds>(result.latency.max()), result.good == 1};
}

}  // namespace

json::object bench_days(const BenchOptions& options) {
  StagePlan plan;
  plan.directory = options.directory / "days";
  plan.parcels = kReceipts + 7'000 + static_cast<std::uint64_t>(options.time.count()) * 4'000;
  plan.server_settings = options.server_settings;
  plan.daemon_settings = options.daemon_settings;
  say("starting PostgreSQL and the daemon, " + std::to_string(plan.parcels) + " parcels");
  BenchStage stage(plan);
  ScanLoads loads(stage, options, plan.parcels, say);
  loads.morning();
  ScanLoadPlan filling{.connections = kBatchConnections, .items = kBatch};
  filling.requests_max = kReceipts * ScanDay::kScansPerParcel / kBatch;
  filling.time = std::chrono::minutes(10);
  const auto filled = loads.measure("scans until the day has its receipts", filling);
  const ScanLoadPlan half{.connections = options.connections, .rate = filled.events_per_second / 4};
  settled_receipts(stage);
  const auto before = loads.measure("1 a request, nobody closes", half);
  const auto held = settled_receipts(stage);
  Closing closing;
  std::thread closer([&] { closing = close_day(stage, loads.headers(), options.time / 2); });
  const auto during = loads.measure("1 a request, the day is closed meanwhile", half);
  closer.join();
  if (!closing.good) throw std::runtime_error("the day was not closed");
  say("verifying the books");
  const auto report = run_verify(stage.dsn());
  if (!report) throw std::runtime_error("verify: " + report.error().text());
  std::printf("\nclosing a day of %lld receipts under load: %.2f s (aim 10)\n", static_cast<long long>(held),
              static_cast<double>(closing.took.count()) / 1000.0);
  std::printf("scans at %.0f a second, an eighth of them takes cash, p50 / p99 / p999 ms:\n", half.rate);
  for (const auto* load : {&before, &during})
    std::printf("  %-42s %8.2f %8.2f %8.2f  bad %llu\n", load->name.c_str(), load->p50, load->p99, load->p999,
                static_cast<unsigned long long>(load->bad));
  std::printf("rules of verify that are broken: %zu\n", report->findings.size());
  std::fflush(stdout);
  json::object out;
  out["receipts"] = held;
  out["close_ms"] = closing.took.count();
  out["nobody_closes"] = before.to_json();
  out["while_closing"] = during.to_json();
  out["broken_rules"] = report->findings.size();
  return out;
}

}  // namespace bccid::bench
