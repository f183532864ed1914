#pragma once

#include "adapters/blocks.hpp"
#include "base/clock.hpp"
#include "net/https_client.hpp"
#include "ports/citizen_port.hpp"

#include <memory>

namespace bccid::citizen {

// The population database through a province's gateway: see README.md. `client` and `clock` must outlive the
// port. Errors: config, naming the key of the block.
Result<std::unique_ptr<CitizenPort>> open_citizen_db(const CitizenDbBlock& block, net::HttpsClient& client,
                                                     const Clock& clock);

}  // namespace bccid::citizen
