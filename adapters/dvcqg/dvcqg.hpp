#pragma once

#include "adapters/blocks.hpp"
#include "base/clock.hpp"
#include "net/https_client.hpp"
#include "ports/portal_port.hpp"

#include <memory>

namespace bccid::dvcqg {

// The national public service portal's dossier exchange: see README.md. With sign_in "session" it speaks with
// the portal's adapter, otherwise it posts bare arrays to three addresses. `client` and `clock` must outlive
// the port. Errors: config, naming the key of the block.
Result<std::unique_ptr<PortalPort>> open_dvcqg(const PortalBlock& block, net::HttpsClient& client,
                                               const Clock& clock);

}  // namespace bccid::dvcqg
