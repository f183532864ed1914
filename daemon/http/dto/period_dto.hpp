#pragma once

#include "flow/periods.hpp"

#include <boost/json/object.hpp>

namespace bccid::http {

boost::json::object to_json(const PeriodView& period);
// With the equation and everything that was done.
boost::json::object to_json(const PeriodCase& period);

}  // namespace bccid::http
