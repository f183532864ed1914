#include "flow/replay_range.hpp"

#include "store/outbox_store.hpp"

namespace bccid {
namespace {

const sql::Query kInRange{"outbox_dead_in_range", R"(
  SELECT id FROM outbox
   WHERE state = 'dead' AND ($1 = '' OR target = $1)
     AND finished_at >= coalesce($2::timestamptz, '-infinity')
     AND finished_at < coalesce($3::timestamptz, 'infinity')
     AND (cardinality($4::bigint[]) = 0 OR id = ANY ($4::bigint[]))
   ORDER BY finished_at, id LIMIT $5
)"};

sql::Rows in_range(sql::Tx& tx, const ReplayRange& range) {
  sql::Params params;
  params.add(range.target).add(range.from).add(range.to).add_array(range.ids).add(kReplayRowsMax + 1);
  return tx.exec(kInRange, params);
}

}  // namespace

std::size_t count_range(sql::Tx& tx, const ReplayRange& range) { return in_range(tx, range).size(); }

Result<ReplayedRange> replay_range(sql::Tx& tx, const ReplayRange& range, std::size_t expected,
                                   const Actor& actor) {
  const auto rows = in_range(tx, range);
  if (rows.size() > kReplayRowsMax)
    return Failure(Errc::invalid_field,
                   "more than " + std::to_string(kReplayRowsMax) + " dead letters are in this range",
                   "Name a shorter time, and go on with the next.", "/to");
  if (rows.size() != expected)
    return Failure(
        Errc::conflict,
        std::to_string(rows.size()) + " dead letters are in this range, not " + std::to_string(expected),
        "Count them anew with dry_run and send that number as expected.");
  ReplayedRange done;
  done.matching = rows.size();
  for (const auto& row : rows) {
    if (replay(tx, row.i64(0), actor.id, actor.role, range.reason))
      ++done.replayed;
    else
      done.left.push_back(row.i64(0));
  }
  return done;
}

}  // namespace bccid
