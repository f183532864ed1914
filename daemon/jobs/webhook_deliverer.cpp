#include "jobs/webhook_deliverer.hpp"

#include "base/log.hpp"
#include "flow/webhook_endpoints.hpp"

#include <utility>

namespace bccid {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kTargetPrefix = "webhook:";
constexpr const char* kContentType = "application/cloudevents+json";

Delivery not_answered(const Failure& failure) { return Delivery::of(Delivery::Kind::failed, failure.detail); }

}  // namespace

WebhookDeliverer::WebhookDeliverer(Db& db, const Clock& clock, net::HttpsClient& client,
                                   WebhookDelivererConfig config, std::vector<WebhookEndpoint> endpoints,
                                   SubscriptionDelivery subscriptions)
    : db_(db), clock_(clock), client_(client), config_(config), subscriptions_(std::move(subscriptions)) {
  for (auto& endpoint : endpoints) {
    std::string id = endpoint.id;
    endpoints_.emplace(std::move(id), std::move(endpoint));
  }
}

asio::awaitable<Delivery> WebhookDeliverer::deliver(const LeasedMessage& held, Deadline) {
  const auto id = std::string_view(held.message.target).substr(kTargetPrefix.size());
  auto to = receiver(id);
  // One that nobody knows yet may have subscribed a moment ago.
  if (!to || SteadyClock::now() - refreshed_at_ > config_.refresh) {
    const bool fresh = co_await refresh();
    to = receiver(id);
    if (!to && fresh && id.starts_with("sub-") && subscriptions_.client != nullptr)
      co_return Delivery::of(Delivery::Kind::unwanted, "the subscription was removed");
  }
  if (!to) co_return Delivery::of(Delivery::Kind::failed, held.message.target + " is not configured");
  auto delivery = co_await post(*to, held);
  if (delivery.kind == Delivery::Kind::delivered) co_await note_success(to->endpoint.id);
  if (delivery.kind == Delivery::Kind::failed) co_await note_failure(to->endpoint.id, delivery.reason);
  co_return delivery;
}

std::optional<WebhookDeliverer::Receiver> WebhookDeliverer::receiver(std::string_view id) const {
  if (const auto known = endpoints_.find(id); known != endpoints_.end())
    return Receiver{known->second, &client_};
  const auto subscribed = subscribed_.find(id);
  if (subscribed == subscribed_.end()) return std::nullopt;
  Receiver found{{subscribed->first, subscribed->second.url, {}}, subscriptions_.client};
  for (const auto& [secret, ends_at] : subscribed->second.secrets)
    if (!ends_at || *ends_at > clock_.now()) found.endpoint.secrets.push_back(secret);
  return found;
}

// One caller asks for all; those beside it go by what was known.
asio::awaitable<bool> WebhookDeliverer::refresh() {
  refreshed_at_ = SteadyClock::now();
  auto job = [now = clock_.now()](sql::Tx& tx) {
    return std::pair(failing_endpoints(tx), subscribed_endpoints(tx, now));
  };
  const auto found =
      co_await db_.run(Lane::background, deadline_in(config_.deadline), "webhooks_refresh", std::move(job));
  if (!found) co_return false;
  failing_.clear();
  for (const auto& endpoint : found->first) failing_.emplace(endpoint.id, endpoint.since);
  if (subscriptions_.client != nullptr) put_subscribed(found->second);
  co_return true;
}

// A subscription that cannot be served any more is kept without a secret, so that its messages fail and say
// why.
void WebhookDeliverer::put_subscribed(const std::vector<SubscribedEndpoint>& found) {
  subscribed_.clear();
  for (const auto& one : found) {
    auto url = net::parse_url(one.url);
    if (!url) continue;  // it was read when it was subscribed
    Subscribed served{std::move(*url), {}};
    for (const auto& key : one.keys) {
      auto secret = open_secret(subscriptions_.terms.keys, one.id, key.sealed);
      if (secret)
        served.secrets.emplace_back(std::move(*secret), key.ends_at);
      else
        log::warn("subscription_secret_not_opened",
                  {{"endpoint", one.id}, {"reason", secret.error().detail}});
    }
    subscribed_.emplace(one.id, std::move(served));
  }
}

// The database is asked at the first failure and when the patience may be over, not at each failure between.
asio::awaitable<void> WebhookDeliverer::note_failure(std::string id, std::string reason) {
  const Time now = clock_.now();
  const auto [known, first] = failing_.emplace(id, now);
  if (!first && now - known->second < config_.disable_after) co_return;
  auto job = [&id, &reason, now, patience = Duration(config_.disable_after)](sql::Tx& tx) {
    return endpoint_failed(tx, id, reason, patience, now);
  };
  const auto noted =
      co_await db_.run(Lane::background, deadline_in(config_.deadline), "webhook_failing", std::move(job));
  if (!noted) {
    failing_.erase(id);
    log::warn("webhook_failure_not_noted", {{"endpoint", id}, {"reason", noted.error().detail}});
    co_return;
  }
  if (*noted) failing_.insert_or_assign(id, **noted);
}

asio::awaitable<void> WebhookDeliverer::note_success(std::string id) {
  if (failing_.erase(id) == 0) co_return;
  auto job = [&id](sql::Tx& tx) { endpoint_works(tx, id); };
  const auto noted =
      co_await db_.run(Lane::background, deadline_in(config_.deadline), "webhook_works", std::move(job));
  if (!noted) log::warn("webhook_success_not_noted", {{"endpoint", id}, {"reason", noted.error().detail}});
}

asio::awaitable<Delivery> WebhookDeliverer::post(const Receiver& receiver, const LeasedMessage& held) {
  const auto& endpoint = receiver.endpoint;
  const std::string id = held.message_id.to_text();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
  auto signature = net::sign_webhook(endpoint.secrets, id, seconds, held.message.payload);
  if (!signature) co_return not_answered(signature.error());
  net::HttpRequest request(net::Verb::post, endpoint.url, held.message.payload, kContentType);
  request.header("webhook-id", id)
      .header("webhook-timestamp", std::to_string(seconds))
      .header("webhook-signature", std::move(*signature))
      .header("X-Request-Id", held.outgoing_request_id());
  request.call = CallName{held.message.target, "event"};
  request.tag = tag_of(held);
  request.deadline = config_.timeout;
  request.idempotent_replay_ok = true;  // the id tells the receiver
  const auto reply = co_await receiver.client->send(request);
  if (!reply) co_return not_answered(reply.error());
  if (reply->status == 410) co_return co_await gone(endpoint.id);
  if (reply->status >= 200 && reply->status < 300)
    co_return Delivery::of(Delivery::Kind::delivered, {}, reply->status);
  auto delivery =
      Delivery::of(Delivery::Kind::failed, "answered " + std::to_string(reply->status), reply->status);
  delivery.retry_after = std::string(reply->header("retry-after"));
  co_return delivery;
}

asio::awaitable<Delivery> WebhookDeliverer::gone(std::string id) {
  const Time now = clock_.now();
  auto job = [&id, now](sql::Tx& tx) { disable_endpoint(tx, id, "the receiver answered 410 gone", now); };
  const auto done =
      co_await db_.run(Lane::background, deadline_in(config_.deadline), "webhook_disable", std::move(job));
  if (!done) log::warn("webhook_not_disabled", {{"endpoint", id}, {"reason", done.error().detail}});
  // The message waits with those that follow, for the day on which a person enables the endpoint.
  co_return Delivery::of(Delivery::Kind::later, "the receiver answered 410 gone; the endpoint is disabled",
                         410);
}

}  // namespace bccid
