#include "jobs/judge.hpp"

#include <utility>

namespace bccid {
namespace {

using Verdict = AttemptResult::Verdict;

Verdict verdict_of(Delivery::Kind kind) {
  switch (kind) {
    case Delivery::Kind::delivered: return Verdict::delivered;
    case Delivery::Kind::refused: return Verdict::dead;
    case Delivery::Kind::unwanted: return Verdict::dropped;
    case Delivery::Kind::later: return Verdict::given_back;
    case Delivery::Kind::failed: break;
  }
  return Verdict::retry;
}

}  // namespace

AttemptResult judge(LeasedMessage row, const Delivery& delivery, const net::RetryPolicy& policy, Time now,
                    double random) {
  AttemptResult result;
  result.held = std::move(row);
  result.verdict = verdict_of(delivery.kind);
  result.reason = delivery.reason;
  result.http_status = delivery.http_status;
  result.wait = delivery.wait.value_or(Duration(0));
  if (result.verdict != Verdict::retry) return result;
  net::TryOutcome outcome;
  // A status of success beside a failure is an answer that could not be believed.
  if (delivery.http_status >= 300) outcome.status = delivery.http_status;
  outcome.retry_after = delivery.retry_after;
  const auto next =
      net::next_try(policy, static_cast<std::size_t>(result.held.attempts), outcome, now, random);
  if (next.verdict != net::Verdict::retry) {
    result.verdict = Verdict::dead;
    result.reason += " (attempt " + std::to_string(result.held.attempts) + " was the last)";
  } else if (!delivery.wait) {
    result.wait = next.wait;
  }
  return result;
}

}  // namespace bccid
