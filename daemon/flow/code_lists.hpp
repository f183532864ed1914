#pragma once

#include "domain/code_tables.hpp"

#include <chrono>
#include <string>

namespace bccid {

// The code lists and machines that this binary carries. Parsed at first use; throws std::logic_error when
// an embedded list is broken, which the build's own tests exclude.
const CodeTables& code_lists();

// How long a parcel may stay silent in a state before a person is asked, and which role that is
// (schemas/codes/parcel_clocks.csv). Final states have no clock.
struct ParcelClock {
  std::chrono::hours silent{72};
  std::string owner;
};
const ParcelClock* parcel_clock(ParcelState state);

}  // namespace bccid
