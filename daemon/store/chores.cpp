#include "store/chores.hpp"

namespace bccid {
namespace {

constexpr int kChoreLocks = 4207;

const sql::Query kLock{"chore_lock", "SELECT pg_try_advisory_xact_lock($1::integer, $2::integer)"};

// By place, so that the ten thousand are found once, by age, and never by reading the table. A row that
// somebody uses at this moment has another place afterwards and waits for the next run.
const sql::Query kRemoveTokens{"chore_remove_tokens", R"(
  DELETE FROM access_token WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM access_token WHERE expires_at < $1::timestamptz ORDER BY expires_at LIMIT 10000))
)"};

const sql::Query kRemoveKeys{"chore_remove_idempotency_keys", R"(
  DELETE FROM idempotency_key WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_key WHERE created_at < $1::timestamptz ORDER BY created_at LIMIT 10000))
)"};

const sql::Query kRemoveCallCounts{"chore_remove_call_counts",
                                   "DELETE FROM counterpart_slot WHERE slot < $1::timestamptz"};

const sql::Query kMakePartitions{"chore_make_partitions",
                                 "SELECT make_partitions($1::text, $2::date, $3::integer)"};
const sql::Query kDropPartitions{"chore_drop_partitions", "SELECT drop_partitions($1::text, $2::date)"};

std::size_t count(std::int64_t rows) { return static_cast<std::size_t>(rows); }

}  // namespace

bool try_chore_lock(sql::Tx& tx, int chore) {
  return tx.exec(kLock, sql::Params::of(kChoreLocks, chore)).front().boolean(0);
}

std::size_t remove_expired_tokens(sql::Tx& tx, Time expired_before) {
  return count(tx.exec_count(kRemoveTokens, sql::Params::of(expired_before)));
}

std::size_t remove_old_idempotency_keys(sql::Tx& tx, Time created_before) {
  return count(tx.exec_count(kRemoveKeys, sql::Params::of(created_before)));
}

std::size_t remove_old_call_counts(sql::Tx& tx, Time before) {
  return count(tx.exec_count(kRemoveCallCounts, sql::Params::of(before)));
}

std::size_t make_partitions(sql::Tx& tx, std::string_view table, Day from, int months) {
  return count(tx.exec(kMakePartitions, sql::Params::of(table, from, months)).front().i64(0));
}

std::size_t drop_partitions(sql::Tx& tx, std::string_view table, Day before) {
  return count(tx.exec(kDropPartitions, sql::Params::of(table, before)).front().i64(0));
}

}  // namespace bccid
