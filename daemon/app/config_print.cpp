#include "app/config_value.hpp"

#include <algorithm>

namespace bccid::app {
namespace {

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

template <class Items, class Print>
std::string bracketed(const Items& items, Print print) {
  std::string out = "[";
  for (const auto& item : items) out += (out.size() > 1 ? ", " : "") + print(item);
  return out + ']';
}

template <class Map, class Print>
std::string braced(const Map& map, Print print) {
  std::string out;
  for (const auto& [name, value] : map)
    out += (out.empty() ? "" : ", ") + toml_text(name) + " = " + print(value);
  return "{ " + out + " }";
}

struct Printer {
  const KeyInfo& key;

  std::string operator()(const std::string* text) const { return toml_text(*text); }
  std::string operator()(const bool* truth) const { return *truth ? "true" : "false"; }
  std::string operator()(const int* number) const { return std::to_string(*number); }
  std::string operator()(const TextMap* texts) const {
    return braced(*texts, [](const std::string& text) { return toml_text(text); });
  }
  std::string operator()(const NumberMap* numbers) const {
    return braced(*numbers, [](int number) { return std::to_string(number); });
  }
  std::string operator()(const std::size_t* number) const {
    return key.type == KeyType::size ? toml_text(size_text(*number)) : std::to_string(*number);
  }
  std::string operator()(const std::chrono::milliseconds* time) const { return toml_text(to_text(*time)); }
  std::string operator()(const Duration* time) const { return toml_text(to_text(*time)); }
  std::string operator()(const std::vector<std::string>* texts) const { return bracketed(*texts, toml_text); }
  std::string operator()(const std::vector<std::chrono::seconds>* times) const {
    return bracketed(*times, [](std::chrono::seconds time) { return toml_text(to_text(time)); });
  }
  std::string operator()(const Secret* secret) const { return toml_text(secret->file); }
};

struct EmptyCheck {
  bool operator()(const std::string* text) const { return text->empty(); }
  bool operator()(const std::vector<std::string>* texts) const { return texts->empty(); }
  bool operator()(const std::vector<std::chrono::seconds>* times) const { return times->empty(); }
  bool operator()(const TextMap* texts) const { return texts->empty(); }
  bool operator()(const NumberMap* numbers) const { return numbers->empty(); }
  bool operator()(const Secret* secret) const { return secret->file.empty(); }
  template <class Number>
  bool operator()(const Number*) const {
    return false;
  }
};

std::string_view section_of(std::string_view path) {
  const auto dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('.') + 1); }

// One "key = value" line. A secret is loaded from where the line says, and the line says no more.
std::string line_of(const BoundKey& key) {
  std::string out(name_of(key.info->path));
  out += " = " + toml_value(*key.info, key.slot);
  if (key.info->type == KeyType::secret_file) out += "  # secret, not shown";
  return out + '\n';
}

std::string print_section_change(std::string& section, std::string_view path) {
  if (section_of(path) == section) return {};
  section = section_of(path);
  return "\n[" + section + "]\n";
}

// Texts are written into comments of at most `width` columns.
std::string comment(std::string_view text, std::size_t width) {
  std::string out;
  std::string line = "#";
  for (const auto word : split(text, " ")) {
    if (line.size() + 1 + word.size() > width) {
      out += line + '\n';
      line = "#";
    }
    line += ' ' + std::string(word);
  }
  return out + line + '\n';
}

std::string facts(const KeyInfo& key) {
  std::string out = std::string(type_name(key.type));
  if (!key.allowed.empty()) {
    out = "one of";
    for (const auto word : split(key.allowed, "|")) out += ' ' + std::string(word);
  }
  if (!key.range.empty()) {
    const auto ends = split(key.range, "..");
    out += " from " + std::string(ends.at(0)) + " to " + std::string(ends.at(1));
  }
  if (key.required && key.fallback.empty()) out += "; required";
  if (key.type == KeyType::secret_file) out += "; or a systemd credential";
  if (key.reloadable) out += "; taken on reload";
  return out;
}

std::string reference_of(const BoundKey& key) {
  std::string out = comment(key.info->help, 100) + comment('(' + facts(*key.info) + ')', 100);
  const std::string name(name_of(key.info->path));
  if (is_empty(key.slot))
    return out + '#' + name + " = " + std::string(type_example(key.info->type)) + "\n\n";
  return out + '#' + name + " = " + toml_value(*key.info, key.slot) + "\n\n";
}

// A block of this kind with its defaults, in a Config of its own.
std::string reference_of(const BlockKind& kind) {
  Config scratch;
  std::string out = comment(kind.help, 100) + "#[[" + std::string(kind.name) + "]]\n\n";
  for (const auto& key : kind.append(scratch)) {
    assign_default(*key.info, key.slot);
    out += reference_of(key);
  }
  return out;
}

bool same_secret(const KeyInfo& key, const Secret& left, const Secret& right) {
  return left.file == right.file && (key.reloadable || left.value == right.value);
}

bool same_value(const BoundKey& left, const BoundKey& right) {
  if (const auto* secret = std::get_if<Secret*>(&left.slot))
    return same_secret(*left.info, **secret, *std::get<Secret*>(right.slot));
  return left.info->reloadable || toml_value(*left.info, left.slot) == toml_value(*right.info, right.slot);
}

}  // namespace

