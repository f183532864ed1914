#include "tests/bench/bench_stage.hpp"

#include "app/demo/client.hpp"
#include "base/digest.hpp"
#include "base/ids.hpp"
#include "store/migrate.hpp"
#include "store/pq.hpp"
#include "store/reference_store.hpp"
#include "tests/bench/bench_seed.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json.hpp>

#include <chrono>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <thread>

namespace bccid::bench {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

template <class T>
T must(Result<T> result, const std::string& what) {
  if (!result) throw std::runtime_error(what + ": " + result.error().text());
  return std::move(*result);
}

std::string toml_text(const std::string& text) { return json::serialize(json::value(text)); }

void write_file(const fs::path& path, const std::string& text, fs::perms mode) {
  std::ofstream out(path, std::ios::trunc);
  out << text;
  out.close();
  fs::permissions(path, mode);
  if (!out) throw std::runtime_error("cannot write " + path.string());
}

std::uint16_t free_port() {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor probe(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
  return probe.local_endpoint().port();
}

sql::Rows run(const std::string& dsn, const std::string& statement) {
  sql::SessionOptions options;
  options.dsn = dsn;
  sql::Connection connection(options);
  return connection.script("bench", statement);
}

std::string one_text(const std::string& dsn, const std::string& statement) {
  return run(dsn, statement).front().str(0);
}

// A server that has run for a day writes into log segments that it used before. A fresh one stops for each
// new segment until 16 MiB of zeros are on the disk; so it gets used ones first, enough for the seed and
// for all loads of a fast machine.
void use_log_segments(const std::string& dsn) {
  constexpr int kSegments = 256;
  sql::SessionOptions options;
  options.dsn = dsn;
  sql::Connection connection(options);
  for (int i = 0; i < kSegments; ++i)
    connection.script("bench", "SELECT pg_logical_emit_message(false, 'bench', ''), pg_switch_wal()");
  connection.script("bench", "CHECKPOINT");
}

// The server's programs, with a postgres that loads the slow flush first. Both the folder and the library
// must be where the server's user can read.
fs::path slow_programs(const fs::path& programs, const fs::path& directory) {
  const fs::path folder = directory / "slow_programs";
  fs::create_directories(folder);
  fs::permissions(folder, fs::perms(0755));
  const fs::path library = folder / "slow_flush.so";
  fs::copy_file(BCCID_SLOW_FLUSH, library, fs::copy_options::overwrite_existing);
  fs::permissions(library, fs::perms(0755));
  for (const char* name : {"initdb", "pg_ctl", "postgres"})
    write_file(folder / name,
               std::string("#!/bin/sh\n") +
                   (std::string(name) == "postgres" ? "LD_PRELOAD=" + library.string() + ' ' : "") + "exec " +
                   (programs / name).string() + " \"$@\"\n",
               fs::perms(0755));
  return folder;
}

}  // namespace

BenchStage::BenchStage(const StagePlan& plan) {
  fs::create_directories(plan.directory);
  start_server(plan);
  use_log_segments(dsn());
  must(migrate(dsn()), "migration");
  must(load_reference(dsn()), "reference data");
  const std::string password = random_token(12);
  seed_parcels(dsn(), plan.parcels, password);
  run(dsn(), "CREATE DATABASE reference");
  make_reference_tables(reference_dsn());
  start_daemon(plan);
  sign_in(password);
}

BenchStage::~BenchStage() {
  if (daemon_) daemon_->stop();
  if (cluster_) (void)cluster_->stop();
}

void BenchStage::start_server(const StagePlan& plan) {
  app::ClusterOptions options;
  options.directory = plan.directory / "postgresql";
  options.ends_with_us = true;
  // Room for the run's log, so that no checkpoint falls into one load and not into another.
  options.settings = {"shared_buffers=512MB", "min_wal_size=6GB", "max_wal_size=16GB",
                      "checkpoint_timeout=1h"};
  options.settings.insert(options.settings.end(), plan.server_settings.begin(), plan.server_settings.end());
  cluster_ = std::make_unique<app::PrivateCluster>(must(app::PrivateCluster::start(options), "PostgreSQL"));
  programs_ = cluster_->programs();
  if (!plan.slow_flush) return;
  if (const auto stopped = cluster_->stop(); !stopped) throw std::runtime_error(stopped.error().text());
  options.programs = slow_programs(programs_, plan.directory);
  cluster_ = std::make_unique<app::PrivateCluster>(must(app::PrivateCluster::start(options), "PostgreSQL"));
}

void BenchStage::start_daemon(const StagePlan& plan) {
  const fs::path& directory = plan.directory;
  port_ = free_port();
  admin_port_ = free_port();
  const fs::path secret = directory / "webhook.secret";
  write_file(secret, "whsec_" + base64(sha256(random_token(32))), fs::perms(0600));
  const fs::path file = directory / "bccid.toml";
  std::string more;
  for (const auto& setting : plan.daemon_settings) more += setting + '\n';
  // connections_per_ip_max: the whole load comes from one address here.
  write_file(file,
             more + "province = \"82\"\nstate_dir = " + toml_text(directory.string()) +
                 "\n[database]\ndsn = " + toml_text(dsn()) + "\n[http]\nlisten = [\"127.0.0.1:" +
                 std::to_string(port_) + "\"]\nadmin_listen = \"127.0.0.1:" + std::to_string(admin_port_) +
                 "\"\nconnections_per_ip_max = 10000\ntoken_lifetime = \"1h\"\n[net]\nplain_http = true\n"
                 "allow_cidrs = [\"127.0.0.0/8\"]\n[jobs]\nenabled = false\n"
                 "[[webhook]]\nid = \"province-dashboard\"\nurl = \"http://127.0.0.1:9/\"\nsecret_file = " +
                 toml_text(secret.string()) + "\n",
             fs::perms(0600));
  const fs::path program = fs::read_symlink("/proc/self/exe").parent_path() / "bccid";
  daemon_ = std::make_unique<app::ChildProcess>(
      must(app::ChildProcess::start(program, {"serve", "--config", file.string()}, directory / "bccid.log"),
           "bccid"));
  app::DemoClient admin("http://127.0.0.1:" + std::to_string(admin_port_));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  for (bool ready = false; !ready;) {
    const bool late = std::chrono::steady_clock::now() > until;
    if (late || !daemon_->running())
      throw std::runtime_error("bccid did not become ready; see " + (directory / "bccid.log").string());
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    try {
      ready = admin.get("/readyz").status == 200;
    } catch (const std::runtime_error&) {
      ready = false;  // not listening yet
    }
  }
}

void BenchStage::sign_in(const std::string& password) {
  app::DemoClient client("http://127.0.0.1:" + std::to_string(port_));
  json::object body;
  body["name"] = "buuta-01";
  body["password"] = password;
  token_ = std::string(client.expect(200, "/v1/session", "", body).at("access_token").as_string());
}

std::uint64_t BenchStage::wal_bytes() const {
  return std::stoull(one_text(dsn(), "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"));
}

std::string BenchStage::server_version() const { return one_text(dsn(), "SHOW server_version"); }

}  // namespace bccid::bench
