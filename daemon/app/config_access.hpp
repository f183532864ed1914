#pragma once

#include "app/config_table.hpp"
#include "app/pace_keys.hpp"

#include <array>
#include <string_view>
#include <vector>

// Keys that the blocks of several kinds of counterparts share, and how a block's tables become one list.
namespace bccid::app {

// Where the way to a counterpart stands in its block.
template <class Block>
TransportBlock& way_to(Block& c) {
  if constexpr (requires { c.block.endpoint; })
    return c.block.endpoint.transport;
  else
    return c.block.transport;
}

// How a counterpart recognises us; the same for all that have an endpoint.
template <class Block>
inline constexpr std::array<Key<Block>, 9> kSignInKeys{{
    {{.path = "sign_in",
      .fallback = "basic",
      .allowed = "basic|body|header|key_token|session",
      .help =
          "How it recognises us: a token for client_id and its secret as Basic or in the body, a header, a "
          "token for a key, or a session (dvcqg)."},
     [](Block& c) -> Slot { return &c.sign_in; }},
    {{.path = "secret_header",
      .fallback = "access_token",
      .help = "Header that bears the secret when sign_in is \"header\"; there is no token then."},
     [](Block& c) -> Slot { return &c.block.endpoint.secret_header; }},
    {{.path = "token_url",
      .shape = Shape::url,
      .help =
          "Address that gives access tokens; empty: base_url and /token, of a session base_url and /login."},
     [](Block& c) -> Slot { return &c.block.endpoint.token_url; }},
    {{.path = "client_id", .help = "Login name at the token address; not for \"header\" and \"key_token\"."},
     [](Block& c) -> Slot { return &c.block.endpoint.client_id; }},
    {{.path = "client_secret_file",
      .type = KeyType::secret_file,
      .required = true,
      .help = "File with the secret of client_id, with what the header bears, or with the key."},
     [](Block& c) -> Slot { return &c.client_secret; }},
    {{.path = "key_member",
      .fallback = "keyToken",
      .help = "Member that bears the key in the question for a token (sign_in = \"key_token\")."},
     [](Block& c) -> Slot { return &c.block.endpoint.key_member; }},
    {{.path = "token_member",
      .fallback = "access_token",
      .help = "Member of the answer that is the token, \"data.token\" within an object (\"key_token\")."},
     [](Block& c) -> Slot { return &c.block.endpoint.token_member; }},
    {{.path = "token_header",
      .fallback = "Authorization",
      .help = "Header that bears the token (\"key_token\"); any but Authorization bears it bare."},
     [](Block& c) -> Slot { return &c.block.endpoint.token_header; }},
    {{.path = "dst_code",
      .help = "Header dstcode of each request: which system behind the gateway is meant."},
     [](Block& c) -> Slot { return &c.block.endpoint.dst_code; }},
}};

// How a counterpart is reached, where that is not as everybody else is.
template <class Block>
inline constexpr std::array<Key<Block>, 6> kTransportKeys{{
    {{.path = "ca_file",
      .help = "PEM file of the authority that its certificate is from; empty: the system's."},
     [](Block& c) -> Slot { return &way_to(c).ca_file; }},
    {{.path = "client_certificate_file",
      .help = "PEM file of the certificate that we show it (mutual TLS), with its chain."},
     [](Block& c) -> Slot { return &way_to(c).client_certificate_file; }},
    {{.path = "client_key_file",
      .type = KeyType::secret_file,
      .help = "PEM file of the key of client_certificate_file."},
     [](Block& c) -> Slot { return &c.transport.client_key; }},
    {{.path = "proxy",
      .shape = Shape::url,
      .help = "HTTP proxy that leads to it (CONNECT), for example \"http://proxy.example.vn:3128\"."},
     [](Block& c) -> Slot { return &way_to(c).proxy; }},
    {{.path = "proxy_credentials_file",
      .type = KeyType::secret_file,
      .help = "File with user:password for the proxy."},
     [](Block& c) -> Slot { return &c.transport.proxy_credentials; }},
    {{.path = "legacy_tls",
      .type = KeyType::boolean,
      .fallback = "false",
      .help =
          "Also speak TLS 1.0 and 1.1 and without secure renegotiation; its name and chain are verified all "
          "the same."},
     [](Block& c) -> Slot { return &way_to(c).legacy_tls; }},
}};

template <class Block, class... Tables>
std::vector<BoundKey> bind(Block& block, const Tables&... tables) {
  std::vector<BoundKey> bound;
  const auto add = [&](const auto& keys) {
    for (const auto& key : keys) bound.push_back({&key.info, key.slot(block)});
  };
  (add(tables), ...);
  if constexpr (requires { block.per_second; }) add(kPaceKeys<Block>);
  return bound;
}

// `list` is the member of Config, `keys` the tables of its blocks.
template <auto list, auto&... keys>
constexpr BlockKind block_kind(std::string_view name, std::string_view id_key, std::string_view help) {
  return {.name = name,
          .id_key = id_key,
          .help = help,
          .append = [](Config& c) { return bind((c.*list).emplace_back(), keys...); },
          .at = [](Config& c, std::size_t i) { return bind((c.*list).at(i), keys...); },
          .size = [](const Config& c) { return (c.*list).size(); }};
}

}  // namespace bccid::app
