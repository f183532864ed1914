#include "flow/match_remittances.hpp"

#include "base/time_text.hpp"
#include "domain/ledger/ledger.hpp"
#include "domain/recon/matcher.hpp"
#include "flow/cash_entries.hpp"
#include "store/break_store.hpp"
#include "store/charge_store.hpp"
#include "store/ledger_store.hpp"
#include "store/recon_store.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace bccid {
namespace {

// The breaks that the matcher itself takes back when lines or remittances come that explain them. A short
// or an over break stays until a person ends it: its line and remittance are matched already.
const std::vector<std::string> kEndedByMatching{"ambiguous", "double", "missing", "remitted_without_receipt"};

std::string unexplained_key(const std::string& line) { return "unexplained:" + line; }

BreakKey key_of(const Break& found) {
  const bool of_line = found.type != BreakType::short_paid && found.type != BreakType::over_paid &&
                       found.type != BreakType::missing;
  return {std::string(name(found.type)), of_line ? "line:" + found.line_id : "remittance:" + found.reference};
}

// What is on the table of one run.
class Table {
 public:
  Table(std::vector<OpenLine> lines, std::vector<OpenRemittance> remittances)
      : lines_(std::move(lines)), remittances_(std::move(remittances)) {
    for (const auto& line : lines_) line_by_key_[line.line.id] = &line;
    for (const auto& remittance : remittances_) by_reference_[remittance.credit.reference] = &remittance;
  }

  // Each account is matched by itself: a reference named on another agency's account is a stranger there.
  MatchResult match(Time now, int window_days) const {
    std::map<std::string_view, std::pair<std::vector<CreditLine>, std::vector<ExpectedCredit>>> accounts;
    for (const auto& line : lines_) accounts[line.line.account].first.push_back(line.line);
    for (const auto& remittance : remittances_)
      accounts[remittance.credit.account].second.push_back(remittance.credit);
    MatchSettings settings;
    settings.window_days = window_days;
    // Missing is judged by the statements here, not by days: see still_missing().
    settings.missing_after_days = 0;
    settings.today = Day{std::chrono::sys_days{business_day(now)} + std::chrono::days{1}};
    MatchResult all;
    for (const auto& [account, sides] : accounts) {
      auto part = match_statement(sides.first, sides.second, settings);
      std::ranges::move(part.matches, std::back_inserter(all.matches));
      std::ranges::move(part.breaks, std::back_inserter(all.breaks));
    }
    std::erase_if(all.breaks, [&](const Break& found) { return !still_missing(found); });
    return all;
  }

  const OpenLine& line(const std::string& key) const { return *line_by_key_.at(key); }
  const OpenRemittance& remittance(const std::string& reference) const {
    return *by_reference_.at(reference);
  }

  // A line in clearing goes under the kind of the remittance that it names, otherwise under fee: nobody
  // knows yet what it is.
  ChargeLine in_clearing(const Break& found) const {
    const auto& line = this->line(found.line_id);
    if (found.reference.empty()) return {ChargeKind::fee, line.agency, line.line.amount};
    const auto& remittance = this->remittance(found.reference);
    return {remittance.kind, remittance.agency, line.line.amount};
  }

 private:
  // A remittance is missing when a statement covers the day of its sending and does not show it.
  bool still_missing(const Break& found) const {
    return found.type != BreakType::missing || remittance(found.reference).covered;
  }

