#pragma once

#include "base/input_failure.hpp"
#include "http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bccid::http {

// The one table from failures to HTTP.
int http_status(Errc code);
std::string_view problem_title(Errc code);

// application/problem+json (RFC 9457) with code, hint, request id and the pointers of the wrong fields.
// The detail of our own errors and of unreachable databases stays in the log: it may name hosts or SQL.
Response problem(const Failure& failure, const Request& request);
Response problem(const InputFailure& failure, const Request& request);
// Before a request exists, or when HTTP itself asks for another status (405, 408, 431).
Response problem(const Failure& failure, std::string_view request_id, int status = 0);

}  // namespace bccid::http
