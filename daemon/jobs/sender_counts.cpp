#include "jobs/sender_counts.hpp"

#include <unordered_set>

namespace bccid {

void SenderCounts::add(AttemptResult::Verdict verdict) {
  switch (verdict) {
    case AttemptResult::Verdict::delivered: ++delivered; return;
    case AttemptResult::Verdict::retry: ++retried; return;
    case AttemptResult::Verdict::dead: ++dead; return;
    case AttemptResult::Verdict::given_back: ++given_back; return;
    case AttemptResult::Verdict::dropped: ++dropped; return;
  }
}

std::vector<AttemptResult> SenderCounts::add(const std::vector<AttemptResult>& batch,
                                             const std::vector<std::int64_t>& ours) {
  const std::unordered_set<std::int64_t> mine(ours.begin(), ours.end());
  std::vector<AttemptResult> others;
  for (const auto& result : batch) {
    if (mine.contains(result.held.id)) {
      add(result.verdict);
      continue;
    }
    ++lost;
    others.push_back(result);
  }
  return others;
}

SenderCounts SenderCounts::since(const SenderCounts& before) const {
  SenderCounts out;
  out.claimed = claimed - before.claimed;
  out.delivered = delivered - before.delivered;
  out.retried = retried - before.retried;
  out.dead = dead - before.dead;
  out.given_back = given_back - before.given_back;
  out.dropped = dropped - before.dropped;
  out.lost = lost - before.lost;
  return out;
}

}  // namespace bccid
