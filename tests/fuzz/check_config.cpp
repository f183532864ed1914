#include "app/config.hpp"
#include "app/config_value.hpp"
#include "base/text.hpp"
#include "tests/fuzz/parsers.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <string>

namespace bccid::fuzz {
namespace {

using app::ConfigProblem;

void require_fit(const ConfigProblem& problem) {
  require(!problem.detail.empty(), "a problem says what is wrong");
  require(valid_utf8(problem.text()), "a problem can be printed");
}

// A secret that is not there is the one problem that a fuzzer may not mend: it would have to name a file.
bool about_a_secret(const ConfigProblem& problem) { return problem.key.ends_with("_file"); }

bool only_secrets_missing(const app::LoadedConfig& loaded) {
  return std::all_of(loaded.problems.begin(), loaded.problems.end(), about_a_secret);
}

void check_units(std::string_view bytes) {
  if (const auto duration = app::parse_duration(bytes))
    require(app::parse_duration(app::to_text(*duration)) == duration, "a duration survives");
  if (const auto size = app::parse_size(bytes))
    require(app::parse_size(app::size_text(static_cast<std::size_t>(*size))) == size, "a size survives");
}

}  // namespace

int check_config(std::string_view bytes) {
  check_units(bytes);
  // A file that such a key names would be opened, and what is read must hang on the input alone.
  if (bytes.find("_file") != std::string_view::npos || bytes.find("\\u") != std::string_view::npos) return 0;
  app::ConfigSource source;
  source.file = "bccid.toml";
  source.database_required = false;
  const auto loaded = app::parse_config(bytes, source);
  for (const auto& problem : loaded.problems) require_fit(problem);
  for (const auto& warning : loaded.warnings) require_fit(warning);
  if (!only_secrets_missing(loaded)) return 0;
  const std::string printed = app::print_config(loaded.config);
  const auto again = app::parse_config(printed, source);
  require(only_secrets_missing(again), "a configuration that was read can be printed and read");
  require(app::print_config(again.config) == printed, "a configuration survives printing and reading");
  require(app::keys_needing_restart(loaded.config, again.config).empty(), "and needs no restart");
  return 0;
}

}  // namespace bccid::fuzz
