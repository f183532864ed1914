#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "flow/actor.hpp"
#include "store/pq.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace bccid {

// Adopts held scans whose parcel is known by now, of `items_max` item references at a time: a net under
// adopt_held_scans, for a parcel that was made known by other means, such as an item code set from psql.
// Returns how many events were adopted.
std::size_t adopt_missed_scans(sql::Tx& tx, std::size_t items_max, Time now);

// Settles the held scans of an item that no order will ever name: they keep no month from being dropped any
// more, and nobody is asked about them. Scans of it that come later are held and asked about anew; should its
// parcel become known before the drop, all of them join it. Cash that they say was taken becomes a break of
// finance. Writes an audit row, returns how many events it
// were. Errors: not_found (nothing is held under that name, or all of it was discarded before); invalid_field
// (no reason, or not UTF-8).
Result<std::size_t> discard_held_scans(sql::Tx& tx, const std::string& item, const Actor& actor,
                                       std::string_view why, Time now);

}  // namespace bccid
