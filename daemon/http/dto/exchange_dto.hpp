#pragma once

#include "flow/counterparts.hpp"
#include "flow/read_exchanges.hpp"

#include <boost/json/object.hpp>

namespace bccid::http {

// Without `sent` and `got` when the bodies were not read.
boost::json::object to_json(const ExchangeView& exchange, bool with_bodies);
boost::json::object to_json(const CounterpartView& counterpart);

}  // namespace bccid::http
