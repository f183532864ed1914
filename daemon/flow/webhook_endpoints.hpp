#pragma once

#include "base/clock.hpp"
#include "store/pq.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bccid {

std::vector<std::string> disabled_endpoints(sql::Tx& tx);

// Stops new events for an endpoint and tells a person. Again changes nothing.
void disable_endpoint(sql::Tx& tx, std::string_view id, std::string_view reason, Time now);

}  // namespace bccid
