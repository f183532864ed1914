#include "app/subscription_terms.hpp"

#include "base/text.hpp"

#include <charconv>

namespace bccid::app {

Result<SubscriptionTerms> subscription_terms(const Config& config) {
  const auto& given = config.subscriptions;
  SubscriptionTerms terms;
  terms.per_agency_max = given.per_agency;
  for (const auto* secret : {&given.seal_key, &given.previous_seal_key}) {
    if (secret->file.empty()) continue;
    auto key = SealingKey::parse(secret->value);
    const bool first = secret == &given.seal_key;
    if (!key)
      return Failure(Errc::invalid_field, secret->file + ": " + key.error().detail, key.error().hint,
                     first ? "subscriptions.seal_key_file" : "subscriptions.previous_seal_key_file");
    terms.keys.push_back(std::move(*key));
  }
  if (given.seal_key.file.empty() && !terms.keys.empty())
    return Failure(Errc::invalid_field, "only opens; nothing new can be sealed",
                   "Set subscriptions.seal_key_file, too.", "subscriptions.previous_seal_key_file");
  auto filter = net::AddressFilter::parse(given.allow_cidrs);
  if (!filter)
    return Failure(Errc::invalid_field, filter.error().detail, filter.error().hint,
                   "subscriptions.allow_cidrs");
  terms.addresses.filter = std::move(*filter);
  terms.addresses.plain_ok = config.net.plain_http;
  terms.addresses.ports.clear();
  for (const auto& text : given.ports) {
    std::uint16_t port = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), port);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || port == 0)
      return Failure(Errc::invalid_field, '"' + shown(text) + "\" is no port",
                     "Write numbers from 1 to 65535.", "subscriptions.ports");
    terms.addresses.ports.push_back(port);
  }
  return terms;
}

}  // namespace bccid::app
