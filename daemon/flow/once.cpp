#include "flow/once.hpp"

namespace bccid {
namespace {

// Transaction-level, so that nothing is left behind by a crash: "in flight" is exactly as long as the work.
const sql::Query kTryKey{"idempotency_try",
                         "SELECT pg_try_advisory_xact_lock(hashtextextended($1 || chr(10) || $2, 7))"};

// A write, not a read: its commit waits for the synchronous standby like the first one's did.
const sql::Query kReadAnswer{"idempotency_replay", R"(
UPDATE idempotency_key SET created_at = created_at WHERE scope = $1 AND key = $2
RETURNING body_hash, status, body, location)"};

const sql::Query kKeepAnswer{"idempotency_keep", R"(
INSERT INTO idempotency_key (scope, key, body_hash, status, body, location)
VALUES ($1, $2, $3, $4, $5, $6))"};

Failure in_flight(const OnceKey& key) {
  return Failure(Errc::key_in_flight, "Idempotency-Key \"" + key.key + "\" is being worked on",
                 "Wait for the first answer, then send the same request again.");
}

Failure reused(const OnceKey& key) {
  return Failure(Errc::key_reused, "Idempotency-Key \"" + key.key + "\" was used for another request",
                 "Use a new key for a new request; repeat a request with exactly the same body.");
}

std::string_view bytes_of(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Result<KeptAnswer> run_once(sql::Tx& tx, const OnceKey& key, const OnceEffect& effect) {
  if (!tx.exec(kTryKey, sql::Params::of(key.scope, key.key)).front().boolean(0)) return in_flight(key);
  const auto kept = tx.exec(kReadAnswer, sql::Params::of(key.scope, key.key));
  if (!kept.empty()) {
    const auto row = kept.front();
    if (!equal_constant_time(row.bytes(0), bytes_of(key.body_hash))) return reused(key);
    return KeptAnswer{static_cast<int>(row.i64(1)), row.str(2), row.str(3), true};
  }
  auto answer = effect(tx);
  if (!answer) return answer;
  sql::Params params = sql::Params::of(key.scope, key.key);
  params.add_bytes(bytes_of(key.body_hash)).add(answer->status).add(answer->body).add(answer->location);
  tx.exec(kKeepAnswer, params);
  return answer;
}

}  // namespace

boost::asio::awaitable<Result<KeptAnswer>> once(Db& db, JobSpec spec, OnceKey key, OnceEffect effect) {
  const bool keyed = !key.key.empty();
  if (keyed) spec.with_key();
  auto job = [&key, &effect, keyed](sql::Tx& tx) { return keyed ? run_once(tx, key, effect) : effect(tx); };
  co_return co_await db.run(std::move(spec), std::move(job));
}

}  // namespace bccid
