#pragma once

#include "flow/import_statement.hpp"
#include "http/message.hpp"

#include <boost/json/array.hpp>

namespace bccid::http {

// Why a file is, or would be, refused.
boost::json::array to_json(const StatementProblems& problems);

// A file that is refused: the first problem as its summary, all of them behind it.
Response file_refusal(const Failure& failure, const StatementProblems& problems, const Request& request);

}  // namespace bccid::http
