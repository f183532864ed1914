#pragma once

#include "app/config.hpp"

#include <map>
#include <string>
#include <string_view>

namespace bccid::app {

// Line on which a key of the file stands; keys at their default are not in it. The keys of the n-th block
// are written "carrier#n.timeout", counted from 0.
using ConfigLines = std::map<std::string, std::size_t, std::less<>>;

std::string block_key(std::string_view block, std::size_t number, std::string_view key);

// What no single key can know: keys that contradict each other. Adds to problems and warnings.
void check_config(LoadedConfig& loaded, const ConfigSource& source, const ConfigLines& lines);

}  // namespace bccid::app
