#pragma once

#include "flow/hand_on_money.hpp"

#include <boost/json/object.hpp>

namespace bccid::http {

boost::json::object to_json(const RemittanceView& view);

}  // namespace bccid::http
