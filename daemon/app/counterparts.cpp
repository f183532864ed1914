#include "app/counterparts.hpp"

#include "adapters/list.hpp"
#include "base/log.hpp"
#include "net/proxy.hpp"
#include "net/tls.hpp"

#include <stdexcept>
#include <utility>

namespace bccid::app {
namespace {

template <class T>
T opened(Result<T> result, const std::string& block) {
  if (!result) throw std::runtime_error(block + ": " + result.error().text());
  return std::move(*result);
}

// One client for each way that is not the usual one.
class Ways {
 public:
  Ways(const Config& config, boost::asio::any_io_executor executor, net::HttpsClient& usual,
       std::vector<std::unique_ptr<net::HttpsClient>>& own)
      : config_(config), executor_(std::move(executor)), usual_(usual), own_(own) {}

  net::HttpsClient& to(const TransportBlock& transport, const std::string& block) {
    if (transport.usual()) return usual_;
    auto settings = client_settings(config_);
    net::ClientTls tls(transport.ca_file);
    tls.certificate_file = transport.client_certificate_file;
    tls.key_file = transport.client_key_file;
    tls.legacy = transport.legacy_tls;
    settings.tls = opened(net::client_tls(tls), block);
    if (!transport.proxy.empty())
      settings.proxy = opened(net::parse_proxy(transport.proxy, transport.proxy_credentials), block);
    if (transport.legacy_tls)
      log::warn("legacy_tls", {{"counterpart", block},
                               {"hint",
                                "Its TLS is known to be breakable. Ask it for TLS 1.2, and take "
                                "legacy_tls away as soon as it has it."}});
    own_.push_back(std::make_unique<net::HttpsClient>(executor_, std::move(settings)));
    return *own_.back();
  }

 private:
  const Config& config_;
  boost::asio::any_io_executor executor_;
  net::HttpsClient& usual_;
  std::vector<std::unique_ptr<net::HttpsClient>>& own_;
};
TargetPace pace_of(std::size_t in_flight, std::size_t per_second) {
  return {in_flight, static_cast<unsigned>(per_second)};
}

}  // namespace

net::HttpsClientSettings client_settings(const Config& config) {
  net::HttpsClientSettings settings;
  auto filter = net::AddressFilter::parse(config.net.allow_cidrs);
  if (!filter) throw std::runtime_error("net.allow_cidrs: " + filter.error().text());
  settings.filter = std::move(*filter);
  settings.plain_ok = config.net.plain_http;
  settings.user_agent = "bccid";
  return settings;
}

Counterparts open_counterparts(const Config& config, boost::asio::any_io_executor executor,
                               net::HttpsClient& client, const Clock& clock) {
  Counterparts all;
  Ways ways(config, std::move(executor), client, all.clients);
  for (const auto& carrier : config.carriers) {
    const std::string named = "[[carrier]] " + carrier.block.name;
    CarrierAccount account;
    account.port =
        opened(open_carrier(carrier.block, ways.to(carrier.block.endpoint.transport, named), clock), named);
    account.unknown_settle = carrier.unknown_settle;
    account.name = carrier.block.name;
    account.waybills_low = carrier.waybills_low;
    account.pace = {carrier.look_ready, carrier.look_waiting, carrier.look_ended, carrier.look_keep};
    account.looks_in_flight = carrier.looks_in_flight;
    account.timeout = carrier.block.endpoint.timeout;
    account.remittance_files = opened(open_remittance_file(carrier.block), named);
    all.carriers.push_back(std::move(account));
  }
  for (const auto& onestop : config.onestops) {
    const std::string named = "[[onestop]] " + onestop.block.agency;
    all.onestops[onestop.block.agency] =
        opened(open_onestop(onestop.block, ways.to(onestop.block.endpoint.transport, named), clock), named);
  }
  for (const auto& wanted : config.portals) {
    const std::string named = "[[portal]] " + wanted.block.name;
    Portal portal;
    portal.port =
        opened(open_portal(wanted.block, ways.to(wanted.block.endpoint.transport, named), clock), named);
    portal.agencies = wanted.agencies;
    all.portals.push_back(std::move(portal));
  }
  for (const auto& database : config.citizen_dbs) {
    const std::string named = "[[citizen_db]] " + database.block.name;
    all.citizens = opened(
        open_citizen_db(database.block, ways.to(database.block.endpoint.transport, named), clock), named);
  }
  for (const auto& bank : config.banks)
    all.banks[bank.account] = opened(open_bank(bank.block), "[[bank]] " + bank.account);
  for (const auto& platform : config.platforms)
    all.platforms[platform.block.name] =
        opened(open_platform(platform.block), "[[payment_platform]] " + platform.block.name);
  for (const auto& wanted : config.receipt_providers) {
    ReceiptProvider provider;
    const std::string named = "[[receipt_provider]] " + wanted.block.issuer;
    provider.port =
        opened(open_receipt_provider(wanted.block, ways.to(wanted.block.transport, named), clock), named);
    provider.unknown_settle = wanted.unknown_settle;
    all.receipt_providers.push_back(std::move(provider));
  }
  return all;
}

std::vector<std::string> counterpart_secrets(const Config& config) {
  std::vector<std::string> secrets;
  const auto add = [&secrets](const auto& counterparts) {
    for (const auto& one : counterparts) {
      secrets.push_back(one.client_secret.value);
      secrets.push_back(one.transport.proxy_credentials.value);
    }
  };
  add(config.carriers);
  add(config.onestops);
  add(config.portals);
  add(config.citizen_dbs);
  for (const auto& webhook : config.webhooks) {
    secrets.push_back(webhook.secret.value);
    secrets.push_back(webhook.previous_secret.value);
  }
  for (const auto& provider : config.receipt_providers) {
    secrets.push_back(provider.account_password.value);
    secrets.push_back(provider.password.value);
    secrets.push_back(provider.transport.proxy_credentials.value);
  }
  return secrets;
}

std::map<std::string, TargetPace> target_paces(const Config& config) {
  std::map<std::string, TargetPace> paces;
  for (const auto& one : config.carriers)
    paces["carrier:" + one.block.name] = pace_of(one.in_flight, one.per_second);
  for (const auto& one : config.onestops)
    paces["onestop:" + one.block.agency] = pace_of(one.in_flight, one.per_second);
  for (const auto& one : config.portals)
    paces["portal:" + one.block.name] = pace_of(one.in_flight, one.per_second);
  for (const auto& one : config.receipt_providers)
    paces["receipt:" + one.block.issuer] = pace_of(one.in_flight, one.per_second);
  for (const auto& one : config.webhooks) paces["webhook:" + one.id] = pace_of(one.in_flight, one.per_second);
  return paces;
}

}  // namespace bccid::app
