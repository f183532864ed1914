#pragma once

#include "flow/actor.hpp"
#include "flow/reconcile.hpp"
#include "flow/statement_lines.hpp"
#include "store/line_split_store.hpp"
#include "store/match_store.hpp"
#include "store/recon_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bccid {

// As many parts as a person keeps in view.
inline constexpr std::size_t kPartsMax = 100;

// A line whose money is of several things.
struct SplitWish {
  std::int64_t line = 0;
  std::vector<SplitPart> parts;
  std::string note;                          // why
  std::optional<std::int64_t> version = {};  // as the person saw the line; nothing: however it is now
};

// Each part is from then on a line of its own: open, matched and explained by itself. No rule takes a part
// for what the bank's text names, as that was said of the whole. Returns the line with its parts. Errors:
// not_found; conflict (the line is matched, split, not as it was seen or not open, took money out of the
// account, or the parts do not add up to it; its period is closed); invalid_field (fewer than two parts, more
// than kPartsMax, or one of nothing).
Result<LineCase> split_line(sql::Tx& tx, const Actor& actor, const SplitWish& wish, Time now,
                            const ReconRules& rules);

struct JoinWish {
  std::int64_t line = 0;
  std::string reason;
  std::optional<std::int64_t> version = {};  // as the person saw the line; nothing: however it is now
};

// Takes a split back: the line is whole and open again, its parts stay readable. Errors: not_found; conflict
// (the line is not split or not as it was seen; one of its parts is matched, split itself or was decided
// about; its period is closed).
Result<LineCase> join_line(sql::Tx& tx, const Actor& actor, const JoinWish& wish, Time now,
                           const ReconRules& rules);

// What split_line() does before the rules look at the parts, for whoever decides about one of them in the
// same transaction. The caller holds the reconciliation lock and then runs match_remittances() with the parts
// that it leaves open. Errors: as split_line().
Result<std::vector<OpenLine>> divide_line(sql::Tx& tx, const Actor& actor, const SplitWish& wish, Time now);

// A line as a cause for the rules to look at it.
MatchedLine as_freed(const OpenLine& line);

}  // namespace bccid
