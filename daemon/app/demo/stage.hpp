#pragma once

#include "app/demo/client.hpp"
#include "app/demo/process.hpp"
#include "app/demo/world.hpp"
#include "app/private_cluster.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace bccid::app {

// Told about each step that takes time.
using Say = std::function<void(const std::string&)>;

// The set of the play: a migrated database with the province in it, the daemon and the simulators running,
// and everybody's tokens.
class DemoStage {
 public:
  // Throws std::runtime_error, with a text for people, when something does not start.
  DemoStage(std::filesystem::path directory, const DemoWorld& world, const Say& say);
  ~DemoStage();
  DemoStage(const DemoStage&) = delete;
  DemoStage& operator=(const DemoStage&) = delete;

  DemoClient& bccid() { return *bccid_; }
  DemoClient& sim() { return *sim_; }
  const std::string& dsn() const { return dsn_; }
  const std::filesystem::path& directory() const { return directory_; }
  std::string daemon_url() const { return bccid_->base_url(); }
  const std::string& password() const { return password_; }
  // A valid token of this principal.
  const std::string& token(const std::string& principal);
  // Kills the daemon with SIGKILL, in the middle of whatever it does, and starts it again.
  void kill_and_restart(const Say& say);
  // Ends the daemon as systemd would; its exit status.
  int stop_daemon() { return daemon_->stop(); }
  void signal_daemon(int number) const { daemon_->signal(number); }
  bool daemon_running() { return daemon_->running(); }
  bool simulators_running() { return simulators_->running(); }

 private:
  void start_database(const Say& say);
  void seed(const DemoWorld& world);
  void start_simulators(const Say& say);
  void write_configuration(const DemoWorld& world);
  void start_daemon(const Say& say);

  std::filesystem::path directory_;
  std::string password_;
  std::string webhook_secret_;
  std::string dsn_;
  std::uint16_t port_ = 0;
  std::uint16_t admin_port_ = 0;
  std::unique_ptr<PrivateCluster> cluster_;
  std::unique_ptr<ChildProcess> simulators_;
  std::unique_ptr<ChildProcess> daemon_;
  std::unique_ptr<DemoClient> bccid_;
  std::unique_ptr<DemoClient> sim_;
  std::map<std::string, std::string> tokens_;
  std::map<std::string, bool> systems_;  // principals that sign in by client credentials
};

}  // namespace bccid::app
