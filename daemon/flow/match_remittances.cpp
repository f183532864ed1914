#include "flow/match_remittances.hpp"

#include "flow/book_matches.hpp"
#include "store/break_rules.hpp"

#include <map>
#include <set>
#include <utility>

namespace bccid {
namespace {

// The breaks that the matcher itself takes back when lines or remittances come that explain them. A short
// or an over break stays until a person ends it: its line and remittance are matched already.
const std::vector<std::string> kEndedByMatching{"ambiguous", "double", "missing", "remitted_without_receipt"};

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// With what each line and each remittance is matched now.
std::map<std::string, std::string> partners_of(std::span<const NewMatch> matches) {
  std::map<std::string, std::string> partners;
  for (const auto& made : matches) {
    for (const auto& line : made.match.lines)
      partners["line:" + line] = "remittance " + joined(made.match.references);
    for (const auto& reference : made.match.references)
      partners["remittance:" + reference] = "statement line " + joined(made.match.lines);
  }
  return partners;
}

std::string why_ended(const BreakKey& key, const std::map<std::string, std::string>& partners) {
  const auto found = partners.find(key.subject);
  if (found != partners.end()) return "rule match: matched with " + found->second;
  if (key.type == "missing") return "rule match: a line that may be this remittance waits for a choice";
  return "rule match: the line is explained otherwise now";
}

void end_breaks(sql::Tx& tx, std::span<const Break> standing, std::span<const NewMatch> matches, Time now) {
  std::set<BreakKey> holding;
  for (const auto& found : standing) holding.insert(key_of(found));
  const auto partners = partners_of(matches);
  std::vector<BreakEnd> ends;
  for (const auto& key : open_break_keys(tx, kEndedByMatching))
    if (!holding.contains(key)) ends.push_back({key, why_ended(key, partners)});
  resolve_breaks(tx, ends, kResolvedByRule, now);
}

}  // namespace

ReconReport match_remittances(sql::Tx& tx, const Actor& actor, const MatchCause& cause, Time now,
                              const ReconRules& rules) {
  const auto table = lay_table(tx, cause.file, cause.freed);
  auto result = table.match(now, rules);
  std::vector<NewMatch> matches;
  for (auto& match : result.matches) matches.push_back({new_uuid_v7(now), std::move(match)});
  book_matches(tx, table, matches, result.breaks, actor, now);
  ReconReport report;
  report.matched = matches.size();
  matches.insert(matches.end(), cause.by_person.begin(), cause.by_person.end());
  end_breaks(tx, result.breaks, matches, now);
  std::vector<NewBreak> breaks;
  for (const auto& found : result.breaks) breaks.push_back(table.new_break(found));
  report.breaks_opened = open_breaks(tx, breaks, now) + renew_ruled_breaks(tx, rules.remit_within, now);
  close_settled_parcels(tx);
  return report;
}

}  // namespace bccid
