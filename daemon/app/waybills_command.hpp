#pragma once

#include "app/cli.hpp"

#include <string>

namespace bccid::app {

// Imports the numbers for labels that a post gave us, or counts those that there are; imports are audited.
ExitCode run_waybills_command(const WaybillsCommand& command, const std::string& dsn);

}  // namespace bccid::app
