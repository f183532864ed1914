#pragma once

#include "adapters/blocks.hpp"
#include "base/clock.hpp"
#include "net/https_client.hpp"
#include "ports/carrier_port.hpp"

#include <memory>

namespace bccid::my {

// The post's customer interface ("MyVNPost"): see README.md beside this file. `client` and `clock` must
// outlive the port. Errors: config, naming the key of the block.
Result<std::unique_ptr<CarrierPort>> open_vnpost_my(const CarrierBlock& block, net::HttpsClient& client,
                                                    const Clock& clock);

}  // namespace bccid::my
