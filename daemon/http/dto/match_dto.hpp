#pragma once

#include "flow/matches_by_hand.hpp"
#include "flow/statement_lines.hpp"

#include <boost/json/object.hpp>

namespace bccid::http {

boost::json::object to_json(const MatchView& match);
boost::json::object to_json(const StatementLineView& line);
boost::json::object to_json(const LineCase& found);

}  // namespace bccid::http
