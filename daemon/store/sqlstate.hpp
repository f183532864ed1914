#pragma once

#include "store/pq.hpp"

#include <string_view>

namespace bccid::sql {

// The one place where a SQLSTATE becomes a Failure. `message` is the server's whole text; of it only the
// first line is used, and only for codes whose first line holds no values from the row.
SqlError error_from_sqlstate(std::string_view sqlstate, std::string_view message, const char* statement);

// The connection ended, or never was.
SqlError connection_lost(std::string_view message);

}  // namespace bccid::sql
