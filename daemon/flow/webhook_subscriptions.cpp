#include "flow/webhook_subscriptions.hpp"

#include "base/text.hpp"
#include "base/time_text.hpp"
#include "domain/parcel/parcel.hpp"
#include "flow/attention.hpp"
#include "flow/webhook_endpoints.hpp"
#include "flow/webhook_subscribers.hpp"
#include "store/outbox_store.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace bccid {
namespace {

namespace json = boost::json;

constexpr std::string_view kParcelType = "vn.bccid.parcel.";
constexpr const char* kTestType = "vn.bccid.webhook.test";

const sql::Query kSubscribed{"subscription_count", R"(
SELECT count(*) FROM webhook_endpoint
 WHERE origin = 'subscription' AND disabled_reason <> 'removed' AND coalesce(agency_code, '') = $1::text)"};

const sql::Query kInsert{"subscription_insert", R"(
INSERT INTO webhook_endpoint (id, url, agency_code, events, origin, created_at, created_by)
VALUES ($1, $2, nullif($3, ''), $6::text[], 'subscription', $4::timestamptz, $5)
    ON CONFLICT DO NOTHING)"};

const sql::Query kSame{"subscription_same", R"(
SELECT id FROM webhook_endpoint
 WHERE url = $1::text AND coalesce(agency_code, '') = $2::text
   AND origin = 'subscription' AND disabled_reason <> 'removed')"};

const sql::Query kInsertSecret{"subscription_insert_secret", R"(
INSERT INTO webhook_secret (endpoint_id, signing, sealed, public_key, made_at, made_by)
VALUES ($1, $2, $3, $4, $5::timestamptz, $6))"};

const sql::Query kEndSecrets{"subscription_end_secrets", R"(
UPDATE webhook_secret SET ends_at = $2::timestamptz
 WHERE endpoint_id = $1::text AND coalesce(ends_at, 'infinity') > $2)"};

const sql::Query kList{"subscription_list", R"(
SELECT w.id, w.url, coalesce(w.agency_code, ''), array_to_json(w.events)::text, w.created_at, w.created_by,
       w.disabled_at, w.failing_since, w.disabled_reason,
       (SELECT count(*) FROM (SELECT 1 FROM outbox o WHERE o.target = 'webhook:' || w.id
                                 AND o.state = 'scheduled' LIMIT 1000) x)
  FROM webhook_endpoint w
 WHERE w.origin = 'subscription' AND w.disabled_reason <> 'removed'
   AND ($1::text = '' OR w.agency_code = $1) AND ($2::text = '' OR w.id = $2)
 ORDER BY w.id)"};

const sql::Query kKeys{"subscription_keys", R"(
SELECT endpoint_id, made_at, ends_at, signing, public_key FROM webhook_secret
 WHERE endpoint_id = ANY ($1::text[]) AND coalesce(ends_at, 'infinity') > $2::timestamptz ORDER BY id DESC)"};

const sql::Query kSealed{"subscription_sealed_keys", R"(
SELECT w.id, w.url, s.sealed, s.ends_at
  FROM webhook_endpoint w JOIN webhook_secret s ON s.endpoint_id = w.id
 WHERE w.origin = 'subscription' AND w.disabled_reason <> 'removed'
   AND coalesce(s.ends_at, 'infinity') > $1::timestamptz
 ORDER BY w.id, s.id DESC)"};

const sql::Query kRemove{"subscription_remove", R"(
UPDATE webhook_endpoint SET disabled_at = coalesce(disabled_at, $2::timestamptz), disabled_reason = 'removed'
 WHERE id = $1::text AND disabled_reason <> 'removed')"};

const sql::Query kGiveUpWaiting{"subscription_give_up_waiting", R"(
UPDATE outbox SET state = 'void', reason = 'the subscription was removed', finished_at = $2::timestamptz
 WHERE target = 'webhook:' || $1::text AND state = 'scheduled')"};

const sql::Query kDelivered{"subscription_delivered", R"(
SELECT count(*) FROM (
  SELECT 1 FROM outbox WHERE created_at >= $2::timestamptz AND created_at < $3::timestamptz
     AND target = 'webhook:' || $1::text AND kind = 'event' AND state = 'delivered' LIMIT $4) x)"};

const sql::Query kDead{"subscription_dead", R"(
SELECT id FROM outbox WHERE created_at >= $2::timestamptz AND created_at < $3::timestamptz
   AND target = 'webhook:' || $1::text AND state = 'dead' ORDER BY id LIMIT $4)"};

// The receiver tells a repeat by the event's own id and type, as always.
const sql::Query kSendAgain{"subscription_send_again", R"(
WITH put AS (
  INSERT INTO outbox (target, kind, order_key, subject, payload, request_id)
  SELECT target, kind, order_key, subject, payload, request_id FROM outbox
   WHERE created_at >= $2::timestamptz AND created_at < $3::timestamptz
     AND target = 'webhook:' || $1::text AND kind = 'event' AND state = 'delivered'
   ORDER BY created_at, id
  RETURNING 1)
SELECT count(*), pg_notify('bccid_outbox', '') FROM put)"};

const sql::Query kRecord{"subscription_record", R"(
INSERT INTO audit (actor, role, action, subject, request_id, detail)
VALUES ($1, $2, 'webhook.' || $3::text, 'webhook:' || $4::text, $5, jsonb_build_object('note', $6::text)))"};

void record(sql::Tx& tx, const Actor& actor, const char* what, std::string_view id, const std::string& note) {
  tx.exec(kRecord, sql::Params::of(actor.id, actor.role, what, id, actor.request_id, note));
}

std::string place_of(std::string_view endpoint) { return "webhook:" + std::string(endpoint); }

Failure not_offered() {
  return Failure(Errc::conflict, "this daemon takes no subscriptions: it has no key to keep their secrets",
                 "Ask its operator to set subscriptions.seal_key_file.");
}

Failure unknown(std::string_view id) {
  return Failure(Errc::not_found, "there is no subscription \"" + shown(id) + '"',
                 "Use an id of GET /v1/webhooks.");
}

Status check_events(const std::vector<std::string>& events) {
  for (std::size_t at = 0; at < events.size(); ++at) {
    const std::string_view type = events[at];
    if (type.starts_with(kParcelType) && from_name<ParcelState>(type.substr(kParcelType.size()))) continue;
    return Failure(Errc::invalid_field, '"' + shown(type) + "\" is no type of event",
                   "Use the types of /events/parcel.schema.json, or leave `events` out for all.",
                   "/events/" + std::to_string(at));
  }
  return {};
}

// The secret as it goes to its owner: of a pair of keys only the public half leaves.
std::string add_secret(sql::Tx& tx, const Actor& actor, std::string_view id, net::WebhookSigning signing,
                       const SubscriptionTerms& terms, Time now) {
  const auto secret = net::WebhookSecret::create(signing);
  const bool shared = signing == net::WebhookSigning::hmac;
  sql::Params params = sql::Params::of(id, shared ? "hmac" : "ed25519");
  params.add_bytes(terms.keys.front().seal(secret.to_text(), place_of(id)))
      .add(secret.public_text())
      .add(now)
      .add(actor.id);
  tx.exec(kInsertSecret, params);
  return shared ? secret.to_text() : std::string();
}

std::vector<Subscription> read(sql::Tx& tx, std::string_view agency, std::string_view id, Time now) {
  std::vector<Subscription> found;
  for (const auto row : tx.exec(kList, sql::Params::of(agency, id))) {
    auto& one = found.emplace_back();
    one.id = row.str(0);
    one.url = row.str(1);
    one.agency = row.str(2);
    for (const auto& event : json::parse(row.text(3)).as_array()) one.events.emplace_back(event.get_string());
    one.created_at = row.time(4);
    one.created_by = row.str(5);
    one.disabled_at = row.opt_time(6);
    one.failing_since = row.opt_time(7);
    one.disabled_reason = row.str(8);
    one.waiting = static_cast<std::size_t>(row.i64(9));
  }
  for (const auto row : tx.exec(kKeys, sql::Params().add_array(found, &Subscription::id).add(now))) {
    const auto owner = std::ranges::find(found, row.text(0), &Subscription::id);
    owner->keys.push_back({row.time(1), row.opt_time(2), row.str(3), row.str(4)});
  }
  return found;
}

std::string test_event(const Subscription& to, const Actor& actor, const Uuid& id, Time now) {
  json::object event;
  event["specversion"] = "1.0";
  event["id"] = id.to_text();
  event["source"] = "/bccid";
  event["type"] = kTestType;
  event["subject"] = to.id;
  event["time"] = to_rfc3339(now);
  event["datacontenttype"] = "application/json";
  event["data"] = json::object{{"asked_by", actor.id}};
  return json::serialize(event);
}

Failure disabled(const Subscription& one) {
  return Failure(Errc::conflict, "subscription " + one.id + " is disabled: " + one.disabled_reason,
                 "Repair the receiver, then POST /v1/webhooks/" + one.id + "/enable.");
}

}  // namespace

