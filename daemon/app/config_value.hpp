#pragma once

#include "app/config_table.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// Texts and numbers of the configuration to typed values and back, checked by the key's row.
namespace bccid::app {

// A value as it stood in the file; nothing for a date, a float, and a list or
// table of mixed things.
using RawValue = std::variant<std::monostate, bool, std::int64_t, std::string, std::vector<std::string>,
                              TextMap, std::map<std::string, std::int64_t>>;

struct Refusal {
  std::string detail;
  std::string hint;
};

// Checks the value against the row and puts it into the slot. A secret file is opened and read.
std::optional<Refusal> assign(const KeyInfo& key, const Slot& slot, const RawValue& value);
// The same with the row's default; does nothing when there is none.
void assign_default(const KeyInfo& key, const Slot& slot);

// Reads the secret. The file must be a regular one that nobody but its owner can read; a file of root's may
// be readable by its group. One line end behind the secret is cut.
std::optional<Refusal> read_secret(const std::string& file, Secret& secret);

// "30s", "500ms", "250us", "10m", "12h", "7d".
std::optional<Duration> parse_duration(std::string_view text);
std::string to_text(Duration duration);
// "64MiB", "512KiB", "1GiB", "100B".
std::optional<std::int64_t> parse_size(std::string_view text);
std::string size_text(std::size_t bytes);

// The value as TOML: quoted texts, brackets around lists. A secret is its file's name.
std::string toml_value(const KeyInfo& key, const Slot& slot);
// True when the slot holds nothing that is worth printing (empty text, empty list, no secret).
bool is_empty(const Slot& slot);

// What the type is called in messages, with an article: "a duration".
std::string_view type_name(KeyType type);
// A value of the type to show in a hint, as TOML.
std::string_view type_example(KeyType type);

// The candidate with the fewest edits, when it is near enough to be meant; else empty.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

// "a|b|c" and "a, b, c" taken apart.
std::vector<std::string_view> split(std::string_view text, std::string_view separator);

}  // namespace bccid::app
