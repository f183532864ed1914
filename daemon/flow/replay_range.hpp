#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "flow/actor.hpp"
#include "store/pq.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bccid {

// Which dead letters are meant: of a target, of those that died in a time, of these ids; all that is named
// must fit.
struct ReplayRange {
  std::string target;             // empty: any
  std::optional<Time> from, to;   // when they died: from this moment on, before that one
  std::vector<std::int64_t> ids;  // empty: any
  std::string reason;
};

struct ReplayedRange {
  std::size_t matching = 0;  // at most kReplayRowsMax + 1
  std::size_t replayed = 0;
  std::vector<std::int64_t> left;  // that cannot be replayed: the dossier was told something newer since
};

inline constexpr std::size_t kReplayRowsMax = 1'000;  // of one call

// How many fit, and nothing else.
std::size_t count_range(sql::Tx& tx, const ReplayRange& range);

// Sends them again, the oldest death first; one that cannot be sent again stops no other. Each is audited
// with the reason. Errors: conflict, when it is not `expected` that fit, so that nobody replays what he has
// not counted; invalid_field for more than kReplayRowsMax. Nothing is changed then.
Result<ReplayedRange> replay_range(sql::Tx& tx, const ReplayRange& range, std::size_t expected,
                                   const Actor& actor);

}  // namespace bccid
