#include "app/config.hpp"

#include "app/config_check.hpp"
#include "app/config_value.hpp"
#include "base/text.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <utility>

namespace bccid::app {
namespace {

constexpr std::size_t kConfigBytesMax = 1024 * 1024;

RawValue raw_list(const toml::array& array) {
  std::vector<std::string> texts;
  for (const auto& item : array) {
    const auto text = item.value_exact<std::string>();
    if (!text) return {};
    texts.push_back(*text);
  }
  return texts;
}

template <class Value>
RawValue raw_map(const toml::table& table) {
  std::map<std::string, Value> values;
  for (const auto& [name, node] : table) {
    const auto value = node.template value_exact<Value>();
    if (!value) return {};
    values.emplace(name.str(), *value);
  }
  return values;
}

RawValue raw_table(const toml::table& table) {
  const bool numbers = !table.empty() && table.begin()->second.is_integer();
  return numbers ? raw_map<std::int64_t>(table) : raw_map<std::string>(table);
}

// Nothing for what no key takes: a date, a float, a list or table of mixed things.
RawValue raw_value(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto number = node.value_exact<std::int64_t>()) return *number;
  if (const auto truth = node.value_exact<bool>()) return *truth;
  if (const auto* array = node.as_array()) return raw_list(*array);
  if (const auto* table = node.as_table()) return raw_table(*table);
  return {};
}

std::size_t line_of(const toml::node& node) { return node.source().begin.line; }

// The key that the line assigns, with its section, for errors of the TOML grammar, which name only a line.
std::string key_on_line(std::string_view text, std::size_t line) {
  std::string section;
  std::size_t at = 1;
  for (const auto row : split(text, "\n")) {
    const auto trimmed = trim(row);
    if (!trimmed.empty() && trimmed.front() == '[') {
      section = std::string(trim(trimmed.substr(0, trimmed.find(']'))));
      section.erase(0, section.find_first_not_of('['));
    }
    if (at++ < line) continue;
    const auto equals = trimmed.find('=');
    if (trimmed.empty() || trimmed.front() == '[' || equals == std::string_view::npos)
      return shown(section, 80);
    return shown((section.empty() ? "" : section + '.') + std::string(trim(trimmed.substr(0, equals))), 80);
  }
  return shown(section, 80);
}

EventTimeUnit time_unit(std::string_view name) {
  if (name == "seconds") return EventTimeUnit::seconds;
  if (name == "milliseconds") return EventTimeUnit::milliseconds;
  return name == "portal_digits" ? EventTimeUnit::portal_digits : EventTimeUnit::automatic;
}

SignIn sign_in(std::string_view name) {
  if (name == "header") return SignIn::header;
  if (name == "key_token") return SignIn::key_token;
  if (name == "session") return SignIn::session;
  return name == "body" ? SignIn::body : SignIn::basic;
}

void complete_transport(TransportBlock& transport, const TransportSecrets& secrets) {
  transport.client_key_file = secrets.client_key.file;
  transport.proxy_credentials = secrets.proxy_credentials.value;
}

template <class Counterpart>
void complete_endpoint(Counterpart& counterpart) {
  EndpointBlock& endpoint = counterpart.block.endpoint;
  endpoint.client_secret = counterpart.client_secret.value;
  endpoint.sign_in = sign_in(counterpart.sign_in);
  while (endpoint.base_url.ends_with('/')) endpoint.base_url.pop_back();
  complete_transport(endpoint.transport, counterpart.transport);
}

// What the adapters' own structures want in another form than the file has.
void complete_blocks(Config& config) {
  for (auto& carrier : config.carriers) {
    complete_endpoint(carrier);
    carrier.block.event_time_unit = time_unit(carrier.event_time_unit);
    carrier.block.drafts = carrier.creation == "draft";
  }
  for (auto& onestop : config.onestops) complete_endpoint(onestop);
  for (auto& portal : config.portals) complete_endpoint(portal);
  for (auto& database : config.citizen_dbs) complete_endpoint(database);
  for (auto& provider : config.receipt_providers) {
    provider.block.account_password = provider.account_password.value;
    provider.block.password = provider.password.value;
    complete_transport(provider.block.transport, provider.transport);
    while (provider.block.service_url.ends_with('/')) provider.block.service_url.pop_back();
  }
}

// Walks the parsed file once, filling the Config and collecting every problem on the way.
class ConfigReader {
 public:
  explicit ConfigReader(const ConfigSource& source) : source_(source) {}

