#pragma once

#include "http/message.hpp"
#include "net/address_filter.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bccid::http {

// The reverse proxies whose word about a caller's address is believed. A caller can write X-Forwarded-For
// himself, so only what a trusted proxy added counts: the list is read from its end, and the first address
// that is no trusted proxy is the caller.
class TrustedProxies {
 public:
  TrustedProxies() = default;
  // Address blocks, and "unix" for a proxy at our local socket. Errors: invalid_field, naming the entry.
  static Result<TrustedProxies> parse(const std::vector<std::string>& entries);

  bool trusts(std::string_view peer) const;
  // The caller's address. It is `peer`, the socket's other end, when that is no trusted proxy, or when the
  // header is missing or holds something else than addresses where the caller's would be.
  std::string caller(const std::string& peer, const Headers& headers) const;
  // Whether a trusted proxy says that the caller came to it over TLS (X-Forwarded-Proto: https).
  bool came_by_tls(std::string_view peer, const Headers& headers) const;

 private:
  std::vector<net::Cidr> blocks_;
  bool unix_ = false;
};

}  // namespace bccid::http
