#pragma once

#include "base/clock.hpp"
#include "base/time_text.hpp"
#include "store/pq.hpp"

#include <cstddef>
#include <string_view>

namespace bccid {

// Until the transaction's end this chore is ours; false when another daemon is at it.
bool try_chore_lock(sql::Tx& tx, int chore);

// Bounded deletions; the next round takes the rest. Return how many rows went.
std::size_t remove_expired_tokens(sql::Tx& tx, Time expired_before);
std::size_t remove_old_idempotency_keys(sql::Tx& tx, Time created_before);
// The counts of calls, by counterpart and five minutes, that end before this.
std::size_t remove_old_call_counts(sql::Tx& tx, Time before);

// Monthly partitions of one table from the month of `from` on, where they are missing; rows of those months
// that the default partition caught move into them. Returns how many were made. Locks the table until the
// transaction's end when there is one to make, so no transaction does this to two tables.
std::size_t make_partitions(sql::Tx& tx, std::string_view table, Day from, int months);
// Drops the partitions of one table that end before a day and hold nothing unfinished; counts the events of
// each parcel that go with them. Locks as above.
std::size_t drop_partitions(sql::Tx& tx, std::string_view table, Day before);

}  // namespace bccid
