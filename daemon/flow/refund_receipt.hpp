#pragma once

#include "flow/end_break.hpp"

namespace bccid {

// Gives back what the receipt of the break ("receipt:ID") took, whole, and cancels it; its number stays used.
//
// What an office still holds is paid out of the till that the proposal names:
//   Dr refund  Cr office, and Dr payable  Cr refund: the agency is no longer owed it.
// What the agency's account has received is the agency's to pay back:
//   Dr receivable/<kind>/<agency>/refund:ID  Cr payable/<kind>/<agency>/refund:ID
// and a break of type refund_owed asks the agency for it.
// Errors: conflict (the receipt does not stand any more; a collector still holds the money; it is on its way
// to the account; another till holds it).
Status refund_receipt(sql::Tx& tx, const EndingBreak& ending, Time now);

// The agency has paid such a refund: nobody owes it any more. Errors: conflict (it is recorded already).
Status record_refund_paid(sql::Tx& tx, const EndingBreak& ending, Time now);

}  // namespace bccid
