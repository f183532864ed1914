#include "app/private_cluster.hpp"

#include "app/private_cluster_process.hpp"
#include "base/log.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <fstream>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace bccid::app {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr auto kPoll = milliseconds{5};
constexpr milliseconds kStopMax = std::chrono::seconds{30};
constexpr std::string_view kPort = "5432";
constexpr std::string_view kSocketFallback = "/tmp/bccid-pg-";
// sockaddr_un holds 107 bytes; the server adds "/.s.PGSQL.5432.lock" to the directory.
constexpr std::size_t kSocketDirectoryBytesMax = 85;

// What a running server says about itself in postmaster.pid, a line each.
struct Postmaster {
  pid_t pid = 0;
  std::string port;
  fs::path sockets;
  std::string status;  // "starting", "ready" or "stopping"
};

std::optional<Postmaster> read_postmaster(const fs::path& data) {
  std::ifstream file{data / "postmaster.pid"};
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  lines.resize(8);
  Postmaster server;
  const auto& number = lines[0];
  if (std::from_chars(number.data(), number.data() + number.size(), server.pid).ec != std::errc{}) return {};
  server.port = lines[3];
  server.sockets = lines[4];
  server.status = lines[7].substr(0, lines[7].find(' '));
  return server;
}

// After a reboot the number in a stale postmaster.pid may belong to anybody.
bool is_postgres(pid_t pid) {
  if (pid <= 0 || !child_runs(pid)) return false;
  std::ifstream file{"/proc/" + std::to_string(pid) + "/comm"};
  std::string name;
  return std::getline(file, name) && name == "postgres";
}

std::string first_line(const fs::path& path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return line;
}

bool has_programs(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "postgres", ignored) && fs::exists(folder / "initdb", ignored);
}

int version_in(const fs::path& folder) {
  const std::string text = folder.parent_path().filename().string();
  int version = 0;
  std::from_chars(text.data(), text.data() + text.size(), version);
  return version;
}

// The newest server of the distribution, or the one that `version` (of existing data) needs.
std::optional<fs::path> find_programs(const std::string& version) {
  std::optional<fs::path> best;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{"/usr/lib/postgresql", ignored}) {
    const fs::path folder = entry.path() / "bin";
    if (!has_programs(folder) || (!version.empty() && entry.path().filename() != version)) continue;
    if (!best || version_in(folder) > version_in(*best)) best = folder;
  }
  if (fs::exists("/usr/lib/postgresql", ignored)) return best;
  for (const char* folder : {"/usr/bin", "/usr/local/bin", "/usr/local/pgsql/bin"}) {
    if (has_programs(folder)) return folder;
  }
  return {};
}

std::string dsn_value(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

// Held while a cluster is being made, started or taken over.
class StartLock {
 public:
  explicit StartLock(const fs::path& path) : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (file_ >= 0) ::flock(file_, LOCK_EX);
  }
  StartLock(const StartLock&) = delete;
  StartLock& operator=(const StartLock&) = delete;
  ~StartLock() {
    if (file_ >= 0) ::close(file_);
  }

 private:
  int file_;
};

}  // namespace

// The steps from a directory to a server that accepts connections.
class ClusterStarter {
 public:
  ClusterStarter(const ClusterOptions& options, const fs::path& home, ServerUser user)
      : options_(options),
        home_(home),
        data_(home / "data"),
        log_(home.parent_path() / "postgresql.log"),
        user_(std::move(user)),
        deadline_(steady_clock::now() + options.start_ms_max) {}

  Result<PrivateCluster> run() {
    const StartLock lock{home_.parent_path() / "start.lock"};
    // Under the lock: what another starter has made is not given to the server's user for a moment.
    if (auto status = make_user_directory(user_, home_); !status) return status.error();
    if (auto status = choose_programs(); !status) return status.error();
    if (auto status = make_data(); !status) return status.error();
    if (auto running = wait_for_running()) return cluster(*running);
    return start_server();
  }

