#pragma once

#include "store/break_decision_store.hpp"

#include <string>

namespace bccid {

// A break that is about to end, locked, and how.
struct EndingBreak {
  Uuid id;
  StoredBreak found;
  BreakProposal proposal;
  std::string by;
};

// Books what the action means; accept books nothing. Errors: conflict (the shortage is booked back already,
// nothing is due any more, or the till does not hold the money).
Status book_end(sql::Tx& tx, const EndingBreak& ending, Time now);

}  // namespace bccid
