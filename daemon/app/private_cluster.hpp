#pragma once

#include "base/result.hpp"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::app {

struct ClusterOptions {
  std::filesystem::path directory;    // everything of the cluster; made when missing
  std::string database = "bccid";     // made together with the cluster
  std::vector<std::string> settings;  // "name=value" of postgresql.conf, on top of ours
  bool durable = true;                // off for tests only: no fsync, and a stop that throws the data away
  bool ends_with_us = false;  // the kernel stops it when the thread that started it ends, even by a crash
  std::filesystem::path programs;  // folder of initdb and postgres; empty: look where distributions put them
  std::chrono::milliseconds start_ms_max = std::chrono::seconds{60};
};

// A PostgreSQL of our own in a directory: Unix socket only, no TCP, run as a user who is not root (when we
// are root: as postgres, or else nobody). A cluster that already runs there is taken over; what a crash left
// is recovered. Two processes may start the same directory at once: one starts it, the other takes it over.
class PrivateCluster {
 public:
  // Returns when connections are accepted. Errors: config (no server programs, directory not reachable, data
  // of another major version), unavailable (it did not start; the text ends with the last lines of its log).
  static Result<PrivateCluster> start(const ClusterOptions& options);

  PrivateCluster(PrivateCluster&& other) noexcept;
  PrivateCluster& operator=(PrivateCluster&& other) noexcept;
  ~PrivateCluster();

  // libpq's connection string of the superuser on `database`.
  std::string dsn(std::string_view database) const;
  std::string dsn() const { return dsn(database_); }
  pid_t pid() const { return pid_; }
  // Where pgbench and the like are.
  const std::filesystem::path& programs() const { return programs_; }

  // Disconnects everybody, writes a checkpoint, returns when the server is gone. A second call does nothing.
  // Error: unavailable when it does not end in time.
  Status stop();

 private:
  PrivateCluster() = default;

  std::filesystem::path directory_;
  std::filesystem::path programs_;
  std::filesystem::path sockets_;
  std::string database_;
  std::string port_;
  pid_t pid_ = 0;
  bool durable_ = true;

  friend class ClusterStarter;
};

}  // namespace bccid::app
