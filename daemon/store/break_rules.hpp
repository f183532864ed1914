#pragma once

#include "base/clock.hpp"
#include "store/pq.hpp"

#include <chrono>
#include <cstddef>

namespace bccid {

// How long money may be on its way before somebody is asked about it.
struct BreakClocks {
  std::chrono::hours remit_within{24};
  std::chrono::hours transfer_within{48};
};

// Opens and ends the breaks that follow from what is stored alone, without any statement:
//   collected_not_remitted        phí or lệ phí held for longer than `remit_within` after its collection
//   delivered_unpaid              a parcel is delivered and its charge is still due; where the payer promised
//   to
//                                 transfer it, `transfer_within` after that
//   receipt_for_refused_dossier   phí or lệ phí of a dossier with portal status 3 or 7
//   fee_paid_but_order_cancelled  a receipt of a leg that was cancelled
//   number_gap                    a number that a series gave and no receipt bears
// Returns how many are new.
std::size_t renew_ruled_breaks(sql::Tx& tx, const BreakClocks& clocks, Time now);

}  // namespace bccid
