#pragma once

#include "app/config.hpp"
#include "flow/webhook_subscriptions.hpp"

namespace bccid::app {

// What the configuration says about subscriptions. Errors: invalid_field, whose pointer is the key.
Result<SubscriptionTerms> subscription_terms(const Config& config);

}  // namespace bccid::app
