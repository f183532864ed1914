#include "flow/dead_letters.hpp"

#include <charconv>
#include <limits>

namespace bccid {
namespace {

const sql::Query kListDead{"outbox_dead_list", R"(
SELECT id, target, kind, subject, reason, attempts, created_at, finished_at
  FROM outbox WHERE state = 'dead' AND id < $1
 ORDER BY id DESC LIMIT $2)"};

}  // namespace

Result<DeadLetterPage> list_dead_letters(sql::Tx& tx, const PageOf& page) {
  std::int64_t below = std::numeric_limits<std::int64_t>::max();
  if (!page.after.empty()) {
    const char* end = page.after.data() + page.after.size();
    const auto read = std::from_chars(page.after.data(), end, below);
    if (read.ec != std::errc{} || read.ptr != end)
      return Failure(Errc::invalid_field, "the cursor is not one of ours",
                     "Use the `next` of the page before.", "?after");
  }
  const auto rows = tx.exec(kListDead, sql::Params::of(below, page.limit + 1));
  DeadLetterPage found;
  for (const auto& row : rows) {
    if (found.items.size() == page.limit) {
      found.next = std::to_string(found.items.back().id);
      break;
    }
    found.items.push_back(DeadLetter{row.i64(0), row.str(1), row.str(2), row.str(3), row.str(4),
                                     static_cast<int>(row.i64(5)), row.time(6), row.time(7)});
  }
  return found;
}

}  // namespace bccid
