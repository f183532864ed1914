#pragma once

#include "net/address_filter.hpp"
#include "net/origin.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace bccid::net {

// Where a stranger may have us post to. What a name resolves to is looked at again at each connection.
struct WebhookAddressRule {
  AddressFilter filter;
  std::vector<std::uint16_t> ports{443, 8443};
  bool plain_ok = false;  // http:// is refused, unless a demo or a test says so
};

// Errors: invalid_field (no absolute https address, another port, an address that is not public), at /url.
Result<Url> parse_webhook_url(std::string_view text, const WebhookAddressRule& rule);

}  // namespace bccid::net
