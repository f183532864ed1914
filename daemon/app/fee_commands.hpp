#pragma once

#include "app/cli.hpp"

#include <string>

namespace bccid::app {

// `bccid fees`: imports, ends and prints versions of a province's fees, and explains what a dossier costs.
// What is wrong with a file is said line by line, and then nothing of it is stored.
ExitCode run_fees_command(const FeesCommand& command, const std::string& dsn);

}  // namespace bccid::app
