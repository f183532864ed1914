#include "domain/parcel/parcel.hpp"

namespace bccid {

ParcelPhase phase(ParcelState state) {
  // The enumerators stand in the order of the phases.
  if (state <= ParcelState::pickup_failed) return ParcelPhase::before_custody;
  if (state <= ParcelState::forwarded) return ParcelPhase::custody;
  if (state <= ParcelState::return_failed) return ParcelPhase::way_back;
  if (state <= ParcelState::lost) return ParcelPhase::final;
  return ParcelPhase::disputed;
}

}  // namespace bccid
