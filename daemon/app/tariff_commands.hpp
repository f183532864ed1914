#pragma once

#include "app/cli.hpp"
#include "app/config.hpp"

#include <string>

namespace bccid::app {

// `bccid tariff`: imports, ends and prints versions of the post's prices. What is wrong with a file is said
// line by line, and then nothing of it is stored.
ExitCode run_tariff_command(const TariffCommand& command, const std::string& dsn);

// `bccid quote`: prints the price of a journey with the rule and the version that gave each line, and beside
// it, when it was asked for, the post's own price or why there is none.
ExitCode run_quote_command(const QuoteCommand& command, const Config& config, const std::string& dsn);

}  // namespace bccid::app
