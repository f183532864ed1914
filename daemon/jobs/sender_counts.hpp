#pragma once

#include "store/outbox_store.hpp"

#include <cstdint>
#include <vector>

namespace bccid {

// What a sender's round did; also the totals since its start.
struct SenderCounts {
  std::uint64_t claimed = 0, delivered = 0, retried = 0, dead = 0, given_back = 0, dropped = 0;
  std::uint64_t lost = 0;  // settled too late: the lease had gone to somebody else

  void add(AttemptResult::Verdict verdict);
  // A batch was settled, and `ours` were really ours. Gives the results of the others.
  std::vector<AttemptResult> add(const std::vector<AttemptResult>& batch,
                                 const std::vector<std::int64_t>& ours);
  SenderCounts since(const SenderCounts& before) const;
};

}  // namespace bccid
