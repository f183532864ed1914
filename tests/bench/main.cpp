#include "tests/bench/benches.hpp"

#include <unistd.h>
#include <CLI/CLI.hpp>
#include <boost/json/serialize.hpp>

#include <csignal>
#include <exception>
#include <iostream>

namespace {

using bccid::bench::BenchOptions;

constexpr const char* kAbout =
    "Measures the daemon on a private PostgreSQL with fsync and synchronous_commit on, over loopback only.\n"
    "The figures are of this machine and of this run: compare what one run prints.";

boost::json::object run(const std::string& what, const BenchOptions& options) {
  boost::json::object figures;
  const auto wanted = [&what](const char* bench) { return what == "all" || what == bench; };
  if (wanted("scan")) figures["scan"] = bccid::bench::bench_scan(options);
  if (wanted("outbox")) figures["outbox"] = bccid::bench::bench_outbox(options);
  if (wanted("days")) figures["days"] = bccid::bench::bench_days(options);
  if (wanted("ledger")) figures["ledger"] = bccid::bench::bench_ledger(options);
  if (wanted("recon")) figures["recon"] = bccid::bench::bench_recon(options);
  return figures;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{kAbout, "bccid-bench"};
  std::string what = "all";
  BenchOptions options;
  int seconds = 10;
  int busy_seconds = 600;
  bool json = false;
  bool no_slow_flush = false;
  options.directory = std::filesystem::temp_directory_path() / ("bccid-bench-" + std::to_string(::getpid()));
  app.add_option("what", what, "scan, outbox, days, ledger, recon or all")
      ->check(CLI::IsMember({"scan", "outbox", "days", "ledger", "recon", "all"}));
  app.add_option("--seconds", seconds, "Length of each load")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  app.add_option("--busy-seconds", busy_seconds, "How long the outbox works before its dead rows are counted")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  app.add_option("--connections", options.connections, "Connections of the loads of one event a request")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  app.add_option("--parcels", options.parcels, "Parcels in the database (default: what the loads may need)")
      ->check(CLI::Range(100'000, 20'000'000));
  app.add_option("--lines", options.lines, "Statement lines of the reconciliation")
      ->check(CLI::Range(1'000, 10'000'000))
      ->capture_default_str();
  app.add_option("--accounts", options.accounts, "Fee accounts that they are on, a file each")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  app.add_flag("--no-verify{false}", options.verify, "Leave out the check of the books after it");
  app.add_option("--pgbench-protocol", options.pgbench_protocol, "How pgbench sends the reference statements")
      ->check(CLI::IsMember({"simple", "prepared"}))
      ->capture_default_str();
  app.add_flag("--random-keys", options.random_keys, "Event ids of UUID version 4 rather than 7");
  app.add_flag("--no-slow-flush", no_slow_flush, "Leave out the loads with a flush slowed by 1 ms");
  app.add_option("--server-setting", options.server_settings,
                 "name=value of postgresql.conf; may come again");
  app.add_option("--daemon-setting", options.daemon_settings,
                 "section.key=value of bccid.toml; may come again");
  app.add_option("--state-dir", options.directory, "Directory to work in (default: a fresh temporary one)");
  app.add_flag("--json", json, "Print one JSON object as the last line");
  CLI11_PARSE(app, argc, argv);
  options.time = std::chrono::seconds(seconds);
  options.busy_time = std::chrono::seconds(busy_seconds);
  options.slow_flush = !no_slow_flush;
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const auto figures = run(what, options);
    if (json) std::cout << boost::json::serialize(figures) << std::endl;
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bccid-bench: " << error.what() << '\n';
    return 1;
  }
}
