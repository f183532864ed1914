#include "flow/verify_folds.hpp"

#include "flow/code_lists.hpp"
#include "store/direct.hpp"
#include "store/parcel_store.hpp"

#include <vector>

namespace bccid {
namespace {

constexpr std::int64_t kBlock = 2'000;

const sql::Query kReadFolds{"verify_folds_read", R"(
SELECT id, order_number, state, step, attempts, anomalies
  FROM parcel AS p
 WHERE id > $1 AND NOT EXISTS (SELECT 1 FROM parcel_dropped_events d WHERE d.parcel_id = p.id)
 ORDER BY id LIMIT $2)"};

struct StoredFold {
  std::int64_t id = 0;
  std::string number, state, step;
  std::int64_t attempts = 0, anomalies = 0;
};

std::vector<StoredFold> read_block(sql::Tx& tx, std::int64_t after) {
  std::vector<StoredFold> block;
  for (const auto& row : tx.exec(kReadFolds, sql::Params::of(after, kBlock)))
    block.push_back(StoredFold{row.i64(0), row.str(1), row.str(2), row.str(3), row.i64(4), row.i64(5)});
  return block;
}

std::string text_of(std::string_view state, std::string_view step, std::int64_t attempts,
                    std::int64_t anomalies) {
  return std::string(state) + "/" + std::string(step) + ", " + std::to_string(attempts) + " attempts, " +
         std::to_string(anomalies) + " anomalies";
}

// Money closes what the events proved; the fold itself never says `closed`.
std::string_view step_of_events(const StoredFold& stored) {
  const std::string_view step = stored.step;
  return step == "closed" ? "proved" : step;
}

void compare(const StoredFold& stored, const std::vector<FoldEvent>& events, VerifyReport& report) {
  ++report.checks;
  const FoldState folded = fold(code_lists().parcel, events);
  if (name(folded.state) == stored.state && name(folded.step) == step_of_events(stored) &&
      folded.attempts == stored.attempts && folded.anomalies == stored.anomalies)
    return;
  ++report.violations;
  if (report.findings.size() == kVerifyFindingsMax) return;
  report.findings.push_back(
      {"folds", "parcel " + stored.number + " is " +
                    text_of(stored.state, stored.step, stored.attempts, stored.anomalies) +
                    "; its events say " +
                    text_of(name(folded.state), name(folded.step), folded.attempts, folded.anomalies)});
}

}  // namespace

Result<VerifyReport> verify_folds(const std::string& dsn) {
  return run_directly<VerifyReport>(dsn, [](sql::Tx& tx) -> Result<VerifyReport> {
    VerifyReport report;
    for (std::int64_t after = 0;;) {
      const auto block = read_block(tx, after);
      if (block.empty()) return report;
      std::vector<std::int64_t> ids;
      for (const auto& stored : block) ids.push_back(stored.id);
      const auto events = load_events(tx, ids);
      for (const auto& stored : block) {
        const auto found = events.find(stored.id);
        compare(stored, found == events.end() ? std::vector<FoldEvent>{} : found->second, report);
      }
      after = block.back().id;
    }
  });
}

}  // namespace bccid
