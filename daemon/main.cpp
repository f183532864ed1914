#include "app/cli.hpp"
#include "app/commands.hpp"

#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  using namespace bccid::app;
  std::signal(SIGPIPE, SIG_IGN);  // a peer that closes is an error of one write, not the end of the process
  try {
    const auto parsed = parse_command_line(std::vector<std::string>(argv + 1, argv + argc));
    if (const auto* exit = std::get_if<CliExit>(&parsed)) {
      (exit->code == ExitCode::ok ? std::cout : std::cerr) << exit->text;
      return static_cast<int>(exit->code);
    }
    return static_cast<int>(run_command(std::get<CommandLine>(parsed)));
  } catch (const std::exception& error) {
    std::cerr << "bccid: internal error: " << error.what() << '\n';
    return static_cast<int>(ExitCode::internal);
  }
}
