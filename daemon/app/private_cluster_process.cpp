#include "app/private_cluster_process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

namespace bccid::app {
namespace {

namespace fs = std::filesystem;

constexpr int kExecFailed = 127;
constexpr int kOutOfReach = 1;

std::string errno_text() { return std::generic_category().message(errno); }

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

// An unnamed file holding the child's standard input: unlike a pipe it needs nobody to feed it.
int input_file(const std::string& input) {
  if (input.empty()) return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int file = ::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) return file;
  if (::write(file, input.data(), input.size()) != static_cast<ssize_t>(input.size())) {
    ::close(file);
    return -1;
  }
  ::lseek(file, 0, SEEK_SET);
  return file;
}

// Between fork and exec only async-signal-safe calls are allowed: other threads may have held any lock.
bool become(const ServerUser& user) {
  if (!user.change) return true;
  return ::setgroups(1, &user.gid) == 0 && ::setgid(user.gid) == 0 && ::setuid(user.uid) == 0;
}

[[noreturn]] void child(const ServerUser& user, bool ends_with_us, pid_t parent, int in, int log,
                        char** argv) {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::setsid();
  const bool ready = become(user) && ::chdir("/") == 0 && ::dup2(in, STDIN_FILENO) >= 0 &&
                     ::dup2(log, STDOUT_FILENO) >= 0 && ::dup2(log, STDERR_FILENO) >= 0;
  if (!ready) ::_exit(kExecFailed);
  // After the change of user, which clears it. The parent may have ended meanwhile.
  if (ends_with_us && (::prctl(PR_SET_PDEATHSIG, SIGINT) != 0 || ::getppid() != parent)) ::_exit(kExecFailed);
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  static std::array<char, 16> locale{"LC_ALL=C"};
  static std::array<char, 48> path{"PATH=/usr/local/bin:/usr/bin:/bin"};
  std::array<char*, 3> environment{locale.data(), path.data(), nullptr};
  ::execve(argv[0], argv, environment.data());
  ::_exit(kExecFailed);
}

Failure cannot_start(const std::string& program) {
  return Failure{Errc::unavailable, "cannot start '" + program + "': " + errno_text()};
}

// Ended, and its parent (in a container possibly nobody's) has not asked how.
bool is_zombie(pid_t pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string stat;
  std::getline(file, stat);
  const auto name_end = stat.rfind(") ");
  return name_end != std::string::npos && stat.compare(name_end + 2, 1, "Z") == 0;
}

// Whether `user` can enter the directory: asked by becoming that user in a child.
bool can_enter(const ServerUser& user, const fs::path& directory) {
  const std::string path = directory.string();
  const pid_t pid = ::fork();
  if (pid < 0) return false;
  if (pid == 0) ::_exit(become(user) && ::access(path.c_str(), R_OK | W_OK | X_OK) == 0 ? 0 : kOutOfReach);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// Makes what is missing of a path. The server's user must get through, whatever our umask says.
std::error_code make_passable(const ServerUser& user, const fs::path& directory) {
  std::error_code failed;
  if (directory.empty() || fs::exists(directory, failed)) return {};
  if (const auto above = make_passable(user, directory.parent_path())) return above;
  const bool made = fs::create_directory(directory, failed);
  constexpr auto kPass = fs::perms::group_exec | fs::perms::others_exec;
  if (made && user.change) fs::permissions(directory, kPass, fs::perm_options::add, failed);
  return failed;
}

// Its own buffer, because clusters may be started by several threads.
std::optional<ServerUser> known_user(const char* name) {
  std::array<char, 16 * 1024> texts{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwnam_r(name, &entry, texts.data(), texts.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return ServerUser{entry.pw_uid, entry.pw_gid, name, true};
}

}  // namespace

Result<ServerUser> server_user() {
  if (::geteuid() != 0) return ServerUser{::geteuid(), ::getegid(), "ourselves", false};
  for (const char* name : {"postgres", "nobody"}) {
    if (auto user = known_user(name)) return std::move(*user);
  }
  return Failure{Errc::config, "postgresql does not run as root, and there is no user postgres or nobody",
                 "Install the package postgresql, which makes the user postgres, or do not run as root."};
}

Result<pid_t> start_child(const ServerUser& user, const ChildOptions& options) {
  const Descriptor log{::open(options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640)};
  const Descriptor in{input_file(options.input)};
  if (log.get() < 0 || in.get() < 0) return cannot_start(options.command.front());
  std::vector<std::string> words = options.command;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return cannot_start(options.command.front());
  if (pid == 0) child(user, options.ends_with_us, parent, in.get(), log.get(), argv.data());
  return pid;
}

bool child_runs(pid_t pid) {
  int status = 0;
  if (::waitpid(pid, &status, WNOHANG) == pid) return false;
  if (::kill(pid, 0) != 0 && errno != EPERM) return false;
  return !is_zombie(pid);
}

Status run_child(const ServerUser& user, const ChildOptions& options) {
  const auto started = start_child(user, options);
  if (!started) return started.error();
  int status = 0;
  while (::waitpid(*started, &status, 0) < 0) {
    if (errno != EINTR) return cannot_start(options.command.front());
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return Failure{Errc::unavailable, "'" + options.command.front() + "' failed: " + log_tail(options.log)};
}

bool server_answers(const fs::path& socket) {
  const Descriptor peer{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = socket.string();
  if (peer.get() < 0 || path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.data(), path.size());
  const timeval patience{2, 0};
  ::setsockopt(peer.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(peer.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return false;
  // "SSLRequest": answered by one byte, before any question of who we are.
  constexpr std::array<unsigned char, 8> kRequest{0, 0, 0, 8, 4, 210, 22, 47};
  if (::send(peer.get(), kRequest.data(), kRequest.size(), MSG_NOSIGNAL) < 8) return false;
  char answer = 0;
  return ::recv(peer.get(), &answer, 1, 0) == 1;
}

std::string log_tail(const fs::path& log) {
  constexpr std::size_t kBytesMax = 1200;
  std::ifstream file{log, std::ios::binary | std::ios::ate};
  if (!file) return "it left no log";
  const auto size = static_cast<std::size_t>(std::max<std::streamoff>(file.tellg(), 0));
  std::string text(std::min(size, kBytesMax), '\0');
  file.seekg(-static_cast<std::streamoff>(text.size()), std::ios::end);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.empty() ? "it wrote nothing to its log" : text;
}

Status make_user_directory(const ServerUser& user, const fs::path& directory) {
  std::error_code failed = make_passable(user, directory.parent_path());
  if (::mkdir(directory.c_str(), 0700) == 0 && user.change) {
    if (::chown(directory.c_str(), user.uid, user.gid) != 0) failed = {errno, std::generic_category()};
  }
  if (!failed && can_enter(user, directory)) return {};
  return Failure{
      Errc::config, "the directory '" + directory.string() + "' is not usable by the user " + user.name,
      "Choose a state directory whose parents that user may enter, such as one below /var/lib or /tmp."};
}

}  // namespace bccid::app
