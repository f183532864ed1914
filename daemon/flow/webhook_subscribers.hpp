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

// Makes the table of subscribers equal to the configuration: new ones are added, changed ones updated, ones
// that are no longer configured disabled. An endpoint that was disabled because it answered 410, or
// failed for days, comes back when its URL changes.
void put_webhook_subscribers(sql::Tx& tx, const std::vector<WebhookSubscriber>& endpoints);

}  // namespace bccid
