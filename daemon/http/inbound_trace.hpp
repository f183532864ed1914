#pragma once

#include "flow/exchange_book.hpp"
#include "http/api.hpp"

#include <chrono>
#include <optional>

namespace bccid::http {

// The trace of an answered request, when it came from a counterpart: an agency's system. People of the post
// leave none, they are no counterparts. The texts point into `request` and `response`.
std::optional<InboundCall> inbound_call(const Router<Api>& router, const Request& request,
                                        const Response& response, std::chrono::microseconds took);

}  // namespace bccid::http