std::string toml_value(const KeyInfo& key, const Slot& slot) {
  return std::visit([&](auto* value) { return Printer{key}(value); }, slot);
}

bool is_empty(const Slot& slot) { return std::visit(EmptyCheck{}, slot); }

std::string_view type_name(KeyType type) {
  switch (type) {
    case KeyType::text: return "a text";
    case KeyType::integer: return "a whole number";
    case KeyType::boolean: return "true or false";
    case KeyType::duration: return "a duration";
    case KeyType::size: return "a size";
    case KeyType::path: return "a path";
    case KeyType::text_list: return "a list of texts";
    case KeyType::duration_list: return "a list of durations";
    case KeyType::text_map: return "a table of texts";
    case KeyType::number_map: return "a table of numbers";
    case KeyType::secret_file: return "a path to a secret";
  }
  return "a value";
}

std::string_view type_example(KeyType type) {
  switch (type) {
    case KeyType::text: return "\"...\"";
    case KeyType::integer: return "10";
    case KeyType::boolean: return "true";
    case KeyType::duration: return "\"30s\"";
    case KeyType::size: return "\"64MiB\"";
    case KeyType::path: return "\"/path/to/file\"";
    case KeyType::text_list: return "[\"...\"]";
    case KeyType::duration_list: return "[\"5s\", \"1m\"]";
    case KeyType::text_map: return "{ \"name\" = \"...\" }";
    case KeyType::number_map: return "{ \"82\" = 10 }";
    case KeyType::secret_file: return "\"/path/to/secret\"";
  }
  return "\"...\"";
}

std::string print_config(const Config& config) {
  Config copy = config;
  std::string out;
  std::string section;
  for (const auto& key : config_keys(copy)) {
    if (is_empty(key.slot)) continue;
    out += print_section_change(section, key.info->path);
    out += line_of(key);
  }
  for (const auto& kind : block_kinds())
    for (std::size_t i = 0; i < kind.size(copy); ++i) {
      out += "\n[[" + std::string(kind.name) + "]]\n";
      for (const auto& key : kind.at(copy, i))
        if (!is_empty(key.slot)) out += line_of(key);
    }
  return out;
}

std::string config_reference() {
  Config defaults = default_config();
  std::string out =
      "# All keys of bccid. A line behind a single # shows the default, or an example when there is "
      "none.\n\n";
  std::string section;
  for (const auto& key : config_keys(defaults)) {
    if (section_of(key.info->path) != section) {
      section = section_of(key.info->path);
      out += '[' + section + "]\n\n";
    }
    out += reference_of(key);
  }
  for (const auto& kind : block_kinds()) out += reference_of(kind);
  out.pop_back();
  return out;
}

std::vector<std::string> keys_needing_restart(const Config& running, const Config& wanted) {
  Config left = running;
  Config right = wanted;
  std::vector<std::string> changed;
  const auto compare = [&changed](const std::string& prefix, const std::vector<BoundKey>& a,
                                  const std::vector<BoundKey>& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!same_value(a[i], b[i])) changed.push_back(prefix + std::string(a[i].info->path));
  };
  compare("", config_keys(left), config_keys(right));
  for (const auto& kind : block_kinds()) {
    const std::string name(kind.name);
    if (kind.size(left) != kind.size(right)) {
      changed.push_back(name);
      continue;
    }
    for (std::size_t i = 0; i < kind.size(left); ++i)
      compare(name + '.', kind.at(left, i), kind.at(right, i));
  }
  return changed;
}

}  // namespace bccid::app
