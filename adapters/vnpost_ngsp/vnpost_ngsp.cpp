#include "adapters/vnpost_ngsp/vnpost_ngsp.hpp"

#include "adapters/order_post.hpp"
#include "adapters/order_post_wire.hpp"

namespace bccid::ngsp {

Result<std::unique_ptr<CarrierPort>> open_vnpost_ngsp(const CarrierBlock& block, net::HttpsClient& client,
                                                      const Clock& clock) {
  return open_order_post(block, client, clock, {&order_body});
}

}  // namespace bccid::ngsp
