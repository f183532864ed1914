#pragma once

#include "base/result.hpp"
#include "domain/recon/settlement.hpp"
#include "flow/actor.hpp"
#include "store/pq.hpp"

#include <string_view>

namespace bccid {

// What the post and an agency settle for a period of business days, both included. It is read from the books
// as they are now: what is booked later for a day of the period shows up when it is read again. Errors:
// not_found (no such agency, or another one's), invalid_field (too many remittances or breaks for one
// document).
Result<Settlement> read_settlement(sql::Tx& tx, const Actor& actor, std::string_view agency, Day from, Day to,
                                   Time now);

}  // namespace bccid
