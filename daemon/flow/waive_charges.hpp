#pragma once

#include "flow/parcel_news.hpp"

namespace bccid {

// A leg that never runs costs nothing: what is still due on the order of a parcel that is cancelled is waived
// (Dr payable, Cr receivable), and owed again when the cancellation is retracted. What was taken already
// stays where it is. Costs nothing for parcels that are not cancelled.
void follow_cancellations(sql::Tx& tx, std::span<const ParcelNews> news, Time now);

}  // namespace bccid
