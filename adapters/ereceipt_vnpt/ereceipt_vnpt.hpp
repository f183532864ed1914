#pragma once

#include "adapters/blocks.hpp"
#include "base/clock.hpp"
#include "net/https_client.hpp"
#include "ports/receipt_port.hpp"

#include <memory>

namespace bccid::vnpt {

// VNPT's electronic receipts. See README.md. `client` and `clock` must outlive it.
// Errors: config (an issuer, a URL, a name, a password, a pattern or a serial that is missing or unreadable).
Result<std::unique_ptr<ReceiptPort>> open_ereceipt_vnpt(const ReceiptProviderBlock& block,
                                                        net::HttpsClient& client, const Clock& clock);

}  // namespace bccid::vnpt
