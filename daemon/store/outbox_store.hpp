#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// Something that must leave, decided in the transaction that inserts it.
struct OutboxMessage {
  std::string target;     // carrier:NAME, onestop:AGENCY, webhook:ID
  std::string kind;       // order.create, order.cancel, dossier.status, event
  std::string order_key;  // messages of one target with the same key leave one after the other; may be empty
  std::string subject;    // order:NUMBER, dossier:CODE, parcel:ITEM
  std::string payload;    // JSON
};

void enqueue(sql::Tx& tx, const std::vector<OutboxMessage>& messages);

// A row in the hands of one sender until its lease ends. `fence` proves that the hands are still ours.
struct LeasedMessage {
  std::int64_t id = 0;
  Time created_at{};
  std::int64_t fence = 0;
  int attempts = 0;       // this one included
  Uuid message_id;        // the same on every attempt
  OutboxMessage message;
};

struct ClaimLimits {
  std::size_t rows_max = 200;
  std::size_t per_target_max = 200;          // rows of one target in flight, this sender's included
  std::vector<std::string> targets_paused;   // breakers that are open
  Duration lease{std::chrono::seconds(30)};
};

std::vector<LeasedMessage> claim_due(sql::Tx& tx, const ClaimLimits& limits);

// What became of an attempt.
struct AttemptResult {
  LeasedMessage held;
  enum class Verdict { delivered, retry, dead, given_back } verdict = Verdict::retry;
  Time next_at{};          // for retry and given_back
  std::string reason;
  int http_status = 0;
  int took_ms = 0;
};

// Marks a batch of attempts and logs the exchanges. A row whose lease went to someone else is left alone;
// returns the ids that were really ours. Dead rows open an attention item of kind dead_letter.
std::vector<std::int64_t> settle(sql::Tx& tx, const std::vector<AttemptResult>& results);

void renew_leases(sql::Tx& tx, const std::vector<LeasedMessage>& held, Duration lease);
// Frees rows whose lease ended. Returns how many.
std::size_t rescue_expired(sql::Tx& tx);
// Puts a dead row back into the queue. Errors: not_found, conflict (not dead).
Status replay(sql::Tx& tx, std::int64_t id, std::string_view actor);

}  // namespace bccid
