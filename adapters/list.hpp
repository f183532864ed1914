#pragma once

#include "adapters/blocks.hpp"
#include "base/clock.hpp"
#include "net/https_client.hpp"
#include "ports/bank_file_port.hpp"
#include "ports/carrier_port.hpp"
#include "ports/citizen_port.hpp"
#include "ports/onestop_port.hpp"
#include "ports/platform_file_port.hpp"
#include "ports/portal_port.hpp"
#include "ports/receipt_port.hpp"
#include "ports/remittance_file_port.hpp"

#include <memory>
#include <span>
#include <string_view>

// Every counterpart that this build can speak to. A new one is a folder beside this file and one line in
// list.cpp; nothing registers itself.
namespace bccid {

struct CarrierKind {
  std::string_view kind;
  Result<std::unique_ptr<CarrierPort>> (*open)(const CarrierBlock&, net::HttpsClient&, const Clock&);
};

struct OnestopKind {
  std::string_view kind;
  Result<std::unique_ptr<OnestopPort>> (*open)(const OnestopBlock&, net::HttpsClient&, const Clock&);
};

struct PortalKind {
  std::string_view kind;
  Result<std::unique_ptr<PortalPort>> (*open)(const PortalBlock&, net::HttpsClient&, const Clock&);
};

struct CitizenDbKind {
  std::string_view kind;
  Result<std::unique_ptr<CitizenPort>> (*open)(const CitizenDbBlock&, net::HttpsClient&, const Clock&);
};

struct BankKind {
  std::string_view kind;
  Result<std::unique_ptr<BankFilePort>> (*open)(const BankBlock&);
};

struct PlatformKind {
  std::string_view kind;
  Result<std::unique_ptr<PlatformFilePort>> (*open)(const PlatformBlock&);
};

struct ReceiptProviderKind {
  std::string_view kind;
  Result<std::unique_ptr<ReceiptPort>> (*open)(const ReceiptProviderBlock&, net::HttpsClient&, const Clock&);
};

std::span<const CarrierKind> carrier_kinds();
std::span<const OnestopKind> onestop_kinds();
std::span<const PortalKind> portal_kinds();
std::span<const CitizenDbKind> citizen_db_kinds();
std::span<const BankKind> bank_kinds();
std::span<const PlatformKind> platform_kinds();
std::span<const ReceiptProviderKind> receipt_provider_kinds();

// Opens the adapter that the block's kind names. `client` and `clock` must outlive it.
// Errors: config (unknown kind, or what the adapter finds missing in the block).
Result<std::unique_ptr<CarrierPort>> open_carrier(const CarrierBlock& block, net::HttpsClient& client,
                                                  const Clock& clock);
Result<std::unique_ptr<OnestopPort>> open_onestop(const OnestopBlock& block, net::HttpsClient& client,
                                                  const Clock& clock);
Result<std::unique_ptr<PortalPort>> open_portal(const PortalBlock& block, net::HttpsClient& client,
                                                const Clock& clock);
Result<std::unique_ptr<CitizenPort>> open_citizen_db(const CitizenDbBlock& block, net::HttpsClient& client,
                                                     const Clock& clock);
Result<std::unique_ptr<BankFilePort>> open_bank(const BankBlock& block);
Result<std::unique_ptr<PlatformFilePort>> open_platform(const PlatformBlock& block);
Result<std::unique_ptr<ReceiptPort>> open_receipt_provider(const ReceiptProviderBlock& block,
                                                           net::HttpsClient& client, const Clock& clock);
// The reader of a post's lists of forwarded money, which are tables whatever the post's own interface is.
Result<std::unique_ptr<RemittanceFilePort>> open_remittance_file(const CarrierBlock& block);

}  // namespace bccid
