#pragma once

#include <string>

namespace bccid::test {

struct Ran {
  int status = -1;  // the exit code; -1 when a signal ended it
  std::string out;  // standard output and error together
};

// Runs a command line to its end through the shell.
Ran run_shell(const std::string& command);

}  // namespace bccid::test
