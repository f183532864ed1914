#pragma once

#include "app/cli.hpp"

#include <string>

namespace bccid::app {

// Commands by which a person settles what would stand open for ever; each is audited.

// Discards the held scans of an item.
ExitCode run_scans_command(const ScansCommand& command, const std::string& dsn);

// Enables a webhook endpoint that was disabled.
ExitCode run_webhook_command(const WebhookCommand& command, const std::string& dsn);

}  // namespace bccid::app
