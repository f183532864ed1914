#pragma once

#include "app/cli.hpp"

#include <string>

namespace bccid::app {

// Lists what waits for a person and closes what is done, as an administrator.
ExitCode run_attention_command(const AttentionCommand& command, const std::string& dsn);
// Lists subscribers, and enables one that was disabled because its receiver was gone or failed for days.
ExitCode run_webhook_command(const WebhookCommand& command, const std::string& dsn);

}  // namespace bccid::app
