#include "flow/statement_gaps.hpp"

#include "domain/recon/break.hpp"
#include "store/break_store.hpp"
#include "store/statement_gap_store.hpp"

namespace bccid {
namespace {

std::string told(std::string_view account, const StatementJoint& joint) {
  return "account " + std::string(account) + ": a statement is missing between the one until " +
         to_text(joint.before_to) + ", which closes with " + std::to_string(joint.before_closing.dong()) +
         " dong, and the one from " + to_text(joint.from) + ", which opens with " +
         std::to_string(joint.opening.dong());
}

}  // namespace

StatementGaps renew_statement_gaps(sql::Tx& tx, std::string_view account, Day from, Time now) {
  StatementGaps gaps;
  std::vector<NewBreak> breaks;
  std::vector<BreakEnd> ends;
  for (const auto& joint : statement_joints(tx, account, from)) {
    const auto key = key_of(BreakType::statement_gap, "statement:" + joint.id.to_text());
    if (!joint.gap) {
      ends.push_back({key, "rule statement_gap: the statements follow each other now"});
      continue;
    }
    gaps.texts.push_back(told(account, joint));
    NewBreak found;
    found.key = key;
    found.amount = joint.opening - joint.before_closing;
    found.since = start_of_day(joint.before_to) + std::chrono::hours(24);
    found.action = "Get the statement after " + to_text(joint.before_to) + " from the bank and import it.";
    found.agency = joint.agency;
    breaks.push_back(std::move(found));
  }
  resolve_breaks(tx, ends, kResolvedByRule, now);
  gaps.opened = open_breaks(tx, breaks, now);
  return gaps;
}

}  // namespace bccid
