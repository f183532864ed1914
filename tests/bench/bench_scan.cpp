#include "tests/bench/bench_seed.hpp"
#include "tests/bench/bench_stage.hpp"
#include "tests/bench/benches.hpp"
#include "tests/bench/pgbench_run.hpp"
#include "tests/bench/process_figures.hpp"
#include "tests/bench/scan_loads.hpp"

#include "store/verify.hpp"

#include <boost/json.hpp>

#include <array>
#include <cstdio>
#include <iostream>
#include <stdexcept>
#include <vector>

namespace bccid::bench {
namespace {

namespace json = boost::json;

void say(const std::string& text) { std::cerr << "bench scan: " << text << std::endl; }

struct Reference {
  std::string name;
  double events_per_second = 0;
  double latency_ms = 0;
  double wal_bytes = 0;
  double server_us = 0;
};

Reference refer(BenchStage& stage, const BenchOptions& options, const char* script, int clients, int scans) {
  Reference reference;
  reference.name = std::string(script) + " x" + std::to_string(clients);
  say("pgbench " + reference.name);
  reset_reference_tables(stage.reference_dsn());
  PgbenchPlan plan;
  plan.program = find_pgbench(stage.server_programs());
  plan.dsn = stage.reference_dsn();
  plan.script = script;
  plan.protocol = options.pgbench_protocol;
  plan.clients = clients;
  plan.time = options.time;
  plan.scans_per_transaction = scans;
  const auto wal = stage.wal_bytes();
  const auto server = cpu_time(stage.server_pid());
  const auto result = run_pgbench(plan);
  const double events = std::max(1.0, result.scans_per_second * static_cast<double>(options.time.count()));
  reference.events_per_second = result.scans_per_second;
  reference.latency_ms = result.latency_ms;
  reference.wal_bytes = static_cast<double>(stage.wal_bytes() - wal) / events;
  reference.server_us =
      static_cast<double>((cpu_time(stage.server_pid()) - server).count()) * 1000.0 / events;
  return reference;
}

// One run on one cluster.
struct Run {
  bool slow_flush = false;
  std::vector<ScanLoad> loads;        // single, batches, half load
  std::vector<Reference> references;  // tx, cte, batch, rows
  double resident_idle = 0;
  double resident_max = 0;
  std::string server_version;
  std::vector<std::string> broken_rules;