 private:
  Status choose_programs() {
    const std::string version = first_line(data_ / "PG_VERSION");
    programs_ = options_.programs;
    if (!programs_.empty() && has_programs(programs_)) return {};
    if (auto found = find_programs(version)) {
      programs_ = *found;
      return {};
    }
    if (version.empty()) {
      return Failure{Errc::config, "no postgresql server is installed", "Install the package postgresql."};
    }
    return Failure{
        Errc::config,
        "the data in '" + data_.string() + "' needs postgresql " + version + ", which is not installed",
        "Install postgresql-" + version + ", or dump with it and load into a new state directory."};
  }

  // Made under another name and renamed, so that a crash in between leaves nothing that looks finished.
  Status make_data() {
    std::error_code ignored;
    if (fs::exists(data_ / "PG_VERSION", ignored)) return {};
    const fs::path fresh = home_ / "data.new";
    fs::remove_all(fresh, ignored);
    ChildOptions init;
    init.command = {programs_ / "initdb", "--pgdata=" + fresh.string(),
                    "--username=bccid",   "--auth=trust",
                    "--encoding=UTF8",    "--lc-collate=C",
                    "--lc-ctype=C.UTF-8", "--lc-messages=C"};
    // Bytes order text, for speed and because no locale update can break an index; Unicode rules letters.
    for (const char* name : {"--lc-monetary=C", "--lc-numeric=C", "--lc-time=C", "--no-instructions"}) {
      init.command.emplace_back(name);
    }
    if (!options_.durable) init.command.emplace_back("--no-sync");
    init.log = log_;
    if (auto status = run_child(user_, init); !status) return status;
    if (auto status = make_database(fresh); !status) return status;
    fs::rename(fresh, data_, ignored);
    if (!ignored) return {};
    return Failure{Errc::unavailable, "cannot rename '" + fresh.string() + "': " + ignored.message()};
  }

  // In single-user mode, which needs no connection.
  Status make_database(const fs::path& fresh) {
    ChildOptions single;
    single.command = {programs_ / "postgres", "--single", "-D", fresh.string(), "postgres"};
    single.input = "CREATE DATABASE \"" + options_.database + "\"\n";
    single.log = log_;
    return run_child(user_, single);
  }

  // A server that runs here already, once it is neither starting nor stopping nor on its way out.
  std::optional<Postmaster> wait_for_running() {
    for (;;) {
      const auto server = read_postmaster(data_);
      if (!server) return {};
      if (!is_postgres(server->pid)) {
        forget(*server);
        return {};
      }
      const auto socket = server->sockets / (".s.PGSQL." + server->port);
      if (server->status == "ready" && server_answers(socket)) return server;
      if (steady_clock::now() > deadline_) return {};
      std::this_thread::sleep_for(kPoll);
    }
  }

  void forget(const Postmaster& stale) {
    std::error_code ignored;
    fs::remove(data_ / "postmaster.pid", ignored);
    if (stale.sockets.string().starts_with(kSocketFallback)) fs::remove_all(stale.sockets, ignored);
  }

  Result<PrivateCluster> start_server() {
    const auto sockets = socket_directory();
    if (!sockets) return sockets.error();
    std::error_code ignored;
    fs::rename(log_, log_.string() + ".1", ignored);
    ChildOptions server;
    server.command = server_command(*sockets);
    server.log = log_;
    server.ends_with_us = options_.ends_with_us;
    for (;;) {
      const auto pid = start_child(user_, server);
      if (!pid) return pid.error();
      if (const auto ready = wait_for_ready(*pid)) return cluster(*ready);
      // Backends of a server that was killed hold its memory for a moment longer.
      const bool orphans = log_tail(log_).find("pre-existing shared memory") != std::string::npos;
      if (!orphans || steady_clock::now() > deadline_) break;
      std::this_thread::sleep_for(kPoll * 20);
    }
    return Failure{Errc::unavailable, "the private postgresql did not start: " + log_tail(log_),
                   "Read " + log_.string() + "."};
  }

