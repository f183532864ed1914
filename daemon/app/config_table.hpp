#pragma once

#include "app/config.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bccid::app {

enum class KeyType {
  text,
  integer,
  boolean,
  duration,
  size,
  path,
  text_list,
  duration_list,
  text_map,
  number_map,
  secret_file,
};

// What a text, or each text of a list, must look like.
enum class Shape { any, identifier, province, commune, url, target, listen, cidr, proxy, host };

// One row of the table: all that is known about a key.
struct KeyInfo {
  std::string_view path;  // "http.listen"; within a block only "timeout"
  KeyType type = KeyType::text;
  std::string_view fallback = {};  // the default as an operator would write it, lists separated by ", "
  std::string_view range = {};     // "1..64" or "1s..2m", both ends included
  std::string_view allowed = {};   // "auto|json|text"
  Shape shape = Shape::any;
  bool required = false;
  bool reloadable = false;
  std::string_view help = {};
};

// Where the value of a key lives in a Config.
using TextMap = std::map<std::string, std::string>;
using NumberMap = std::map<std::string, int>;
using Slot = std::variant<std::string*, std::size_t*, int*, bool*, std::chrono::milliseconds*, Duration*,
                          std::vector<std::string>*, std::vector<std::chrono::seconds>*, TextMap*, NumberMap*,
                          Secret*>;

// A row together with the way to its value.
template <class Block>
struct Key {
  KeyInfo info;
  Slot (*slot)(Block&);
};

struct BoundKey {
  const KeyInfo* info;
  Slot slot;
};

// A kind of [[block]] and the list of Config that its blocks go to.
struct BlockKind {
  std::string_view name;
  std::string_view id_key;  // tells blocks of this kind apart; unique
  std::string_view help;
  // Both bind to one block; the slots hold until the next append.
  std::vector<BoundKey> (*append)(Config&);
  std::vector<BoundKey> (*at)(Config&, std::size_t);
  std::size_t (*size)(const Config&);
};

// All keys outside blocks, in the order of the reference, bound to `config`.
std::vector<BoundKey> config_keys(Config& config);
// Those of them that stand last: about calls to the outside.
std::span<const Key<Config>> outward_keys();
std::span<const BlockKind> block_kinds();

}  // namespace bccid::app
