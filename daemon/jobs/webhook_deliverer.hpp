#pragma once

#include "flow/webhook_subscriptions.hpp"
#include "jobs/deliverer.hpp"
#include "net/https_client.hpp"
#include "net/webhook_signature.hpp"
#include "store/db.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bccid {

// Where a subscriber's events go. Several secrets: the subscriber is changing over.
struct WebhookEndpoint {
  std::string id;
  net::Url url;
  std::vector<net::WebhookSecret> secrets;
};

// Subscriptions go out by a client of their own: strangers chose their addresses, so it reaches no address
// that the operator allowed for counterparts.
struct SubscriptionDelivery {
  net::HttpsClient* client = nullptr;  // null: no subscription is served
  SubscriptionTerms terms;
};

struct WebhookDelivererConfig {
  std::chrono::milliseconds timeout{15'000};   // of one delivery, all in all
  std::chrono::milliseconds refresh{5'000};    // how old our knowledge of who is failing or subscribed may be
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
                   std::vector<WebhookEndpoint> endpoints, SubscriptionDelivery subscriptions = {});

  boost::asio::awaitable<Delivery> deliver(const LeasedMessage& held, Deadline lease_ends) override;

 private:
  // An endpoint of either kind, with the secrets that are valid at this moment.
  struct Receiver {
    WebhookEndpoint endpoint;
    net::HttpsClient* client = nullptr;
  };
  struct Subscribed {
    net::Url url;
    std::vector<std::pair<net::WebhookSecret, std::optional<Time>>> secrets;
  };

  // False when the database did not answer.
  boost::asio::awaitable<bool> refresh();
  void put_subscribed(const std::vector<SubscribedEndpoint>& found);
  std::optional<Receiver> receiver(std::string_view id) const;
  boost::asio::awaitable<Delivery> post(const Receiver& receiver, const LeasedMessage& held);
  boost::asio::awaitable<Delivery> gone(std::string id);
  boost::asio::awaitable<void> note_failure(std::string id, std::string reason);
  boost::asio::awaitable<void> note_success(std::string id);

  Db& db_;
  const Clock& clock_;
  net::HttpsClient& client_;
  WebhookDelivererConfig config_;
  std::map<std::string, WebhookEndpoint, std::less<>> endpoints_;
  SubscriptionDelivery subscriptions_;
  std::map<std::string, Subscribed, std::less<>> subscribed_;
  std::map<std::string, Time, std::less<>> failing_;  // since when; one that works is not in it
  SteadyClock::time_point refreshed_at_{};
};

}  // namespace bccid
