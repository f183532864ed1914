#pragma once

#include "base/clock.hpp"
#include "ports/call_tag.hpp"
#include "store/outbox_store.hpp"
#include "store/queued_job.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace bccid {

// What came of handing one message to its counterpart.
struct Delivery {
  enum class Kind {
    delivered,
    failed,    // try again, on schedule
    refused,   // a definite no: never again without a person
    later,     // nothing was asked of the counterpart; try again after `wait`, not counted as an attempt
    unwanted,  // nobody wants it delivered any more
  };

  Kind kind = Kind::failed;
  std::string reason;
  int http_status = 0;           // 0 when there was no answer
  std::string retry_after;       // the counterpart's header as it came
  std::optional<Duration> wait;  // instead of the schedule's

  static Delivery of(Kind kind, std::string reason = {}, int http_status = 0) {
    Delivery made;
    made.kind = kind;
    made.reason = std::move(reason);
    made.http_status = http_status;
    return made;
  }
};

// How the calls of this message are tagged.
inline CallTag tag_of(const LeasedMessage& held) { return {held.outgoing_request_id(), held.id}; }

// Knows how to speak to one family of targets. Called on the io thread, many at a time; must end by itself
// within a bounded time. An exception counts as a failed try. `lease_ends` is when the message may be
// somebody else's: nothing may be sent after it.
class Deliverer {
 public:
  Deliverer() = default;
  Deliverer(const Deliverer&) = delete;
  Deliverer& operator=(const Deliverer&) = delete;
  virtual ~Deliverer() = default;

  virtual boost::asio::awaitable<Delivery> deliver(const LeasedMessage& held, Deadline lease_ends) = 0;
};

}  // namespace bccid