Result<MadeSecret> subscribe(sql::Tx& tx, const Actor& actor, const SubscriptionWish& wish,
                             const SubscriptionTerms& terms, Time now) {
  if (terms.keys.empty()) return not_offered();
  const auto seen = std::string(seen_agency(actor));
  const auto agency = wish.agency.empty() ? seen : wish.agency;
  if (!seen.empty() && agency != seen)
    return Failure(Errc::forbidden, "the events of agency " + shown(agency) + " are not yours",
                   "Leave `agency` out.", "/agency");
  if (const auto url = net::parse_webhook_url(wish.url, terms.addresses); !url) return url.error();
  if (const auto good = check_events(wish.events); !good) return good.error();
  const auto having = static_cast<std::size_t>(tx.exec(kSubscribed, sql::Params::of(agency)).front().i64(0));
  if (having >= terms.per_agency_max)
    return Failure(Errc::conflict, std::to_string(having) + " addresses are subscribed already",
                   "Remove one with DELETE /v1/webhooks/{id}.");
  const std::string id = "sub-" + new_uuid_v7(now).to_text();
  sql::Params params = sql::Params::of(id, wish.url, agency, now, actor.id);
  params.add_array(wish.events);
  if (tx.exec_count(kInsert, params) == 0) {
    const auto same = tx.exec(kSame, sql::Params::of(wish.url, agency));
    return Failure(
        Errc::conflict,
        "that address is subscribed already as " + (same.empty() ? "another" : same.front().str(0)),
        "Use that one: POST /v1/webhooks/{id}/rotate makes a new secret for it.", "/url");
  }
  const auto secret = add_secret(tx, actor, id, wish.signing, terms, now);
  record(tx, actor, "subscribe", id, wish.url);
  return MadeSecret{read(tx, {}, id, now).front(), secret};
}

