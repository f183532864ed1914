#include "net/webhook_address.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string>

namespace bccid::net {
namespace {

Failure refused(std::string detail, std::string hint) {
  return Failure(Errc::invalid_field, std::move(detail), std::move(hint), "/url");
}

std::string ports_text(const std::vector<std::uint16_t>& ports) {
  std::string text;
  for (const auto port : ports) text += (text.empty() ? "" : ", ") + std::to_string(port);
  return text;
}

}  // namespace

Result<Url> parse_webhook_url(std::string_view text, const WebhookAddressRule& rule) {
  auto url = parse_url(text);
  if (!url) return refused(url.error().detail, url.error().hint);
  const auto& origin = url->origin;
  if (!origin.tls && !rule.plain_ok)
    return refused('"' + shown(text) + "\" is not https",
                   "Events hold personal data: give an https address.");
  boost::system::error_code no_literal;
  const auto address = boost::asio::ip::make_address(origin.host, no_literal);
  const bool named_by_the_operator = !no_literal && rule.filter.allows(address);
  if (!no_literal && !named_by_the_operator)
    return refused(origin.host + " is not a public address", "Give the receiver's public name.");
  const bool usual = std::ranges::find(rule.ports, origin.port) != rule.ports.end();
  if (!usual && !(rule.plain_ok && named_by_the_operator))
    return refused("port " + std::to_string(origin.port) + " is not one that events are sent to",
                   "Use " + ports_text(rule.ports) + '.');
  return url;
}

}  // namespace bccid::net
