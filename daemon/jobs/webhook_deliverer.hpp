#pragma once

#include "jobs/deliverer.hpp"
#include "net/https_client.hpp"
#include "net/webhook_signature.hpp"
#include "store/db.hpp"

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace bccid {

// Where a subscriber's events go. Several secrets: the subscriber is changing over.
struct WebhookEndpoint {
  std::string id;
  net::Url url;
  std::vector<net::WebhookSecret> secrets;
};

struct WebhookDelivererConfig {
  std::chrono::milliseconds timeout{15'000};   // of one delivery, all in all
  std::chrono::milliseconds refresh{5'000};    // how old our knowledge of who is failing may be
  std::chrono::milliseconds deadline{10'000};  // of one database job
  std::chrono::milliseconds disable_after = std::chrono::hours(5 * 24);  // of failures and no success
};

// Posts events to subscribers (targets webhook:ID) in the form of Standard Webhooks: signed, with the
// message's id as webhook-id, so that repeats can be told. Only 2xx is success; redirects are not followed.
// 410, or days of failures without a success, disable the endpoint and tell a person; then its messages wait
// in the outbox, and no sender claims them.
class WebhookDeliverer final : public Deliverer {
 public:
  WebhookDeliverer(Db& db, const Clock& clock, net::HttpsClient& client, WebhookDelivererConfig config,
                   std::vector<WebhookEndpoint> endpoints);

  boost::asio::awaitable<Delivery> deliver(const LeasedMessage& held, Deadline lease_ends) override;

 private:
  boost::asio::awaitable<void> refresh_failing();
  boost::asio::awaitable<Delivery> post(const WebhookEndpoint& endpoint, const LeasedMessage& held);
  boost::asio::awaitable<Delivery> gone(std::string id);
  boost::asio::awaitable<void> note_failure(std::string id, std::string reason);
  boost::asio::awaitable<void> note_success(std::string id);

  Db& db_;
  const Clock& clock_;
  net::HttpsClient& client_;
  WebhookDelivererConfig config_;
  std::map<std::string, WebhookEndpoint, std::less<>> endpoints_;
  std::map<std::string, Time, std::less<>> failing_;  // since when; one that works is not in it
  SteadyClock::time_point refreshed_at_{};
};

}  // namespace bccid
