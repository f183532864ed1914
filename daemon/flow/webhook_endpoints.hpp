#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "flow/actor.hpp"
#include "store/pq.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// An endpoint whose last delivery failed.
struct FailingEndpoint {
  std::string id;
  Time since;  // the first failure after the last success
};
std::vector<FailingEndpoint> failing_endpoints(sql::Tx& tx);

// Notes that a delivery failed. An endpoint that has failed for `disable_after` without a success between is
// disabled. Returns since when it fails; nothing for an unknown endpoint.
std::optional<Time> endpoint_failed(sql::Tx& tx, std::string_view id, std::string_view reason,
                                    Duration disable_after, Time now);
// Notes that a delivery succeeded.
void endpoint_works(sql::Tx& tx, std::string_view id);

// Stops sending to an endpoint and tells a person; its messages wait in the outbox, until their month is
// dropped. Again changes nothing.
void disable_endpoint(sql::Tx& tx, std::string_view id, std::string_view reason, Time now);

// Sends events to an endpoint again, those that waited first, and closes its attention item; audited. False
// when it was enabled already. The sender notices within seconds. Errors: not_found; conflict (the
// configuration no longer has it).
Result<bool> enable_endpoint(sql::Tx& tx, std::string_view id, const Actor& actor);

// By id. Columns: id, url, agency or "", since when it is disabled or NULL, why.
sql::Rows list_endpoints(sql::Tx& tx);

}  // namespace bccid
