#pragma once

#include "http/session_hub.hpp"
#include "net/tls.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>

#include <memory>

namespace bccid::http {

using ServerSocket = boost::asio::generic::stream_protocol::socket;

// Serves one accepted connection until it ends: read a head, guard it, admit, read the body, handle,
// answer, again. Pipelined requests are served one after the other. `tls` null: plain.
boost::asio::awaitable<void> run_session(std::unique_ptr<ConnectionTicket> ticket, ServerSocket socket,
                                         net::TlsContext tls);

}  // namespace bccid::http
