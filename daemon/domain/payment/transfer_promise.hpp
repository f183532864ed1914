#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"

#include <string>

namespace bccid {

// The word that a payer gave at the door: he pays what is due by transfer, not in cash. It pays nothing; it
// only puts off the question where the money is.
struct TransferPromise {
  Uuid event;      // of the scan that says so
  std::string by;  // who scanned it
  Time at{};
};

}  // namespace bccid
