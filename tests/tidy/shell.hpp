#pragma once

#include <string>

namespace bccid::test {

struct Outcome {
  int exit_code = -1;
  std::string output;  // of both streams
};

// Runs a command line of the shell to its end.
Outcome run(const std::string& command);

}  // namespace bccid::test
