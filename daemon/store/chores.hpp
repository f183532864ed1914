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

// Monthly partitions from the month of `from` on, where they are missing. Returns how many were made.
std::size_t make_partitions(sql::Tx& tx, Day from, int months);
// Drops the partitions of one table that end before a day and hold nothing unfinished.
std::size_t drop_partitions(sql::Tx& tx, std::string_view table, Day before);

}  // namespace bccid
