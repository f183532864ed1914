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

// An endpoint that gets no events any more, or whose last delivery failed.
struct EndpointTrouble {
  std::string id;
  bool disabled = false;
  std::optional<Time> failing_since;  // the first failure after the last success
};
std::vector<EndpointTrouble> troubled_endpoints(sql::Tx& tx);

// Notes that a delivery failed. An endpoint that has failed for `disable_after` without a success between is
// disabled. Returns how it stands; an unknown endpoint has no trouble.
EndpointTrouble endpoint_failed(sql::Tx& tx, std::string_view id, std::string_view reason,
                                Duration disable_after, Time now);
// Notes that a delivery succeeded.
void endpoint_works(sql::Tx& tx, std::string_view id);

// Lets events go to a disabled endpoint again, closes the question about it and writes an audit row. What
// happened meanwhile is not sent. Errors: not_found (no such endpoint, not disabled, or not configured).
Status enable_endpoint(sql::Tx& tx, const std::string& id, const Actor& actor);

// Stops new events for an endpoint and tells a person. Again changes nothing.
void disable_endpoint(sql::Tx& tx, std::string_view id, std::string_view reason, Time now);

}  // namespace bccid
