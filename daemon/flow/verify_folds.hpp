#pragma once

#include "store/verify.hpp"

#include <string>

namespace bccid {

// Folds every parcel's stored events again and compares with what its row says (invariants I6 and I7): the
// one check that SQL cannot make. Reads in blocks of parcels; blocks. Parcels whose events were dropped with
// an old partition are skipped. Errors: unavailable, internal.
Result<VerifyReport> verify_folds(const std::string& dsn);

}  // namespace bccid
