#pragma once

#include <array>

namespace bccid::test {

struct Boundary {
  const char* operation;
  const char* who;
  const char* target;
};

// Every operation that takes JSON.
inline constexpr std::array<Boundary, 11> kBoundaries{
    {{"signIn", "", "/v1/session"},
     {"placeOrder", "clerk-1", "/v1/orders"},
     {"cancelOrder", "clerk-1", "/v1/orders/0193a1b2-0000-7000-8000-000000000001/cancel"},
     {"releaseOrder", "clerk-1", "/v1/orders/0193a1b2-0000-7000-8000-000000000001/release"},
     {"checkRecipient", "clerk-1", "/v1/orders/0193a1b2-0000-7000-8000-000000000001/recipient-check"},
     {"recordOnlinePayment", "agency-a", "/v1/orders/0193a1b2-0000-7000-8000-000000000001/online-payments"},
     {"quotePostage", "clerk-1", "/v1/quotes"},
     {"takeTrigger", "agency-a", "/v1/onestop/triggers"},
     {"recordScans", "clerk-1", "/v1/scans"},
     {"handIn", "clerk-1", "/v1/cash/hand-ins"},
     {"remit", "finance-1", "/v1/remittances"}}};

}  // namespace bccid::test
