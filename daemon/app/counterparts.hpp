#pragma once

#include "app/config.hpp"
#include "net/https_client.hpp"
#include "ports/bank_file_port.hpp"
#include "ports/carrier_port.hpp"
#include "ports/onestop_port.hpp"
#include "ports/platform_file_port.hpp"
#include "ports/receipt_port.hpp"
#include "ports/remittance_file_port.hpp"

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
};

// The provider of one issuer's electronic receipts, and how its answers are to be waited for.
struct ReceiptProvider {
  std::unique_ptr<ReceiptPort> port;
  Duration unknown_settle{};
};

// The adapters that the configuration asks for.
struct Counterparts {
  std::vector<CarrierAccount> carriers;
  std::map<std::string, std::unique_ptr<OnestopPort>> onestops;        // by agency
  std::map<std::string, std::unique_ptr<BankFilePort>> banks;          // by account number
  std::map<std::string, std::unique_ptr<PlatformFilePort>> platforms;  // by name
  std::vector<ReceiptProvider> receipt_providers;
};

// Throws std::runtime_error, naming the block, when an adapter refuses its configuration.
Counterparts open_counterparts(const Config& config, net::HttpsClient& client, const Clock& clock);

}  // namespace bccid::app
