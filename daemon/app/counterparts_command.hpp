#pragma once

#include "app/cli.hpp"

#include <string>

namespace bccid::app {

// Lists counterparts, or stops and starts sending to one.
ExitCode run_counterparts_command(const CounterpartsCommand& command, const std::string& dsn);

}  // namespace bccid::app
