#pragma once

#include "adapters/blocks.hpp"
#include "base/clock.hpp"
#include "net/https_client.hpp"
#include "ports/carrier_port.hpp"

#include <memory>

namespace bccid::ngsp {

// The post's government interface (NGSP "order/post"): see README.md beside this file.
// `client` and `clock` must outlive the port. Errors: config, naming the key of the block.
Result<std::unique_ptr<CarrierPort>> open_vnpost_ngsp(const CarrierBlock& block, net::HttpsClient& client,
                                                      const Clock& clock);

}  // namespace bccid::ngsp
