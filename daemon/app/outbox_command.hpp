#pragma once

#include "app/cli.hpp"

#include <string>

namespace bccid::app {

// Lists messages, puts dead letters back into the queue, or writes them off with a reason.
ExitCode run_outbox_command(const OutboxCommand& command, const std::string& dsn);

}  // namespace bccid::app
