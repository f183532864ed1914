#pragma once

#include "base/ids.hpp"
#include "domain/payment/payment_slip.hpp"
#include "flow/actor.hpp"
#include "store/pq.hpp"

namespace bccid {

// What is due on an order now, for each fee account with a code that pays it all at once: VietQR with the
// amount and the references that the bank statement will be searched for. Empty lists when nothing is due.
// Reads only: the same question gives the same codes until something is paid. Errors: not_found (also for
// another agency's order).
Result<PaymentSlip> payment_slip(sql::Tx& tx, const Actor& actor, const Uuid& order, Time now);

}  // namespace bccid