  LoadedConfig read(std::string_view text) {
    loaded_.config = default_config();
    try {
      const toml::table file = toml::parse(text, source_.file);
      read_table(file, "");
    } catch (const toml::parse_error& error) {
      const std::size_t line = error.source().begin.line;
      problem(line, key_on_line(text, line), shown(error.description(), 300),
              "Correct the TOML of that line; texts and durations stand in quotes, lists in brackets.");
      return std::move(loaded_);
    }
    fill_credentials("", "", config_keys(loaded_.config), 0);
    check_config(loaded_, source_, lines_);
    complete_blocks(loaded_.config);
    const auto by_line = [](const ConfigProblem& a, const ConfigProblem& b) { return a.line < b.line; };
    std::stable_sort(loaded_.problems.begin(), loaded_.problems.end(), by_line);
    return std::move(loaded_);
  }

 private:
  void problem(std::size_t line, std::string key, std::string detail, std::string hint) {
    loaded_.problems.push_back({source_.file, line, std::move(key), std::move(detail), std::move(hint)});
  }

  void read_table(const toml::table& table, const std::string& prefix) {
    const auto keys = config_keys(loaded_.config);
    for (const auto& [name, node] : table) {
      const std::string path = prefix + std::string(name.str());
      const bool dotted = name.str().find('.') != std::string_view::npos;
      const auto key =
          std::find_if(keys.begin(), keys.end(), [&](const BoundKey& k) { return k.info->path == path; });
      if (!dotted && key != keys.end())
        read_key(path, path, *key, node);
      else if (!dotted && is_section(keys, path))
        read_section(path, node);
      else if (const auto* kind = prefix.empty() ? find_kind(path) : nullptr)
        read_blocks(*kind, node);
      else
        unknown_key(line_of(node), path, keys);
    }
  }

  static bool is_section(const std::vector<BoundKey>& keys, const std::string& path) {
    return std::any_of(keys.begin(), keys.end(), [&](const BoundKey& k) {
      return k.info->path.size() > path.size() && k.info->path[path.size()] == '.' &&
             k.info->path.substr(0, path.size()) == path;
    });
  }

  static const BlockKind* find_kind(std::string_view name) {
    for (const auto& kind : block_kinds())
      if (kind.name == name) return &kind;
    return nullptr;
  }

  void read_section(const std::string& path, const toml::node& node) {
    if (const auto* table = node.as_table()) return read_table(*table, path + '.');
    problem(line_of(node), path, "is a section, not a key", "Write [" + path + "] and the keys below it.");
  }

  // `place` is the key's name in ConfigLines; it differs from `path` in blocks.
  void read_key(const std::string& path, const std::string& place, const BoundKey& key,
                const toml::node& node) {
    lines_[place] = line_of(node);
    if (const auto refusal = assign(*key.info, key.slot, raw_value(node)))
      problem(line_of(node), path, refusal->detail, refusal->hint);
  }

  void unknown_key(std::size_t line, const std::string& path, const std::vector<BoundKey>& keys) {
    std::vector<std::string_view> known;
    for (const auto& key : keys) {
      known.push_back(key.info->path);
      const auto dot = key.info->path.find('.');
      if (dot != std::string_view::npos) known.push_back(key.info->path.substr(0, dot));
    }
    for (const auto& kind : block_kinds()) known.push_back(kind.name);
    unknown_name(line, path, path, known);
  }

  void unknown_name(std::size_t line, const std::string& path, std::string_view word,
                    const std::vector<std::string_view>& known) {
    const auto close = nearest(word, known);
    problem(line, shown(path, 80), "is not a known key",
            close.empty() ? "Run \"bccid config reference\" to see all keys."
                          : "Did you mean " + std::string(close) + "?");
  }

  void read_blocks(const BlockKind& kind, const toml::node& node) {
    const std::string name(kind.name);
    const auto* array = node.as_array();
    const bool all_tables =
        array != nullptr &&
        std::all_of(array->begin(), array->end(), [](const toml::node& item) { return item.is_table(); });
    if (!all_tables)
      return problem(line_of(node), name, "is a block that may stand several times",
                     "Write [[" + name + "]] with double brackets.");
    for (const auto& item : *array) read_block(kind, *item.as_table(), kind.size(loaded_.config));
  }

