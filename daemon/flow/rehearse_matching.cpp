#include "flow/rehearse_matching.hpp"

#include "base/limits.hpp"
#include "store/break_store.hpp"

#include <algorithm>
#include <utility>

namespace bccid {

Result<Rehearsal> rehearse_matching(sql::Tx& tx, const Actor& actor, const PageOf& page, Time now,
                                    const ReconRules& rules) {
  const auto skipped = number_cursor(page, 0);
  if (!skipped) return skipped.error();
  const auto mark = last_match(tx);
  reconcile(tx, actor, now, rules);
  Rehearsal made;
  for (auto& sum : sums_by_rule(tx, mark))
    made.rules.push_back({std::move(sum.rule), static_cast<std::size_t>(sum.matches), sum.amount});
  made.ties = open_break_keys(tx, {"ambiguous"}).size();
  const auto limit = std::clamp<std::size_t>(page.limit, 1, limits::kPageItemsMax);
  // One more than asked for tells whether there is a next page.
  auto numbers = matches_after(tx, mark, *skipped, limit + 1);
  if (numbers.size() > limit) {
    numbers.pop_back();
    made.next = std::to_string(*skipped + static_cast<std::int64_t>(limit));
  }
  made.matches = matches_by_number(tx, numbers);
  return made;
}

}  // namespace bccid
