#pragma once

#include "jobs/deliverer.hpp"
#include "net/retry_policy.hpp"
#include "store/outbox_store.hpp"

namespace bccid {

// What a delivery's end means for its row: marked, tried again when the policy says, or dead. `random` is in
// [0, 1).
AttemptResult judge(LeasedMessage row, const Delivery& delivery, const net::RetryPolicy& policy, Time now,
                    double random);

}  // namespace bccid
