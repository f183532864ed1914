#pragma once

#include "base/clock.hpp"
#include "base/money.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct SplitPart {
  Money amount;           // more than zero
  std::string note = {};  // what it is, where that is known
};

struct NewSplit {
  std::int64_t line = 0;
  std::span<const SplitPart> parts;  // in their order; add up to the line
  std::string_view note;             // why
  std::string_view actor;
};

// Stores the parts as lines of their own, which puts the line out of play, and returns their ids in their
// order. The database refuses parts that do not make the line, a line that is matched, split or not in play,
// and one of a closed period.
std::vector<std::int64_t> insert_split(sql::Tx& tx, const NewSplit& split, Time now);

// Takes the split of a line back: its parts are out of play. The database refuses it while one of them is in
// a match or split itself.
void mark_joined(sql::Tx& tx, std::int64_t line, std::string_view by, std::string_view reason, Time now);

}  // namespace bccid
