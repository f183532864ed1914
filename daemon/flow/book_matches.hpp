#pragma once

#include "flow/actor.hpp"
#include "flow/match_table.hpp"
#include "store/match_store.hpp"

#include <span>
#include <vector>

namespace bccid {

// Stores the matches of a table, books what arrived and moves the charges: those whose money arrived to the
// last đồng are settled. What waited in clearing for its explanation leaves it first; what `breaks` say of
// lines without a match goes into clearing.
void book_matches(sql::Tx& tx, const MatchTable& table, std::span<NewMatch> matches,
                  std::span<const Break> breaks, const Actor& actor, Time now);

// Takes out of clearing what waits there of these lines, which go on as others: as their parts, or as the
// whole that they are parts of.
void leave_clearing(sql::Tx& tx, std::span<const OpenLine> lines, const Actor& actor, Time now,
                    const std::string& note);

// Takes live matches back with all that they booked, charges and closed parcels; the breaks of their
// differences end. Their lines are in no match and in no account until the next run.
void unbook_matches(sql::Tx& tx, std::span<const MatchView> matches, std::string_view by,
                    std::string_view reason, Time now);

}  // namespace bccid
