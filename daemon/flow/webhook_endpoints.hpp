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

// Stops new events for an endpoint and tells a person. Again changes nothing.
void disable_endpoint(sql::Tx& tx, std::string_view id, std::string_view reason, Time now);

// Sends events to an endpoint again and closes its attention item; audited. False when it was enabled
// already. The sender notices within seconds. Errors: not_found; conflict (the configuration no longer has
// it).
Result<bool> enable_endpoint(sql::Tx& tx, std::string_view id, const Actor& actor);

// By id. Columns: id, url, agency or "", since when it is disabled or NULL, why.
sql::Rows list_endpoints(sql::Tx& tx);

}  // namespace bccid
