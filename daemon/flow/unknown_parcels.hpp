#pragma once

#include "flow/accept_scans.hpp"
#include "store/pq.hpp"

#include <span>

namespace bccid {

// Scans that were stored without a parcel, in this transaction: asks a person about each item, and gives the
// scans to their parcel when another transaction made it known since this one looked.
void hold_unknown(sql::Tx& tx, std::span<const Scan* const> scans, Time now);

}  // namespace bccid
