#pragma once

#include "base/table.hpp"

#include <boost/json/object.hpp>

namespace bccid::http {

// {"title", "columns": [{"id", "title", "kind"}], "items": [{<id>: value}]}. Money is an integer under
// "<id>_vnd", as everywhere in the API; a cell with nothing is null.
boost::json::object to_json(const Table& table);

}  // namespace bccid::http