  double ratio(std::size_t load, std::size_t reference) const {
    return loads[load].events_per_second / references[reference].events_per_second;
  }
  // While the last load ran: by then every kind of request has been seen, and what is kept for reuse is
  // there.
  double resident_growth() const { return loads.back().resident - loads[loads.size() - 2].resident; }
};

std::uint64_t parcels_for(const BenchOptions& options) {
  if (options.parcels > 0) return options.parcels;
  // Enough for a machine several times as fast as a laptop; a load ends early when they are used up.
  const auto scans = static_cast<std::uint64_t>(options.time.count()) * 80'000;
  return std::max<std::uint64_t>(100'000, scans / ScanDay::kScansPerParcel + 10'000);
}

void check_rules(BenchStage& stage, Run& run) {
  say("verifying the books");
  const auto report = run_verify(stage.dsn());
  if (!report) throw std::runtime_error("verify: " + report.error().text());
  for (const auto& finding : report->findings)
    run.broken_rules.push_back(finding.check + ": " + finding.text);
}

Run measure(const BenchOptions& options, bool slow_flush) {
  Run run;
  run.slow_flush = slow_flush;
  StagePlan plan;
  plan.directory = options.directory / (slow_flush ? "slow" : "fast");
  plan.parcels = parcels_for(options);
  plan.slow_flush = slow_flush;
  plan.server_settings = options.server_settings;
  plan.daemon_settings = options.daemon_settings;
  say("starting PostgreSQL and the daemon, " + std::to_string(plan.parcels) + " parcels");
  BenchStage stage(plan);
  run.server_version = stage.server_version();
  run.resident_idle = mebibytes(resident_bytes(stage.daemon_pid()));
  run.references.push_back(refer(stage, options, "scan_tx", 32, 1));
  ScanLoads loads(stage, options, plan.parcels, say);
  loads.morning();
  const std::string flush = slow_flush ? ", flush + 1 ms" : "";
  run.loads.push_back(
      loads.measure("1 a request, " + std::to_string(options.connections) + " connections" + flush,
                    {.connections = options.connections}));
  run.references.push_back(refer(stage, options, "scan_cte", 16, 1));
  run.loads.push_back(loads.measure("50 a request, 4 connections" + flush,
                                    {.connections = kBatchConnections, .items = kBatch}));
  run.references.push_back(refer(stage, options, "scan_batch", 2, kBatch));
  run.references.push_back(refer(stage, options, "scan_rows", 2, kBatch));
  run.loads.push_back(
      loads.measure("1 a request, half of that rate" + flush,
                    {.connections = options.connections, .rate = run.loads.front().events_per_second / 2}));
  run.resident_max = mebibytes(resident_bytes_max(stage.daemon_pid()));
  check_rules(stage, run);
  if (!stage.stop_daemon()) run.broken_rules.push_back("the daemon did not stop well");
  return run;
}

void print(const Run& run) {
  std::printf("\n%-46s %10s %8s %8s %8s %8s %9s %9s %6s\n",
              run.slow_flush ? "flush slowed by 1 ms" : "plain flush", "events/s", "p50 ms", "p99 ms",
              "p999 ms", "WAL B/ev", "bccid us", "pg us", "bad");
  for (const auto& load : run.loads)
    std::printf("%-46s %10.0f %8.2f %8.2f %8.2f %8.0f %9.1f %9.1f %6llu\n", load.name.c_str(),
                load.events_per_second, load.p50, load.p99, load.p999, load.wal_bytes, load.daemon_us,
                load.server_us, static_cast<unsigned long long>(load.bad));
  for (const auto& reference : run.references)
    std::printf("%-46s %10.0f %8.2f %8s %8s %8.0f %9s %9.1f\n", ("pgbench " + reference.name).c_str(),
                reference.events_per_second, reference.latency_ms, "", "", reference.wal_bytes, "",
                reference.server_us);
  std::printf("one event a request: %.2f x scan_tx (aim 2), %.2f x scan_cte (aim 1)\n", run.ratio(0, 0),
              run.ratio(0, 1));
  std::printf("batches of 50: %.0f %% of scan_batch (aim 60), %.0f %% of scan_rows, which leaves our rows\n",
              run.ratio(1, 2) * 100, run.ratio(1, 3) * 100);
  std::printf("p99 at half load: %.2f ms (aim 20)\n", run.loads[2].p99);
  std::printf("RSS: idle %.1f MiB (aim 64), highest %.1f MiB (aim 200), growth in the last load %.1f MiB\n",
              run.resident_idle, run.resident_max, run.resident_growth());
  std::printf("rules of verify that are broken: %zu\n", run.broken_rules.size());
  for (std::size_t i = 0; i < run.broken_rules.size() && i < 5; ++i)
    std::printf("  %s\n", run.broken_rules[i].c_str());
  std::fflush(stdout);
}

json::object to_json(const Run& run) {
  json::object loads;
  constexpr std::array<const char*, 3> kNames{"single", "batch_50", "half_load"};
  for (std::size_t i = 0; i < run.loads.size(); ++i) loads[kNames.at(i)] = run.loads[i].to_json();
  json::object references;
  for (const auto& reference : run.references) {
    json::object one;
    one["events_per_s"] = reference.events_per_second;
    one["latency_ms"] = reference.latency_ms;
    one["wal_bytes_per_event"] = reference.wal_bytes;
    one["postgresql_cpu_us_per_event"] = reference.server_us;
    references[reference.name] = std::move(one);
  }
  json::object ratios;
  ratios["single_to_scan_tx"] = run.ratio(0, 0);
  ratios["single_to_scan_cte"] = run.ratio(0, 1);
  ratios["batch_to_scan_batch"] = run.ratio(1, 2);
  ratios["batch_to_scan_rows"] = run.ratio(1, 3);
  json::object memory;
  memory["idle_mib"] = run.resident_idle;
  memory["max_mib"] = run.resident_max;
  memory["growth_mib"] = run.resident_growth();
  json::object out;
  out["loads"] = std::move(loads);
  out["references"] = std::move(references);
  out["ratios"] = std::move(ratios);
  out["rss"] = std::move(memory);
  out["broken_rules"] = run.broken_rules.size();
  return out;
}

}  // namespace

json::object bench_scan(const BenchOptions& options) {
  json::object figures;
  const std::string machine = machine_text();
  const Run plain = measure(options, false);
  std::printf("%s; PostgreSQL %s, fsync and synchronous_commit on; pgbench protocol %s; event ids %s\n",
              machine.c_str(), plain.server_version.c_str(), options.pgbench_protocol.c_str(),
              options.random_keys ? "UUIDv4" : "UUIDv7");
  print(plain);
  figures["machine"] = machine;
  figures["postgresql"] = plain.server_version;
  figures["plain_flush"] = to_json(plain);
  if (options.slow_flush) {
    const Run slow = measure(options, true);
    print(slow);
    figures["slow_flush"] = to_json(slow);
  }
  std::error_code ignored;
  std::filesystem::remove_all(options.directory, ignored);
  return figures;
}

}  // namespace bccid::bench
