#pragma once

#include "app/demo/process.hpp"
#include "app/demo/stage.hpp"
#include "app/demo/world.hpp"
#include "store/direct.hpp"
#include "tests/support/shell.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <stdlib.h>

namespace bccid::test {

inline std::filesystem::path built(const char* program) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / program;
}

// Awaited by asking, not by sleeping a guess; the limit is generous.
template <class F>
bool comes_true(F condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < until) {
    if (condition()) return true;
    std::this_thread::yield();
  }
  return false;
}

// A port of loopback that nobody listened on a moment ago.
inline std::uint16_t free_port() {
  boost::asio::io_context io;
  const boost::asio::ip::tcp::acceptor probe(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
  return probe.local_endpoint().port();
}

// A directory of its own that another user (PostgreSQL's) may pass through; removed at the end.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    std::string path = (std::filesystem::temp_directory_path() / "bccid-e2e-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("no scratch directory");
    std::filesystem::permissions(path,
                                 std::filesystem::perms::group_exec | std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
    path_ = path;
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Another daemon on the database of one that runs, with the same configuration on a port of its own.
class SecondDaemon {
 public:
  SecondDaemon(const std::filesystem::path& directory, std::string config) : port_(free_port()) {
    const auto replace = [&config](const std::string& key, const std::string& value) {
      const auto at = config.find(key + " = ");
      config.replace(at, config.find('\n', at) - at, key + " = " + value);
    };
    replace("listen", "[\"127.0.0.1:" + std::to_string(port_) + "\"]");
    replace("admin_listen", "\"unix:" + (directory / "admin.sock").string() + "\"");
    const auto file = directory / "second.toml";
    std::ofstream(file) << config;
    auto started = app::ChildProcess::start(built("bccid"), {"serve", "--config", file.string()},
                                            log_ = directory / "second.log");
    if (!started) throw std::runtime_error(started.error().text());
    process_.emplace(std::move(*started));
    comes_true([this] { return !process_->running() || log_text().find("\"ready\"") != std::string::npos; });
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::string log_text() const {
    std::ifstream in(log_);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  int stop() { return process_->stop(); }

 private:
  std::uint16_t port_;
  std::filesystem::path log_;
  std::optional<app::ChildProcess> process_;
};

// The set of the demonstration, without its day: the built daemon, its database and its counterparts.
class RunningDaemon {
 public:
  RunningDaemon() : world(app::make_demo_world(12, SystemClock().now())), quiet_([](const std::string&) {}) {
    stage = std::make_unique<app::DemoStage>(scratch_.path(), world, quiet_);
  }
  const std::filesystem::path& directory() const { return scratch_.path(); }
  std::string log_text() const {
    std::ifstream in(scratch_.path() / "bccid.log");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Waits until the daemon has logged this.
  bool comes_to_log(std::string_view text) const {
    return comes_true([&] { return log_text().find(text) != std::string::npos; });
  }
  // One number that the database answers.
  std::int64_t number(const sql::Query& query, std::size_t column = 0) const {
    auto ask = [&](sql::Tx& tx) -> Result<std::int64_t> { return tx.exec(query).front().i64(column); };
    return run_directly<std::int64_t>(stage->dsn(), ask).value();
  }
  // Does something to the database behind the daemon's back.
  void meddle(const sql::Query& query) const {
    auto work = [&](sql::Tx& tx) -> Result<bool> {
      tx.exec(query);
      return true;
    };
    (void)run_directly<bool>(stage->dsn(), work).value();
  }
  std::uint16_t port() const {
    const std::string url = stage->daemon_url();
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }
  std::string config_text() const {
    std::ifstream in(scratch_.path() / "bccid.toml");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write_config(const std::string& text) const { std::ofstream(scratch_.path() / "bccid.toml") << text; }
  void kill_and_restart() { stage->kill_and_restart(quiet_); }
  // Writes these keys of the post's block, each with its value in TOML, and starts the daemon anew.
  void reconfigure_carrier(const std::vector<std::pair<std::string, std::string>>& keys) {
    auto config = config_text();
    const auto carrier = config.find("[[carrier]]");
    for (const auto& [key, value] : keys) {
      const auto at = config.find("\n" + key + " = ", carrier) + 1;
      config.replace(at, config.find('\n', at) - at, key + " = " + value);
    }
    write_config(config);
    kill_and_restart();
  }
  // Orders the delivery of the result of the n-th dossier; the order as the API tells it.
  boost::json::value order_delivery(std::size_t at) {
    namespace json = boost::json;
    const auto& dossier = world.dossiers.at(at);
    const json::object body{{"agency", world.agencies[dossier.agency].code},
                            {"leg", "delivery"},
                            {"dossier_code", dossier.code},
                            {"procedure_code", dossier.procedure},
                            {"portal_status", 9},
                            {"citizen", json::object{{"name", dossier.citizen},
                                                     {"phone", dossier.phone},
                                                     {"address", dossier.address},
                                                     {"province_code", "82"},
                                                     {"commune_code", dossier.commune}}}};
    const auto clerk = stage->token(world.postmen.front().id);
    return stage->bccid().expect(201, "/v1/orders", clerk, body);
  }

 private:
  ScratchDirectory scratch_;

 public:
  app::DemoWorld world;

 private:
  app::Say quiet_;

 public:
  std::unique_ptr<app::DemoStage> stage;
};

}  // namespace bccid::test
