#pragma once

#include "app/cli.hpp"

namespace bccid::app {

// Runs one subcommand to its end; prints to standard output what was asked for, to standard error why not.
ExitCode run_command(const CommandLine& line);

}  // namespace bccid::app