std::vector<Subscription> subscriptions(sql::Tx& tx, const Actor& actor, Time now) {
  return read(tx, seen_agency(actor), {}, now);
}

Result<Subscription> find_subscription(sql::Tx& tx, const Actor& actor, std::string_view id, Time now) {
  auto found = id.empty() ? std::vector<Subscription>() : read(tx, seen_agency(actor), id, now);
  if (found.empty()) return unknown(id);
  return std::move(found.front());
}

Result<MadeSecret> rotate_secret(sql::Tx& tx, const Actor& actor, std::string_view id, Duration overlap,
                                 const SubscriptionTerms& terms, Time now) {
  if (terms.keys.empty()) return not_offered();
  const auto found = find_subscription(tx, actor, id, now);
  if (!found) return found.error();
  tx.exec(kEndSecrets, sql::Params::of(id, now + overlap));
  const auto signing = !found->keys.empty() && found->keys.front().signing == "ed25519"
                           ? net::WebhookSigning::ed25519
                           : net::WebhookSigning::hmac;
  const auto secret = add_secret(tx, actor, id, signing, terms, now);
  record(tx, actor, "rotate", id, "the old secret ends at " + to_rfc3339(now + overlap));
  return MadeSecret{read(tx, {}, id, now).front(), secret};
}