  std::vector<std::string> server_command(const fs::path& sockets) const {
    std::vector<std::string> settings = {"listen_addresses=",
                                         "unix_socket_directories=" + sockets.string(),
                                         "unix_socket_permissions=0700",
                                         "timezone=UTC",
                                         "log_timezone=UTC",
                                         "log_line_prefix=%m [%p] %a "};
    if (!options_.durable) {
      settings.insert(settings.end(), {"fsync=off", "synchronous_commit=off", "full_page_writes=off"});
    }
    settings.insert(settings.end(), options_.settings.begin(), options_.settings.end());
    std::vector<std::string> command = {programs_ / "postgres", "-D", data_.string(), "-p",
                                        std::string{kPort}};
    for (const std::string& setting : settings) {
      command.emplace_back("-c");
      command.push_back(setting);
    }
    return command;
  }

  std::optional<Postmaster> wait_for_ready(pid_t pid) const {
    while (child_runs(pid)) {
      const auto server = read_postmaster(data_);
      if (server && server->pid == pid && server->status == "ready") return server;
      if (steady_clock::now() > deadline_) {
        ::kill(pid, SIGQUIT);
        return {};
      }
      std::this_thread::sleep_for(kPoll);
    }
    return {};
  }

  // Beside the data, or under /tmp when that path would not fit into a socket address.
  Result<fs::path> socket_directory() const {
    fs::path directory = home_ / "socket";
    if (directory.string().size() > kSocketDirectoryBytesMax) {
      std::string name = std::string{kSocketFallback} + "XXXXXX";
      if (::mkdtemp(name.data()) == nullptr) {
        return Failure{Errc::unavailable, "cannot make a directory for the socket below /tmp"};
      }
      directory = name;
      if (user_.change && ::chown(directory.c_str(), user_.uid, user_.gid) != 0) {
        return Failure{Errc::unavailable, "cannot give '" + name + "' to the user " + user_.name};
      }
    }
    if (auto status = make_user_directory(user_, directory); !status) return status.error();
    return directory;
  }

  PrivateCluster cluster(const Postmaster& server) const {
    PrivateCluster made;
    made.directory_ = home_;
    made.programs_ = programs_;
    made.sockets_ = server.sockets;
    made.database_ = options_.database;
    made.port_ = server.port;
    made.pid_ = server.pid;
    made.durable_ = options_.durable;
    return made;
  }

  const ClusterOptions& options_;
  fs::path home_;
  fs::path data_;
  fs::path log_;
  fs::path programs_;
  ServerUser user_;
  steady_clock::time_point deadline_;
};

Result<PrivateCluster> PrivateCluster::start(const ClusterOptions& options) {
  auto user = server_user();
  if (!user) return user.error();
  const fs::path home = fs::absolute(options.directory).lexically_normal() / "postgresql";
  return ClusterStarter{options, home, std::move(*user)}.run();
}

PrivateCluster::PrivateCluster(PrivateCluster&& other) noexcept { *this = std::move(other); }

PrivateCluster& PrivateCluster::operator=(PrivateCluster&& other) noexcept {
  std::swap(directory_, other.directory_);
  std::swap(programs_, other.programs_);
  std::swap(sockets_, other.sockets_);
  std::swap(database_, other.database_);
  std::swap(port_, other.port_);
  std::swap(pid_, other.pid_);
  std::swap(durable_, other.durable_);
  return *this;
}

PrivateCluster::~PrivateCluster() {
  if (auto status = stop(); !status) log::error("cluster_not_stopped", {{"detail", status.error().detail}});
}

std::string PrivateCluster::dsn(std::string_view database) const {
  return "host=" + dsn_value(sockets_.string()) + " port=" + port_ +
         " user=bccid dbname=" + dsn_value(database);
}

Status PrivateCluster::stop() {
  const pid_t pid = std::exchange(pid_, 0);
  if (pid == 0) return {};
  ::kill(pid, durable_ ? SIGINT : SIGQUIT);
  const auto deadline = steady_clock::now() + kStopMax;
  while (child_runs(pid)) {
    if (steady_clock::now() > deadline) {
      return Failure{Errc::unavailable,
                     "the private postgresql (process " + std::to_string(pid) + ") does not stop"};
    }
    std::this_thread::sleep_for(kPoll);
  }
  std::error_code ignored;
  if (sockets_.string().starts_with(kSocketFallback)) fs::remove_all(sockets_, ignored);
  return {};
}

}  // namespace bccid::app
