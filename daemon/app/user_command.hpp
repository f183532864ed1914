#pragma once

#include "app/cli.hpp"

#include <string>

namespace bccid::app {

// Creates, disables, enables and lists those who may sign in. Prints a secret only when it generated it.
ExitCode run_user_command(const UserCommand& command, const std::string& dsn);

}  // namespace bccid::app