Status unsubscribe(sql::Tx& tx, const Actor& actor, std::string_view id, Time now) {
  const auto found = find_subscription(tx, actor, id, now);
  if (!found) return found.error();
  tx.exec(kRemove, sql::Params::of(id, now));
  tx.exec(kGiveUpWaiting, sql::Params::of(id, now));
  tx.exec(kEndSecrets, sql::Params::of(id, now));
  close_attention(tx, "webhook_disabled", {place_of(id)}, actor, "the subscription was removed");
  record(tx, actor, "unsubscribe", id, found->url);
  return {};
}

Result<Subscription> resume_subscription(sql::Tx& tx, const Actor& actor, std::string_view id, Time now) {
  if (const auto found = find_subscription(tx, actor, id, now); !found) return found.error();
  if (const auto enabled = enable_endpoint(tx, id, actor); !enabled) return enabled.error();
  return find_subscription(tx, actor, id, now);
}

Result<Uuid> send_test_event(sql::Tx& tx, const Actor& actor, std::string_view id, Time now) {
  const auto found = find_subscription(tx, actor, id, now);
  if (!found) return found.error();
  if (found->disabled_at) return disabled(*found);
  const auto event = new_uuid_v7(now);
  enqueue(tx, {OutboxMessage{place_of(id), "event.test", "", place_of(id),
                             test_event(*found, actor, event, now), actor.request_id}});
  return event;
}

Result<ReplayedEvents> replay_events(sql::Tx& tx, const Actor& actor, std::string_view id, Time from, Time to,
                                     bool dry_run, Time now) {
  const auto found = find_subscription(tx, actor, id, now);
  if (!found) return found.error();
  if (found->disabled_at) return disabled(*found);
  ReplayedEvents events;
  const auto range = sql::Params::of(id, from, to, kReplaysMax + 1);
  events.delivered = static_cast<std::size_t>(tx.exec(kDelivered, range).front().i64(0));
  const auto dead = tx.exec(kDead, range);
  events.dead = dead.size();
  if (events.delivered + events.dead > kReplaysMax)
    return Failure(Errc::conflict,
                   "more than " + std::to_string(kReplaysMax) + " events went out in that time",
                   "Ask for a shorter time, and go on from its end.", "/to");
  if (dry_run) return events;
  for (const auto row : dead)
    if (const auto done = replay(tx, row.i64(0), actor.id, actor.role); !done) return done.error();
  if (events.delivered > 0) tx.exec(kSendAgain, sql::Params::of(id, from, to));
  record(tx, actor, "replay", id, to_rfc3339(from) + " to " + to_rfc3339(to));
  return events;
}

std::vector<SubscribedEndpoint> subscribed_endpoints(sql::Tx& tx, Time now) {
  std::vector<SubscribedEndpoint> found;
  for (const auto row : tx.exec(kSealed, sql::Params::of(now))) {
    if (found.empty() || found.back().id != row.text(0)) found.push_back({row.str(0), row.str(1), {}});
    found.back().keys.push_back({row.bytes(2), row.opt_time(3)});
  }
  return found;
}

Result<net::WebhookSecret> open_secret(const std::vector<SealingKey>& keys, std::string_view endpoint,
                                       std::string_view sealed) {
  for (const auto& key : keys)
    if (const auto text = key.open(sealed, place_of(endpoint))) return net::WebhookSecret::parse(*text);
  return Failure(Errc::unavailable,
                 "the secret of subscription " + std::string(endpoint) + " cannot be opened",
                 "Set subscriptions.previous_seal_key_file to the key that sealed it.");
}

}  // namespace bccid
