#include "adapters/list.hpp"

#include "adapters/bank_camt/bank_camt.hpp"
#include "adapters/bank_csv/bank_csv.hpp"
#include "adapters/bank_mt940/bank_mt940.hpp"
#include "adapters/bank_table/bank_table.hpp"
#include "adapters/bank_table/remittance_table.hpp"
#include "adapters/citizen_db/citizen_db.hpp"
#include "adapters/dvcqg/dvcqg.hpp"
#include "adapters/emc/emc.hpp"
#include "adapters/ereceipt_vnpt/ereceipt_vnpt.hpp"
#include "adapters/onestop_rest/onestop_rest.hpp"
#include "adapters/payment_platform/payment_platform.hpp"
#include "adapters/vnpost_lgsp/vnpost_lgsp.hpp"
#include "adapters/vnpost_my/vnpost_my.hpp"
#include "adapters/vnpost_ngsp/vnpost_ngsp.hpp"

#include <array>
#include <string>

namespace bccid {
namespace {

constexpr std::array kCarriers{
    CarrierKind{"vnpost_lgsp", &lgsp::open_vnpost_lgsp},
    CarrierKind{"vnpost_my", &my::open_vnpost_my},
    CarrierKind{"vnpost_ngsp", &ngsp::open_vnpost_ngsp},
};

constexpr std::array kOnestops{
    OnestopKind{"onestop_rest", &onestop::open_onestop_rest},
};

constexpr std::array kPortals{
    PortalKind{"dvcqg", &dvcqg::open_dvcqg},
    PortalKind{"emc", &emc::open_emc},
};

constexpr std::array kCitizenDbs{
    CitizenDbKind{"citizen_db", &citizen::open_citizen_db},
};

constexpr std::array kBanks{
    BankKind{"bank_camt", &bank::open_bank_camt},
    BankKind{"bank_csv", &bank::open_bank_csv},
    BankKind{"bank_mt940", &bank::open_bank_mt940},
    BankKind{"bank_table", &bank::open_bank_table},
};

constexpr std::array kPlatforms{
    PlatformKind{"payment_platform", &platform::open_payment_platform},
};

constexpr std::array kReceiptProviders{
    ReceiptProviderKind{"ereceipt_vnpt", &vnpt::open_ereceipt_vnpt},
};

template <class Kinds>
const typename Kinds::value_type* find(const Kinds& kinds, std::string_view kind) {
  for (const auto& entry : kinds)
    if (entry.kind == kind) return &entry;
  return nullptr;
}

template <class Kinds>
Failure unknown_kind(const Kinds& kinds, std::string_view what, const std::string& kind) {
  std::string known;
  for (const auto& entry : kinds) known += (known.empty() ? "" : ", ") + std::string(entry.kind);
  return {Errc::config, std::string(what) + " kind \"" + kind + "\" does not exist",
          "Use one of: " + known + "."};
}

}  // namespace

std::span<const CarrierKind> carrier_kinds() { return kCarriers; }
std::span<const OnestopKind> onestop_kinds() { return kOnestops; }
std::span<const PortalKind> portal_kinds() { return kPortals; }
std::span<const CitizenDbKind> citizen_db_kinds() { return kCitizenDbs; }
std::span<const BankKind> bank_kinds() { return kBanks; }
std::span<const PlatformKind> platform_kinds() { return kPlatforms; }
std::span<const ReceiptProviderKind> receipt_provider_kinds() { return kReceiptProviders; }

Result<std::unique_ptr<CarrierPort>> open_carrier(const CarrierBlock& block, net::HttpsClient& client,
                                                  const Clock& clock) {
  const auto* kind = find(kCarriers, block.kind);
  if (kind == nullptr) return unknown_kind(kCarriers, "carrier", block.kind);
  return kind->open(block, client, clock);
}

Result<std::unique_ptr<OnestopPort>> open_onestop(const OnestopBlock& block, net::HttpsClient& client,
                                                  const Clock& clock) {
  const auto* kind = find(kOnestops, block.kind);
  if (kind == nullptr) return unknown_kind(kOnestops, "one-stop", block.kind);
  return kind->open(block, client, clock);
}

Result<std::unique_ptr<PortalPort>> open_portal(const PortalBlock& block, net::HttpsClient& client,
                                                const Clock& clock) {
  const auto* kind = find(kPortals, block.kind);
  if (kind == nullptr) return unknown_kind(kPortals, "portal", block.kind);
  return kind->open(block, client, clock);
}

Result<std::unique_ptr<CitizenPort>> open_citizen_db(const CitizenDbBlock& block, net::HttpsClient& client,
                                                     const Clock& clock) {
  const auto* kind = find(kCitizenDbs, block.kind);
  if (kind == nullptr) return unknown_kind(kCitizenDbs, "citizen database", block.kind);
  return kind->open(block, client, clock);
}

Result<std::unique_ptr<BankFilePort>> open_bank(const BankBlock& block) {
  const auto* kind = find(kBanks, block.kind);
  if (kind == nullptr) return unknown_kind(kBanks, "bank", block.kind);
  return kind->open(block);
}

Result<std::unique_ptr<PlatformFilePort>> open_platform(const PlatformBlock& block) {
  const auto* kind = find(kPlatforms, block.kind);
  if (kind == nullptr) return unknown_kind(kPlatforms, "payment platform", block.kind);
  return kind->open(block);
}

Result<std::unique_ptr<ReceiptPort>> open_receipt_provider(const ReceiptProviderBlock& block,
                                                           net::HttpsClient& client, const Clock& clock) {
  const auto* kind = find(kReceiptProviders, block.kind);
  if (kind == nullptr) return unknown_kind(kReceiptProviders, "receipt provider", block.kind);
  return kind->open(block, client, clock);
}

Result<std::unique_ptr<RemittanceFilePort>> open_remittance_file(const CarrierBlock& block) {
  return table::open_remittance_table(block);
}

}  // namespace bccid
