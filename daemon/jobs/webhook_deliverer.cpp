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
                                   WebhookDelivererConfig config, std::vector<WebhookEndpoint> endpoints)
    : db_(db), clock_(clock), client_(client), config_(config) {
  for (auto& endpoint : endpoints) {
    std::string id = endpoint.id;
    endpoints_.emplace(std::move(id), std::move(endpoint));
  }
}

asio::awaitable<Delivery> WebhookDeliverer::deliver(const LeasedMessage& held, Deadline) {
  const auto id = std::string_view(held.message.target).substr(kTargetPrefix.size());
  const auto endpoint = endpoints_.find(id);
  if (endpoint == endpoints_.end())
    co_return Delivery::of(Delivery::Kind::failed, held.message.target + " is not configured");
  if (SteadyClock::now() - refreshed_at_ > config_.refresh) co_await refresh_failing();
  auto delivery = co_await post(endpoint->second, held);
  if (delivery.kind == Delivery::Kind::delivered) co_await note_success(endpoint->first);
  if (delivery.kind == Delivery::Kind::failed) co_await note_failure(endpoint->first, delivery.reason);
  co_return delivery;
}

// One caller asks for all; those beside it go by what was known.
asio::awaitable<void> WebhookDeliverer::refresh_failing() {
  refreshed_at_ = SteadyClock::now();
  auto job = [](sql::Tx& tx) { return failing_endpoints(tx); };
  const auto found =
      co_await db_.run(Lane::background, deadline_in(config_.deadline), "webhooks_failing", std::move(job));
  if (!found) co_return;
  failing_.clear();
  for (const auto& endpoint : *found) failing_.emplace(endpoint.id, endpoint.since);
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

asio::awaitable<Delivery> WebhookDeliverer::post(const WebhookEndpoint& endpoint, const LeasedMessage& held) {
  const std::string id = held.message_id.to_text();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
  auto signature = net::sign_webhook(endpoint.secrets, id, seconds, held.message.payload);
  if (!signature) co_return not_answered(signature.error());
  net::HttpRequest request(net::Verb::post, endpoint.url, held.message.payload, kContentType);
  request.header("webhook-id", id)
      .header("webhook-timestamp", std::to_string(seconds))
      .header("webhook-signature", std::move(*signature))
      .header("X-Request-Id", held.outgoing_request_id());
  request.deadline = config_.timeout;
  request.idempotent_replay_ok = true;  // the id tells the receiver
  const auto reply = co_await client_.send(request);
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
