#pragma once

#include "app/cli.hpp"

#include <string>

namespace bccid::app {

// Discards the held scans of an item, which would wait for its order for ever; audited.
ExitCode run_scans_command(const ScansCommand& command, const std::string& dsn);

}  // namespace bccid::app
