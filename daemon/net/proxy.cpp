#include "net/proxy.hpp"

#include "base/digest.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace bccid::net {
namespace {

// host:port with the port always said, as CONNECT wants it.
std::string authority(const Origin& to) {
  const bool v6 = to.host.find(':') != std::string::npos;
  return (v6 ? '[' + to.host + ']' : to.host) + ':' + std::to_string(to.port);
}

// The status of "HTTP/1.1 200 Connection established"; nothing when the line is no status line.
std::optional<int> status_of(std::string_view head) {
  constexpr std::string_view kVersion = "HTTP/1.";
  if (head.substr(0, kVersion.size()) != kVersion || head.size() < kVersion.size() + 5) return std::nullopt;
  const auto digits = head.substr(kVersion.size() + 2, 3);
  const bool plain = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (head[kVersion.size() + 1] != ' ' || !plain) return std::nullopt;
  return (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
}

const char* hint_of(int status) {
  switch (status) {
    case 401:
    case 407: return "The proxy wants a name and a password: set proxy_credentials_file.";
    case 403: return "Ask the proxy's administrator to allow this host and port.";
    case 502:
    case 503:
    case 504: return "The proxy itself did not reach the counterpart: check its name and whether it is up.";
    default: return "Check that this address is an HTTP proxy that allows CONNECT.";
  }
}

}  // namespace

Result<Proxy> parse_proxy(std::string_view url, std::string_view credentials) {
  auto parsed = parse_url(url);
  if (!parsed) return parsed.error();
  if (parsed->origin.tls || parsed->target != "/")
    return Failure(Errc::invalid_field, "\"" + std::string(url) + "\" is not the address of an HTTP proxy",
                   "Write http://host:port, without TLS and without a path.");
  Proxy proxy{std::move(parsed->origin), {}};
  if (credentials.empty()) return proxy;
  const bool printable = std::ranges::all_of(credentials, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20U && byte != 0x7FU;
  });
  if (credentials.find(':') == std::string_view::npos || !printable)
    return Failure(Errc::invalid_field, "the proxy's credentials are not user:password",
                   "Write both into one line of the file, with a colon in between.");
  const std::vector<std::uint8_t> bytes(credentials.begin(), credentials.end());
  proxy.authorization = "Basic " + base64(std::span<const std::uint8_t>(bytes));
  return proxy;
}

std::string tunnel_request(const Proxy& proxy, const Origin& to) {
  std::string head = "CONNECT " + authority(to) + " HTTP/1.1\r\nHost: " + authority(to) + "\r\n";
  if (!proxy.authorization.empty()) head += "Proxy-Authorization: " + proxy.authorization + "\r\n";
  return head + "\r\n";
}

Status judge_tunnel_reply(std::string_view head, const Proxy& proxy, const Origin& to) {
  const auto status = status_of(head);
  const std::string asked = "proxy " + authority(proxy.origin) + ", asked for " + authority(to) + ", ";
  if (!status)
    return Failure(Errc::unavailable, asked + "did not answer as a proxy",
                   "Check that this address is an HTTP proxy that allows CONNECT.");
  if (*status >= 200 && *status < 300) return {};
  return Failure(Errc::unavailable, asked + "answered " + std::to_string(*status), hint_of(*status));
}

}  // namespace bccid::net
