#pragma once

#include "base/result.hpp"

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace bccid::app {

// The demo watches other processes from outside; between two looks it waits here, and only here.
void pause(std::chrono::milliseconds time);

// A program of our own that runs beside us. Ended with us: by stop, by destruction, or by the kernel when
// we are killed.
class ChildProcess {
 public:
  // Starts `program`; its standard error goes to `log_file`. Errors: config (not startable).
  static Result<ChildProcess> start(const std::filesystem::path& program,
                                    const std::vector<std::string>& arguments,
                                    const std::filesystem::path& log_file);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  bool running();
  // Sends a signal; does not wait.
  void signal(int number) const;
  // SIGTERM, then the exit status; SIGKILL after the limit. -1 when it had to be killed.
  int stop(std::chrono::milliseconds longest = std::chrono::seconds(15));

 private:
  ChildProcess() = default;
  pid_t pid_ = -1;
};

}  // namespace bccid::app