  std::vector<OpenLine> lines_;
  std::vector<OpenRemittance> remittances_;
  std::map<std::string, const OpenLine*> line_by_key_;
  std::map<std::string, const OpenRemittance*> by_reference_;
};

NewBreak new_break(const Table& table, const Break& found) {
  NewBreak made;
  made.key = key_of(found);
  made.amount = found.amount;
  made.since = start_of_day(found.opened);
  made.owner = name(advice(found.type).owner);
  made.action = advice(found.type).action_en;
  if (found.reference.empty()) {
    made.agency = table.line(found.line_id).agency;
    return made;
  }
  const auto& remittance = table.remittance(found.reference);
  made.agency = remittance.agency;
  if (found.type == BreakType::missing) made.since = remittance.sent_at;
  if (found.type == BreakType::double_paid) made.action += " It names " + found.reference + ".";
  return made;
}

JournalEntry entry_of(Journal journal, Time at, const Actor& actor) {
  JournalEntry entry;
  entry.journal = std::move(journal);
  entry.occurred_at = at;
  entry.actor = actor.id;
  return entry;
}

// Money that the account really saw, though nobody can say yet what it is: Dr bank Cr clearing, and the
// other way round for money that left.
void add_unexplained(std::vector<JournalEntry>& entries, const Table& table, const Break& found,
                     const Actor& actor) {
  if (found.line_id.empty() || found.type == BreakType::short_paid || found.type == BreakType::over_paid)
    return;
  auto line = table.in_clearing(found);
  const auto& seen = table.line(found.line_id).line;
  const bool left = line.amount < Money{};
  if (left) line.amount = -line.amount;
  auto journal = unexplained(unexplained_key(seen.id), seen.id, seen.account, line);
  if (left) {
    journal = reversal(journal.key, journal);
    journal.kind = JournalKind::unexplained;
  }
  entries.push_back(entry_of(std::move(journal), start_of_day(seen.booked), actor));
}

void add_matched(std::vector<JournalEntry>& entries, const Table& table, const Match& match,
                 const Actor& actor) {
  const auto& seen = table.line(match.line_id).line;
  const auto& remittance = table.remittance(match.reference);
  const ChargeLine line{remittance.kind, remittance.agency, remittance.credit.amount};
  const Time at = start_of_day(seen.booked);
  entries.push_back(entry_of(
      on_statement("on_statement:" + seen.id, match.reference, seen.account, line, seen.amount), at, actor));
  if (match.difference.zero())
    entries.push_back(entry_of(settled("settled:" + match.reference, seen.account, {&line, 1}), at, actor));
}

// Books what arrived. A line that waited in clearing and is matched now leaves clearing first.
void book_all(sql::Tx& tx, const Table& table, const MatchResult& result, const Actor& actor, Time now) {
  std::vector<std::string> explained;
  for (const auto& match : result.matches) explained.push_back(unexplained_key(match.line_id));
  std::vector<JournalEntry> entries;
  for (const auto& journal : unreversed_journals(tx, explained))
    entries.push_back(reversal_of(journal, now, actor.id, "the line was matched"));
  for (const auto& match : result.matches) add_matched(entries, table, match, actor);
  for (const auto& found : result.breaks) add_unexplained(entries, table, found, actor);
  book(tx, entries);
}

// The charges follow their remittance; only what arrived to the last dong is settled.
void move_charges(sql::Tx& tx, const std::vector<Match>& matches) {
  std::vector<std::string> arrived, exact;
  for (const auto& match : matches) {
    arrived.push_back(match.reference);
    if (match.difference.zero()) exact.push_back(match.reference);
  }
  move_remitted_charges(tx, arrived, MoneyState::remitted, MoneyState::on_statement);
  move_remitted_charges(tx, exact, MoneyState::on_statement, MoneyState::settled);
}

std::string why_ended(const BreakKey& key, const std::map<std::string, std::string>& matched_with) {
  const auto found = matched_with.find(key.subject);
  if (found != matched_with.end()) return "rule match: matched with " + found->second;
  if (key.type == "missing") return "rule match: a line that may be this remittance waits for a choice";
  return "rule match: the line is explained otherwise now";
}

void end_breaks(sql::Tx& tx, const MatchResult& result, Time now) {
  std::set<BreakKey> holding;
  for (const auto& found : result.breaks) holding.insert(key_of(found));
  std::map<std::string, std::string> matched_with;
  for (const auto& match : result.matches) {
    matched_with["line:" + match.line_id] = "remittance " + match.reference;
    matched_with["remittance:" + match.reference] = "statement line " + match.line_id;
  }
  std::vector<BreakEnd> ends;
  for (const auto& key : open_break_keys(tx, kEndedByMatching))
    if (!holding.contains(key)) ends.push_back({key, why_ended(key, matched_with)});
  resolve_breaks(tx, ends, kResolvedByRule, now);
}

}  // namespace

ReconReport match_remittances(sql::Tx& tx, const Actor& actor, std::optional<std::int64_t> file, Time now,
                              const ReconRules& rules) {
  auto lines = open_lines(tx, file);
  auto remittances = remittances_to_match(tx, lines);
  const Table table(std::move(lines), std::move(remittances));
  const auto result = table.match(now, rules.window_days);
  insert_matches(tx, result.matches, actor.id, now);
  book_all(tx, table, result, actor, now);
  move_charges(tx, result.matches);
  end_breaks(tx, result, now);
  std::vector<NewBreak> breaks;
  for (const auto& found : result.breaks) breaks.push_back(new_break(table, found));
  ReconReport report;
  report.matched = result.matches.size();
  report.breaks_opened = open_breaks(tx, breaks, now) + renew_charge_breaks(tx, rules.remit_within, now);
  close_settled_parcels(tx);
  return report;
}

}  // namespace bccid
