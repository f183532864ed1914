#include "app/config_table.hpp"

namespace bccid::app {
namespace {

constexpr Key<CarrierConfig> kCarrierKeys[] = {
    {{.path = "name",
      .shape = Shape::identifier,
      .required = true,
      .help = "Name of this account; stored on its orders, so never give it to another account."},
     [](CarrierConfig& c) -> Slot { return &c.name; }},
    {{.path = "kind",
      .fallback = "vnpost_ngsp",
      .required = true,
      .help = "Adapter that speaks to this post."},
     [](CarrierConfig& c) -> Slot { return &c.kind; }},
    {{.path = "base_url", .shape = Shape::url, .required = true, .help = "Address of the post's API."},
     [](CarrierConfig& c) -> Slot { return &c.base_url; }},
    {{.path = "token_url",
      .shape = Shape::url,
      .required = true,
      .help = "Address that gives access tokens."},
     [](CarrierConfig& c) -> Slot { return &c.token_url; }},
    {{.path = "customer_code", .required = true, .help = "Customer code that the post gave the agency."},
     [](CarrierConfig& c) -> Slot { return &c.customer_code; }},
    {{.path = "client_id", .required = true, .help = "Login name at the token address."},
     [](CarrierConfig& c) -> Slot { return &c.client_id; }},
    {{.path = "client_secret_file",
      .type = KeyType::secret_file,
      .required = true,
      .help = "File with the secret of client_id."},
     [](CarrierConfig& c) -> Slot { return &c.client_secret; }},
    {{.path = "sender_name",
      .required = true,
      .help = "The agency's side of an order: sender of results, receiver of collected dossiers."},
     [](CarrierConfig& c) -> Slot { return &c.sender_name; }},
    {{.path = "sender_phone", .required = true, .help = "Telephone of the agency's side."},
     [](CarrierConfig& c) -> Slot { return &c.sender_phone; }},
    {{.path = "sender_email", .help = "Mail address of the agency's side."},
     [](CarrierConfig& c) -> Slot { return &c.sender_email; }},
    {{.path = "sender_address", .required = true, .help = "Street address of the agency's side."},
     [](CarrierConfig& c) -> Slot { return &c.sender_address; }},
    {{.path = "sender_province",
      .shape = Shape::province,
      .required = true,
      .help = "Two-digit national province code of the agency's side."},
     [](CarrierConfig& c) -> Slot { return &c.sender_province; }},
    {{.path = "sender_commune",
      .shape = Shape::commune,
      .required = true,
      .help = "Five-digit national commune code of the agency's side."},
     [](CarrierConfig& c) -> Slot { return &c.sender_commune; }},
    {{.path = "timeout",
      .type = KeyType::duration,
      .fallback = "15s",
      .range = "100ms..5m",
      .help = "Total time of one call; afterwards the outcome is unknown and is asked for by number."},
     [](CarrierConfig& c) -> Slot { return &c.timeout; }},
    {{.path = "unknown_settle",
      .type = KeyType::duration,
      .fallback = "2m",
      .range = "0s..24h",
      .help = "An order with an unknown outcome is sent again only when the feed, read to its end this long "
              "after "
              "the send, does not know its number."},
     [](CarrierConfig& c) -> Slot { return &c.unknown_settle; }},
    {{.path = "feed_page",
      .type = KeyType::integer,
      .fallback = "200",
      .range = "1..1000",
      .help = "Rows of the tracking feed that are asked for at one time."},
     [](CarrierConfig& c) -> Slot { return &c.feed_page; }},
};

constexpr Key<OnestopConfig> kOnestopKeys[] = {
    {{.path = "agency",
      .shape = Shape::identifier,
      .required = true,
      .help = "Code of the agency whose dossiers this system keeps, for example \"H20.12\"."},
     [](OnestopConfig& c) -> Slot { return &c.agency; }},
    {{.path = "kind",
      .fallback = "onestop_rest",
      .required = true,
      .help = "Adapter that speaks to this system."},
     [](OnestopConfig& c) -> Slot { return &c.kind; }},
    {{.path = "base_url", .shape = Shape::url, .required = true, .help = "Address of the system's API."},
     [](OnestopConfig& c) -> Slot { return &c.base_url; }},
    {{.path = "token_url",
      .shape = Shape::url,
      .required = true,
      .help = "Address that gives access tokens."},
     [](OnestopConfig& c) -> Slot { return &c.token_url; }},
    {{.path = "client_id", .required = true, .help = "Login name at the token address."},
     [](OnestopConfig& c) -> Slot { return &c.client_id; }},
    {{.path = "client_secret_file",
      .type = KeyType::secret_file,
      .required = true,
      .help = "File with the secret of client_id."},
     [](OnestopConfig& c) -> Slot { return &c.client_secret; }},
    {{.path = "timeout",
      .type = KeyType::duration,
      .fallback = "15s",
      .range = "100ms..5m",
      .help = "Total time of one call."},
     [](OnestopConfig& c) -> Slot { return &c.timeout; }},
};

constexpr Key<WebhookConfig> kWebhookKeys[] = {
    {{.path = "id", .shape = Shape::identifier, .required = true, .help = "Name of this receiver."},
     [](WebhookConfig& c) -> Slot { return &c.id; }},
    {{.path = "url", .shape = Shape::url, .required = true, .help = "Address that events are posted to."},
     [](WebhookConfig& c) -> Slot { return &c.url; }},
    {{.path = "secret_file",
      .type = KeyType::secret_file,
      .required = true,
      .help = "File with the signing secret (Standard Webhooks, \"whsec_...\")."},
     [](WebhookConfig& c) -> Slot { return &c.secret; }},
    {{.path = "events",
      .type = KeyType::text_list,
      .help = "Types of event that this receiver wants; empty: all."},
     [](WebhookConfig& c) -> Slot { return &c.events; }},
    {{.path = "agency", .help = "Code of the only agency whose events go there; empty: of all."},
     [](WebhookConfig& c) -> Slot { return &c.agency; }},
};

constexpr Key<BankConfig> kBankKeys[] = {
    {{.path = "account",
      .shape = Shape::identifier,
      .required = true,
      .help = "Account number, in quotes, as it stands in the statements."},
     [](BankConfig& c) -> Slot { return &c.account; }},
    {{.path = "kind", .fallback = "bank_csv", .required = true, .help = "Adapter that reads the statements."},
     [](BankConfig& c) -> Slot { return &c.kind; }},
    {{.path = "name", .required = true, .help = "Name of the account for people."},
     [](BankConfig& c) -> Slot { return &c.name; }},
    {{.path = "agency", .help = "Code of the agency that the account belongs to; empty: of several."},
     [](BankConfig& c) -> Slot { return &c.agency; }},
};

template <class Block, std::size_t n>
std::vector<BoundKey> bind(const Key<Block> (&keys)[n], Block& block) {
  std::vector<BoundKey> bound;
  for (const auto& key : keys) bound.push_back({&key.info, key.slot(block)});
  return bound;
}

// `list` is the member of Config, `keys` the table of its blocks.
template <auto list, auto& keys>
constexpr BlockKind block_kind(std::string_view name, std::string_view id_key, std::string_view help) {
  return {.name = name,
          .id_key = id_key,
          .help = help,
          .append = [](Config& c) { return bind(keys, (c.*list).emplace_back()); },
          .at = [](Config& c, std::size_t i) { return bind(keys, (c.*list).at(i)); },
          .size = [](const Config& c) { return (c.*list).size(); }};
}

constexpr BlockKind kBlockKinds[] = {
    block_kind<&Config::carriers, kCarrierKeys>("carrier", "name", "An account with a post."),
    block_kind<&Config::onestops, kOnestopKeys>("onestop", "agency", "An agency's one-stop dossier system."),
    block_kind<&Config::webhooks, kWebhookKeys>("webhook", "id", "A receiver of our events."),
    block_kind<&Config::banks, kBankKeys>("bank", "account", "An account whose statements are imported."),
};

}  // namespace

std::span<const BlockKind> block_kinds() { return kBlockKinds; }

}  // namespace bccid::app
