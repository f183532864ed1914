#include "flow/match_table.hpp"

#include "base/time_text.hpp"
#include "store/match_store.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

namespace bccid {

MatchTable::MatchTable(std::vector<OpenLine> lines, std::vector<OpenRemittance> remittances)
    : lines_(std::move(lines)), remittances_(std::move(remittances)) {
  for (const auto& line : lines_) line_by_key_[line.line.id] = &line;
  for (const auto& remittance : remittances_) by_reference_[remittance.credit.reference] = &remittance;
}

MatchResult MatchTable::match(Time now, const ReconRules& rules) const {
  std::map<std::string_view, std::pair<std::vector<CreditLine>, std::vector<ExpectedCredit>>> accounts;
  for (const auto& line : lines_) accounts[line.line.account].first.push_back(line.line);
  for (const auto& remittance : remittances_)
    accounts[remittance.credit.account].second.push_back(remittance.credit);
  MatchSettings settings;
  settings.window_days = rules.window_days;
  settings.payers = rules.payers;
  // Missing is judged by the statements here, not by days: see still_missing().
  settings.missing_after_days = 0;
  settings.today = Day{std::chrono::sys_days{business_day(now)} + std::chrono::days{1}};
  MatchResult all;
  for (const auto& [account, sides] : accounts) {
    auto part = match_statement(sides.first, sides.second, settings);
    std::ranges::move(part.matches, std::back_inserter(all.matches));
    std::ranges::move(part.breaks, std::back_inserter(all.breaks));
    std::ranges::move(part.suggestions, std::back_inserter(all.suggestions));
  }
  std::erase_if(all.breaks, [&](const Break& found) { return !still_missing(found); });
  return all;
}

// A remittance is missing when a statement covers the day of its sending and does not show it.
bool MatchTable::still_missing(const Break& found) const {
  return found.type != BreakType::missing || remittance(found.reference).covered;
}

ChargeLine MatchTable::in_clearing(const Break& found) const {
  const auto& seen = line(found.line_id);
  if (found.reference.empty()) return {ChargeKind::fee, seen.agency, seen.line.amount};
  const auto& named = remittance(found.reference);
  return {named.kind, named.agency, seen.line.amount};
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
    return made;
  }
  const auto& named = remittance(found.reference);
  made.agency = named.agency;
  if (found.type == BreakType::missing) made.since = named.sent_at;
  if (found.type == BreakType::double_paid) made.action += " It names " + found.reference + ".";
  return made;
}

MatchTable lay_table(sql::Tx& tx, std::optional<std::int64_t> file, const std::vector<std::string>& freed) {
  auto lines = open_lines(tx, file, freed);
  mark_undone_pairs(tx, lines);
  auto remittances = remittances_to_match(tx, lines);
  return {std::move(lines), std::move(remittances)};
}

void mark_undone_pairs(sql::Tx& tx, std::vector<OpenLine>& lines) {
  std::map<std::string_view, std::vector<const UndonePair*>> by_line;
  const auto undone = undone_pairs(tx);
  for (const auto& pair : undone) by_line[pair.line].push_back(&pair);
  for (auto& line : lines) {
    const auto found = by_line.find(line.line.id);
    if (found == by_line.end()) continue;
    std::set<Uuid> matches;
    for (const auto* pair : found->second) {
      matches.insert(pair->match);
      line.line.refused.push_back(pair->reference);
    }
    line.undone = matches.size();
  }
}

BreakKey key_of(const Break& found) {
  const bool of_line = found.type != BreakType::short_paid && found.type != BreakType::over_paid &&
                       found.type != BreakType::missing;
  return {std::string(name(found.type)), of_line ? "line:" + found.line_id : "remittance:" + found.reference};
}

}  // namespace bccid
