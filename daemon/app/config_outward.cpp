#include "app/config_table.hpp"

namespace bccid::app {
namespace {

// Whom the daemon may call, and who may have it call.
constexpr Key<Config> kOutwardKeys[] = {
    {{.path = "net.allow_cidrs",
      .type = KeyType::text_list,
      .shape = Shape::cidr,
      .help = "Address blocks that are not public but may be called, for example [\"10.0.0.0/8\"]."},
     [](Config& c) -> Slot { return &c.net.allow_cidrs; }},
    {{.path = "net.plain_http",
      .type = KeyType::boolean,
      .fallback = "false",
      .help =
          "Allow http:// counterparts; only for a demo or a test, since everything then travels readable."},
     [](Config& c) -> Slot { return &c.net.plain_http; }},
    {{.path = "net.timeout",
      .type = KeyType::duration,
      .fallback = "15s",
      .range = "100ms..5m",
      .help = "Total time of posting an event to a webhook; counterparts have timeouts of their own."},
     [](Config& c) -> Slot { return &c.net.timeout; }},
    {{.path = "subscriptions.seal_key_file",
      .type = KeyType::secret_file,
      .help =
          "File with base64 of 32 bytes that keeps the secrets of subscriptions unreadable in the database; "
          "without one nobody can subscribe. Make it with: openssl rand -base64 32."},
     [](Config& c) -> Slot { return &c.subscriptions.seal_key; }},
    {{.path = "subscriptions.previous_seal_key_file",
      .type = KeyType::secret_file,
      .help = "File with the key before that one: it opens what was sealed with it."},
     [](Config& c) -> Slot { return &c.subscriptions.previous_seal_key; }},
    {{.path = "subscriptions.allow_cidrs",
      .type = KeyType::text_list,
      .shape = Shape::cidr,
      .help =
          "Address blocks that are not public but may be subscribed; net.allow_cidrs does not count here."},
     [](Config& c) -> Slot { return &c.subscriptions.allow_cidrs; }},
    {{.path = "subscriptions.ports",
      .type = KeyType::text_list,
      .fallback = "443, 8443",
      .required = true,
      .help = "Ports that subscribed addresses may have."},
     [](Config& c) -> Slot { return &c.subscriptions.ports; }},
    {{.path = "subscriptions.per_agency",
      .type = KeyType::integer,
      .fallback = "10",
      .range = "1..1000",
      .help = "Addresses that one agency may subscribe."},
     [](Config& c) -> Slot { return &c.subscriptions.per_agency; }},
};

}  // namespace

std::span<const Key<Config>> outward_keys() { return kOutwardKeys; }

}  // namespace bccid::app
