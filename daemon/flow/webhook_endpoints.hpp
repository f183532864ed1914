#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "flow/actor.hpp"
#include "store/pq.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// The ids of endpoints that get no events.
std::vector<std::string> disabled_endpoints(sql::Tx& tx);

// Stops new events for an endpoint and tells a person. Again changes nothing.
void disable_endpoint(sql::Tx& tx, std::string_view id, std::string_view reason, Time now);

// Sends events to an endpoint again and closes its attention item; audited. False when it was enabled
// already. The sender notices within seconds. Errors: not_found; conflict (the configuration no longer has
// it).
Result<bool> enable_endpoint(sql::Tx& tx, std::string_view id, const Actor& actor);

// By id. Columns: id, url, agency or "", since when it is disabled or NULL, why.
sql::Rows list_endpoints(sql::Tx& tx);

}  // namespace bccid
