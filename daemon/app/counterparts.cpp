#include "app/counterparts.hpp"

#include "adapters/list.hpp"

#include <stdexcept>

namespace bccid::app {
namespace {

template <class T>
T opened(Result<T> result, const std::string& block) {
  if (!result) throw std::runtime_error(block + ": " + result.error().text());
  return std::move(*result);
}

}  // namespace

Counterparts open_counterparts(const Config& config, net::HttpsClient& client, const Clock& clock) {
  Counterparts all;
  for (const auto& carrier : config.carriers) {
    CarrierAccount account;
    account.port = opened(open_carrier(carrier.block, client, clock), "[[carrier]] " + carrier.block.name);
    account.unknown_settle = carrier.unknown_settle;
    account.name = carrier.block.name;
    account.waybills_low = carrier.waybills_low;
    account.remittance_files =
        opened(open_remittance_file(carrier.block), "[[carrier]] " + carrier.block.name);
    all.carriers.push_back(std::move(account));
  }
  for (const auto& onestop : config.onestops)
    all.onestops[onestop.block.agency] =
        opened(open_onestop(onestop.block, client, clock), "[[onestop]] " + onestop.block.agency);
  for (const auto& bank : config.banks)
    all.banks[bank.account] = opened(open_bank(bank.block), "[[bank]] " + bank.account);
  for (const auto& platform : config.platforms)
    all.platforms[platform.block.name] =
        opened(open_platform(platform.block), "[[payment_platform]] " + platform.block.name);
  for (const auto& wanted : config.receipt_providers) {
    ReceiptProvider provider;
    provider.port = opened(open_receipt_provider(wanted.block, client, clock),
                           "[[receipt_provider]] " + wanted.block.issuer);
    provider.unknown_settle = wanted.unknown_settle;
    all.receipt_providers.push_back(std::move(provider));
  }
  return all;
}

}  // namespace bccid::app
