#pragma once

#include "app/config.hpp"
#include "domain/order/look_pace.hpp"
#include "jobs/outbox_sender.hpp"
#include "net/https_client.hpp"
#include "ports/bank_file_port.hpp"
#include "ports/carrier_port.hpp"
#include "ports/citizen_port.hpp"
#include "ports/onestop_port.hpp"
#include "ports/platform_file_port.hpp"
#include "ports/portal_port.hpp"
#include "ports/receipt_port.hpp"
#include "ports/remittance_file_port.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace bccid::app {

// One account with a post, and how its answers are to be waited for.
struct CarrierAccount {
  std::unique_ptr<CarrierPort> port;
  Duration unknown_settle{};
  std::string name;
  std::unique_ptr<RemittanceFilePort> remittance_files;
  std::size_t waybills_low = 0;
  LookPace pace;  // only where the post is asked order by order
  std::size_t looks_in_flight = 0;
  std::chrono::milliseconds timeout{};  // of one call
};

// A system of the state, and whose dossiers it hears of.
struct Portal {
  std::unique_ptr<PortalPort> port;
  std::vector<std::string> agencies;  // empty: all
};

// The provider of one issuer's electronic receipts, and how its answers are to be waited for.
struct ReceiptProvider {
  std::unique_ptr<ReceiptPort> port;
  Duration unknown_settle{};
};

// The adapters that the configuration asks for.
struct Counterparts {
  // Of those whose way is their own: a private authority, a certificate of ours, a proxy, old TLS.
  std::vector<std::unique_ptr<net::HttpsClient>> clients;
  std::vector<CarrierAccount> carriers;
  std::map<std::string, std::unique_ptr<OnestopPort>> onestops;  // by agency
  std::vector<Portal> portals;
  std::unique_ptr<CitizenPort> citizens;                               // null: none is configured
  std::map<std::string, std::unique_ptr<BankFilePort>> banks;          // by account number
  std::map<std::string, std::unique_ptr<PlatformFilePort>> platforms;  // by name
  std::vector<ReceiptProvider> receipt_providers;
};

// What the client of all counterparts is made with. Throws std::runtime_error, naming the key.
net::HttpsClientSettings client_settings(const Config& config);

// `client` serves every counterpart whose way is the usual one. Throws std::runtime_error, naming the block,
// when an adapter or the way to a counterpart refuses its configuration.
Counterparts open_counterparts(const Config& config, boost::asio::any_io_executor executor,
                               net::HttpsClient& client, const Clock& clock);

// What must never stand in a trace, whoever puts it there.
std::vector<std::string> counterpart_secrets(const Config& config);

// How fast each target may be asked, whatever its family: each family looks only for its own.
std::map<std::string, TargetPace> target_paces(const Config& config);

}  // namespace bccid::app
