#include "tests/bench/process_figures.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace bccid::bench {
namespace {

std::uint64_t status_bytes(pid_t pid, const std::string& label) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);)
    if (line.rfind(label + ":", 0) == 0)
      return std::strtoull(line.c_str() + label.size() + 1, nullptr, 10) * 1024;
  return 0;
}

struct Ticks {
  pid_t parent = 0;
  std::uint64_t own = 0;
  std::uint64_t with_reaped = 0;
};

Ticks ticks_of(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string text;
  std::getline(file, text);
  Ticks ticks;
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return ticks;
  std::istringstream fields(text.substr(name_end + 1));
  std::string state, skipped;
  fields >> state >> ticks.parent;
  for (int i = 0; i < 9; ++i) fields >> skipped;
  std::uint64_t user = 0, system = 0, reaped_user = 0, reaped_system = 0;
  fields >> user >> system >> reaped_user >> reaped_system;
  ticks.own = user + system;
  ticks.with_reaped = ticks.own + reaped_user + reaped_system;
  return ticks;
}

std::string first_value(const char* path, const std::string& label) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(label, 0) != 0) continue;
    const auto begin = line.find_first_not_of(" \t", line.find(':') + 1);
    return begin == std::string::npos ? std::string() : line.substr(begin);
  }
  return {};
}

}  // namespace

std::uint64_t resident_bytes(pid_t pid) { return status_bytes(pid, "VmRSS"); }
std::uint64_t resident_bytes_max(pid_t pid) { return status_bytes(pid, "VmHWM"); }

std::chrono::milliseconds cpu_time(pid_t pid) {
  std::uint64_t ticks = ticks_of(std::to_string(pid)).with_reaped;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (std::isdigit(static_cast<unsigned char>(name.front())) == 0) continue;
    const Ticks child = ticks_of(name);
    if (child.parent == pid) ticks += child.own;
  }
  const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return std::chrono::milliseconds(ticks * 1000 / per_second);
}

std::string machine_text() {
  utsname system{};
  ::uname(&system);
  std::string load;
  std::ifstream("/proc/loadavg") >> load;
  const auto kib = std::strtoull(first_value("/proc/meminfo", "MemTotal").c_str(), nullptr, 10);
  return std::to_string(std::thread::hardware_concurrency()) + " x " +
         first_value("/proc/cpuinfo", "model name") + ", " + std::to_string(kib / 1024 / 1024) + " GiB, " +
         system.sysname + ' ' + system.release + ", load " + load;
}

}  // namespace bccid::bench
