#include "flow/match_table.hpp"

#include "base/time_text.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace bccid {

MatchTable::MatchTable(std::vector<OpenLine> lines, std::vector<OpenRemittance> remittances)
    : lines_(std::move(lines)), remittances_(std::move(remittances)) {
  for (auto& line : lines_) line_by_key_[line.line.id] = &line;
  for (const auto& remittance : remittances_) by_reference_[remittance.credit.reference] = &remittance;
}

void MatchTable::count_undone(const std::string& key) {
  const auto found = line_by_key_.find(key);
  if (found != line_by_key_.end()) ++found->second->undone;
}

ChargeLine MatchTable::in_clearing(const Break& found) const {
  const auto& seen = line(found.line_id);
  if (found.reference.empty()) return {ChargeKind::fee, seen.agency, seen.line.amount};
  const auto& named = remittance(found.reference);
  return {named.kind, named.agency, seen.line.amount};
}

NewMatch MatchTable::new_match(Match match, Time now) const {
  NewMatch made{new_uuid_v7(now), std::move(match)};
  for (const auto& key : made.match.lines) {
    const auto& seen = line(key).line;
    const bool first = made.account.empty();
    made.account = seen.account;
    made.booked = first ? seen.booked : std::min(made.booked, seen.booked);
    made.line_ids.push_back(line(key).id);
  }
  for (const auto& reference : made.match.references) made.remittance_ids.push_back(remittance(reference).id);
  return made;
}

NewBreak MatchTable::new_break(const Break& found) const {
  NewBreak made;
  made.key = key_of(found);
  made.amount = found.amount;
  made.since = start_of_day(found.opened);
  made.reference = found.reference;
  made.action = advice(found.type).action_en;
  if (found.reference.empty()) {
    made.agency = line(found.line_id).agency;
  } else {
    const auto& named = remittance(found.reference);
    made.of_the_post = named.kind == ChargeKind::postage;
    if (!made.of_the_post) made.agency = named.agency;
  }
  if (found.type == BreakType::double_paid) made.action += " It names " + found.reference + ".";
  return made;
}

void mark_undone_pairs(sql::Tx& tx, std::vector<OpenLine>& lines) {
  std::unordered_map<std::int64_t, OpenLine*> undone;
  std::vector<std::int64_t> ids;
  for (auto& line : lines)
    if (line.undone > 0 || line.part) {
      undone[line.id] = &line;
      ids.push_back(line.id);
    }
  for (auto& pair : undone_pairs(tx, ids))
    undone.at(pair.line)->line.refused.push_back(std::move(pair.reference));
}

bool of_line(const Break& found) {
  return found.type != BreakType::short_paid && found.type != BreakType::over_paid;
}

BreakKey key_of(const Break& found) {
  return {std::string(name(found.type)),
          of_line(found) ? "line:" + found.line_id : "remittance:" + found.reference};
}

}  // namespace bccid
