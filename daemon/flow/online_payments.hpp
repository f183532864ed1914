#pragma once

#include "base/ids.hpp"
#include "domain/ledger/account.hpp"
#include "flow/actor.hpp"
#include "ports/onestop_port.hpp"
#include "store/order_store.hpp"
#include "store/pq.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct RaisedFor {
  std::int64_t order_id = 0;
  std::string_view agency;
  std::string_view number;
};

// Freezes those of the charges that were paid on the platform and books their payments at once, so that
// nobody is asked for them again at his door. The others are the caller's. Errors: as record_online_payment.
Status raise_paid(sql::Tx& tx, const Actor& actor, const RaisedFor& order,
                  const std::vector<WantedCharge>& charges, Time now);

// A payment on the platform of which we hear after the order was placed. It pays all that is due of its
// kinds.
struct LatePayment {
  OnlinePayment payment;
  std::vector<ChargeKind> kinds;  // phí, lệ phí
  Money amount;                   // exactly what is due of them
};

// Errors: not_found (also for another agency's order), conflict (another amount is due, or the reference is
// that of another payment), invalid_field (a time that cannot be). The same payment again changes nothing.
Result<OrderView> record_online_payment(sql::Tx& tx, const Actor& actor, const Uuid& order,
                                        const LatePayment& late, Time now);

}  // namespace bccid
