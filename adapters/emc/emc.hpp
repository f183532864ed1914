#pragma once

#include "adapters/blocks.hpp"
#include "base/clock.hpp"
#include "net/https_client.hpp"
#include "ports/portal_port.hpp"

#include <memory>

namespace bccid::emc {

// The ministry's system that measures how services are offered and used (EMC): see README.md. `client` and
// `clock` must outlive the port. Errors: config, naming the key of the block.
Result<std::unique_ptr<PortalPort>> open_emc(const PortalBlock& block, net::HttpsClient& client,
                                             const Clock& clock);

}  // namespace bccid::emc
