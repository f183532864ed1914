#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/sealing_key.hpp"
#include "flow/actor.hpp"
#include "net/webhook_address.hpp"
#include "net/webhook_signature.hpp"
#include "store/pq.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// What subscriptions may be, and the keys that keep their secrets: the first seals, all open.
struct SubscriptionTerms {
  std::vector<SealingKey> keys;
  net::WebhookAddressRule addresses;
  std::size_t per_agency_max = 10;
};

struct SubscriptionWish {
  std::string url;
  std::string agency;               // empty: an agency's system means its own, an administrator all agencies
  std::vector<std::string> events;  // types; empty: all
  net::WebhookSigning signing = net::WebhookSigning::hmac;
};

// A secret as everybody who may see the subscription may see it.
struct SubscriptionKey {
  Time made_at{};
  std::optional<Time> ends_at;  // nothing: the one that stays
  std::string signing;
  std::string public_key;  // of an ed25519 one: whpk_...
};

struct Subscription {
  std::string id;
  std::string url;
  std::string agency;  // empty: events of every agency
  std::vector<std::string> events;
  Time created_at{};
  std::string created_by;
  std::optional<Time> disabled_at, failing_since;
  std::string disabled_reason;
  std::size_t waiting = 0;  // messages that have not gone out; counted up to 1 000
  std::vector<SubscriptionKey> keys;
};

// A subscription with the secret that was just made for it. It is never told again.
struct MadeSecret {
  Subscription subscription;
  std::string secret;  // whsec_...; empty where the receiver needs only the public half
};

// Errors: invalid_field (address, an unknown type of event), forbidden (another agency), conflict (no sealing
// key is configured, the same address is subscribed, or there are too many).
Result<MadeSecret> subscribe(sql::Tx& tx, const Actor& actor, const SubscriptionWish& wish,
                             const SubscriptionTerms& terms, Time now);

// An agency's system sees its own; by id. Errors of the one: not_found.
std::vector<Subscription> subscriptions(sql::Tx& tx, const Actor& actor, Time now);
Result<Subscription> find_subscription(sql::Tx& tx, const Actor& actor, std::string_view id, Time now);

// A new secret; until `overlap` has passed messages bear the signature of the old one, too. Errors:
// not_found, conflict (no sealing key).
Result<MadeSecret> rotate_secret(sql::Tx& tx, const Actor& actor, std::string_view id, Duration overlap,
                                 const SubscriptionTerms& terms, Time now);

// Nothing more is sent; what waits is given up. Again is no error. Errors: not_found.
Status unsubscribe(sql::Tx& tx, const Actor& actor, std::string_view id, Time now);

// Sends to it again after it was disabled, what waited first. Errors: not_found.
Result<Subscription> resume_subscription(sql::Tx& tx, const Actor& actor, std::string_view id, Time now);

// Writes an event of type vn.bccid.webhook.test into its queue and returns the event's id. Errors:
// not_found, conflict (it is disabled).
Result<Uuid> send_test_event(sql::Tx& tx, const Actor& actor, std::string_view id, Time now);

// What was delivered to it between these times goes out again as new messages with the same events, and what
// died is tried again. With `dry_run` they are only counted. Errors: not_found; conflict (disabled, or more
// than kReplaysMax).
struct ReplayedEvents {
  std::size_t delivered = 0;
  std::size_t dead = 0;
};
inline constexpr std::size_t kReplaysMax = 10'000;
Result<ReplayedEvents> replay_events(sql::Tx& tx, const Actor& actor, std::string_view id, Time from, Time to,
                                     bool dry_run, Time now);

// What the sender needs of every subscription that was not removed.
struct SubscribedEndpoint {
  std::string id;
  std::string url;
  struct Key {
    std::string sealed;
    std::optional<Time> ends_at;
  };
  std::vector<Key> keys;
};
std::vector<SubscribedEndpoint> subscribed_endpoints(sql::Tx& tx, Time now);

// The secret that was sealed for this endpoint. Errors: unavailable (no key opens it).
Result<net::WebhookSecret> open_secret(const std::vector<SealingKey>& keys, std::string_view endpoint,
                                       std::string_view sealed);

}  // namespace bccid
