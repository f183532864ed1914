#pragma once

#include "store/pq.hpp"

#include <string>
#include <vector>

namespace bccid {

struct WebhookSubscriber {
  std::string id;
  std::string url;
  std::string agency;               // empty: events of every agency
  std::vector<std::string> events;  // empty: all
};

// Why an endpoint is disabled that the configuration no longer names; such one comes back with its block.
inline constexpr const char* kNotConfigured = "not configured";

// Makes the table of configured subscribers equal to the configuration (subscriptions stay as they are): new
// ones are added, changed ones updated, ones that are no longer configured disabled. An endpoint that was
// disabled because it answered 410, or failed for days, comes back when its URL changes, and its attention
// item closes.
void put_webhook_subscribers(sql::Tx& tx, const std::vector<WebhookSubscriber>& endpoints);

}  // namespace bccid
