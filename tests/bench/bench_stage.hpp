#pragma once

#include "app/demo/process.hpp"
#include "app/private_cluster.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace bccid::bench {

struct StagePlan {
  std::filesystem::path directory;
  std::uint64_t parcels = 100'000;
  std::vector<std::string> server_settings;
  std::vector<std::string> daemon_settings;
  bool slow_flush = false;  // every flush of the write-ahead log takes 1 ms longer
};

// A durable private PostgreSQL with the parcels and the reference tables, and the daemon serving on it
// without its jobs: nothing but scans is at work. Everything ends with this object.
class BenchStage {
 public:
  // Throws std::runtime_error when something does not start.
  explicit BenchStage(const StagePlan& plan);
  ~BenchStage();
  BenchStage(const BenchStage&) = delete;
  BenchStage& operator=(const BenchStage&) = delete;

  std::string dsn() const { return cluster_->dsn(); }
  std::string reference_dsn() const { return cluster_->dsn("reference"); }
  const std::filesystem::path& server_programs() const { return programs_; }
  pid_t server_pid() const { return cluster_->pid(); }
  pid_t daemon_pid() const { return daemon_->pid(); }
  bool daemon_running() { return daemon_->running(); }
  std::uint16_t port() const { return port_; }
  // The clerk's bearer token.
  const std::string& token() const { return token_; }
  // As systemd would. True when the daemon ended well.
  bool stop_daemon() { return daemon_->stop() == 0; }

  // Bytes of write-ahead log since the cluster was made.
  std::uint64_t wal_bytes() const;
  std::string server_version() const;

 private:
  void start_server(const StagePlan& plan);
  void start_daemon(const StagePlan& plan);
  void sign_in(const std::string& password);

  std::unique_ptr<app::PrivateCluster> cluster_;
  std::unique_ptr<app::ChildProcess> daemon_;
  std::filesystem::path programs_;
  std::uint16_t port_ = 0;
  std::uint16_t admin_port_ = 0;
  std::string token_;
};

}  // namespace bccid::bench
