#pragma once

#include "base/result.hpp"
#include "net/connection.hpp"
#include "net/https_client.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>

namespace bccid::net {

// The request line and header block. Errors: invalid_field, when a name, value or target could change
// what the peer reads (CR, LF, NUL, other controls, non-ASCII).
Result<std::string> request_head(const HttpRequest& request, std::string_view user_agent);

// Sends one request and reads its reply; sets whether the connection may serve another.
// Errors: outcome_unknown only, as writing begins here.
boost::asio::awaitable<Result<HttpReply>> exchange(Connection& connection, const HttpRequest& request,
                                                   const std::string& head);

}  // namespace bccid::net