  void read_block(const BlockKind& kind, const toml::table& table, std::size_t number) {
    const auto keys = kind.append(loaded_.config);
    const std::string block(kind.name);
    std::vector<std::string_view> known;
    for (const auto& key : keys) {
      known.push_back(key.info->path);
      assign_default(*key.info, key.slot);
    }
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      const auto found = std::find(known.begin(), known.end(), name);
      if (found == known.end()) {
        unknown_name(line_of(node), block + '.' + name, name, known);
      } else {
        const auto& bound = keys[static_cast<std::size_t>(found - known.begin())];
        read_key(block + '.' + name, block_key(block, number, name), bound, node);
      }
    }
    finish_block(kind, keys, table);
  }

  void finish_block(const BlockKind& kind, const std::vector<BoundKey>& keys, const toml::table& table) {
    const std::string block(kind.name);
    for (const auto& key : keys)
      if (key.info->required && key.info->type != KeyType::secret_file && is_empty(key.slot) &&
          !table.contains(key.info->path))
        problem(line_of(table), block + '.' + std::string(key.info->path), "is missing",
                std::string(key.info->help));
    const auto id_key = std::find_if(keys.begin(), keys.end(),
                                     [&](const BoundKey& k) { return k.info->path == kind.id_key; });
    const std::string id = *std::get<std::string*>(id_key->slot);
    if (id.empty()) return;
    fill_credentials(block + '.', id + '.', keys, line_of(table));
    const auto [first, fresh] = blocks_.emplace(block + '.' + id, line_of(table));
    if (!fresh)
      problem(line_of(table), block + '.' + std::string(kind.id_key),
              '"' + shown(id) + "\" is named by two blocks, the other one is on line " +
                  std::to_string(first->second),
              "Give each [[" + block + "]] its own " + std::string(kind.id_key) + '.');
  }

  // A secret without its key in the file comes from systemd's credentials: "carrier.vnpost.client_secret"
  // for client_secret_file of that block, "http.tls_key" for http.tls_key_file.
  void fill_credentials(const std::string& block, const std::string& id, const std::vector<BoundKey>& keys,
                        std::size_t line) {
    for (const auto& key : keys) {
      const auto* secret = std::get_if<Secret*>(&key.slot);
      if (secret == nullptr || !(*secret)->file.empty()) continue;
      const std::string path(key.info->path);
      const std::string credential =
          block + id + path.substr(0, path.size() - std::string_view("_file").size());
      const std::string file = source_.credentials_dir + '/' + credential;
      const bool there = !source_.credentials_dir.empty() && credential.find('/') == std::string::npos &&
                         std::filesystem::exists(std::filesystem::path(file));
      if (there) {
        if (const auto refusal = read_secret(file, **secret))
          problem(line, block + path, refusal->detail, refusal->hint);
      } else if (key.info->required && source_.secrets_required) {
        problem(line, block + path, "is missing",
                "Name the file there, or give the systemd credential " + credential + '.');
      }
    }
  }

  const ConfigSource& source_;
  LoadedConfig loaded_;
  ConfigLines lines_;
  std::map<std::string, std::size_t> blocks_;  // "carrier.vnpost" -> line
};

}  // namespace

std::string ConfigProblem::text() const {
  std::string out = file;
  if (line != 0) out += ':' + std::to_string(line);
  if (!key.empty()) out += ": " + key;
  out += (key.empty() ? ": " : " ") + detail;
  return hint.empty() ? out : out + "\nHINT: " + hint;
}

Failure LoadedConfig::failure() const {
  std::string all;
  for (const auto& problem : problems) all += (all.empty() ? "" : "\n") + problem.text();
  return {Errc::config, std::move(all)};
}

Config default_config() {
  Config config;
  for (const auto& key : config_keys(config)) assign_default(*key.info, key.slot);
  return config;
}

LoadedConfig parse_config(std::string_view toml, const ConfigSource& source) {
  return ConfigReader(source).read(toml);
}

LoadedConfig load_config(const ConfigSource& source) {
  LoadedConfig loaded;
  const auto refuse = [&](const char* detail, const std::string& hint) {
    loaded.problems.push_back({source.file, 0, "", detail, hint});
    return std::move(loaded);
  };
  std::error_code ignored;
  std::ifstream file(source.file, std::ios::binary);
  if (!file.is_open() || std::filesystem::is_directory(source.file, ignored))
    return refuse("cannot be read", "Name the file with --config, or write one: bccid config reference > " +
                                        std::string(kDefaultConfigFile));
  std::string text(kConfigBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kConfigBytesMax)
    return refuse("is larger than 1 MiB", "Check that this is the configuration.");
  return parse_config(text, source);
}

}  // namespace bccid::app
