#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "store/exchange_store.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// The channel on which a commit with fresh outbox rows wakes the senders. A wake may be missing; the
// senders' poll is the truth.
inline constexpr const char* kOutboxChannel = "bccid_outbox";

// Something that must leave, decided in the transaction that inserts it.
struct OutboxMessage {
  std::string target;     // carrier:NAME, onestop:AGENCY, portal:NAME, receipt:ISSUER, webhook:ID
  std::string kind;       // order.create, order.cancel, dossier.status, dossier.report, receipt.issue, event
  std::string order_key;  // messages of one target with the same key leave one after the other; may be empty
  std::string subject;    // order:NUMBER, dossier:CODE, receipt:ID, parcel:ITEM
  std::string payload;    // JSON
  std::string request_id = {};  // of the request that caused it; empty when a job did
};

// A dossier.status is written for every portal of its agency, too (dossier.report).
void enqueue(sql::Tx& tx, const std::vector<OutboxMessage>& messages);

// Something that every subscriber of its agency and type hears.
struct PublicEvent {
  std::string order_number;  // orders the messages of one subscriber
  std::string agency;
  std::string type;
  std::string payload;          // JSON
  std::string request_id = {};  // as OutboxMessage::request_id
};

// The same, and one message for each event and endpoint that wants it. Endpoints are read in this statement:
// one that was added or disabled meanwhile is seen.
void enqueue(sql::Tx& tx, const std::vector<OutboxMessage>& messages, const std::vector<PublicEvent>& events);

// A row in the hands of one sender until its lease ends. `fence` proves that the hands are still ours.
struct LeasedMessage {
  std::int64_t id = 0;
  Time created_at{};
  std::int64_t fence = 0;
  int attempts = 0;  // this one included
  Time next_at{};    // since when it was due
  Uuid message_id;   // made from created_at and id, so the same on every attempt
  OutboxMessage message;

  // What goes out as X-Request-Id: the request that caused the message, so that both sides' logs can be laid
  // beside each other; the message's own id when no request did.
  std::string outgoing_request_id() const {
    return message.request_id.empty() ? message_id.to_text() : message.request_id;
  }
};

// A target that has a row to send now.
struct DueTarget {
  std::string target;
  Time since{};  // its longest-waiting row is due since then
};

// The target that waits longest comes first.
std::vector<DueTarget> due_targets(sql::Tx& tx);

// How much of one target a sender takes. `since` is only a shortcut past what it has sent already: rows
// due earlier are left for a claim without it.
struct ClaimShare {
  std::string target;
  std::size_t rows_max = 0;
  std::optional<Time> since;
};

// Leases due rows of these targets, the longest-waiting first, each with its attempt counted before it is
// made. Never two rows of one target and order key at once, nor a row before its elder of the same key.
// Rows that another sender is just claiming are passed over.
std::vector<LeasedMessage> claim_due(sql::Tx& tx, const std::vector<ClaimShare>& shares, Duration lease);

// What became of an attempt.
struct AttemptResult {
  LeasedMessage held;
  enum class Verdict {
    delivered,
    retry,       // again after `wait`
    dead,        // never again, unless a person replays it
    given_back,  // not attempted: again after `wait`, and the attempt is not counted
    dropped,     // nobody wants it any more
  } verdict = Verdict::retry;
  Duration wait{0};
  std::string reason;
  int http_status = 0;
  int took_ms = 0;
  std::vector<ExchangeRow> calls = {};  // that the attempt made
};

// Marks a batch of attempts and keeps the traces of their calls; an attempt that made none leaves one for
// itself. A call that came out as on the attempt before joins that trace. A row whose lease went to someone
// else is left alone; returns the ids that were really ours. Dead rows open an attention item of kind
// dead_letter.
std::vector<std::int64_t> settle(sql::Tx& tx, const std::vector<AttemptResult>& results);

// Lengthens leases; returns the ids that are still ours. The others must not be sent.
std::vector<std::int64_t> renew_leases(sql::Tx& tx, const std::vector<LeasedMessage>& held, Duration lease);

// Frees rows whose lease ended: their sender died or hangs. A row that has used up `attempts_max` this way
// is dead, so that a message which kills its sender stops doing so. Returns how many were freed.
std::size_t rescue_expired(sql::Tx& tx, int attempts_max);

// Puts a dead row back into the queue with its attempts counted anew, closes its attention item and writes
// an audit row. Errors: not_found; conflict (not dead, or the dossier was told something newer since).
Status replay(sql::Tx& tx, std::int64_t id, std::string_view actor, std::string_view role = "admin",
              std::string_view reason = {});

}  // namespace bccid
