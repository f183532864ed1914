#pragma once

#include "adapters/blocks.hpp"
#include "base/clock.hpp"
#include "net/https_client.hpp"
#include "ports/onestop_port.hpp"

#include <memory>

namespace bccid::onestop {

// A one-stop dossier system that speaks the national portal's field names over REST: see README.md.
// `client` and `clock` must outlive the port. Errors: config, naming the key of the block.
Result<std::unique_ptr<OnestopPort>> open_onestop_rest(const OnestopBlock& block, net::HttpsClient& client,
                                                       const Clock& clock);

}  // namespace bccid::onestop
