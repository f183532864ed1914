#pragma once

#include "base/result.hpp"
#include "net/origin.hpp"

#include <string>
#include <string_view>

namespace bccid::net {

// An HTTP proxy that opens tunnels to counterparts (RFC 9110 section 9.3.6). It sees names and ports; what is
// said goes through it under the counterpart's own TLS.
struct Proxy {
  Origin origin;
  std::string authorization;  // value of Proxy-Authorization; empty: none. Never logged.
};

// `url`: "http://proxy.example.vn:3128", nothing behind the port. `credentials`: "user:password", or empty.
// Errors: invalid_field.
Result<Proxy> parse_proxy(std::string_view url, std::string_view credentials);

// What asks the proxy for a tunnel to `to`.
std::string tunnel_request(const Proxy& proxy, const Origin& to);

// Judges the head of the proxy's answer, up to and with its empty line. Errors: unavailable, saying what the
// proxy refused: nothing of the request has gone out.
Status judge_tunnel_reply(std::string_view head, const Proxy& proxy, const Origin& to);

}  // namespace bccid::net
