#pragma once

#include "app/cli.hpp"
#include "base/input_failure.hpp"
#include "base/result.hpp"
#include "base/time_text.hpp"

#include <map>
#include <optional>
#include <string>

// What the commands for versions of prices have in common.
namespace bccid::app {

// The day in `option`. Errors: invalid_field, naming the option.
Result<Day> day_option(const std::string& text, const char* option);
// As day_option; nothing for an empty text.
Result<std::optional<Day>> optional_day(const std::string& text, const char* option);

// Errors: not_found.
Result<std::string> read_price_file(const std::string& file);

// Says everything that is wrong with an import. `files` are the files by the pointer that their lines are
// below:
// "/rules/line/7" of {"/rules", "fees.csv"} is said as "fees.csv:7: ...", as people look for it.
ExitCode complain_of_all(const InputFailure& wrong, const std::map<std::string, std::string>& files);

}  // namespace bccid::app
