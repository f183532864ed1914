#include "flow/book_matches.hpp"

#include "base/time_text.hpp"
#include "domain/ledger/ledger.hpp"
#include "flow/cash_entries.hpp"
#include "store/charge_store.hpp"
#include "store/ledger_store.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace bccid {
namespace {

std::string arrived_key(const Uuid& match) { return "on_statement:" + match.to_text(); }
std::string settled_key(const Uuid& match) { return "settled:" + match.to_text(); }

// Under which key a line waits in clearing. One that was taken out of a match waits anew, under a new key.
std::string clearing_key(const OpenLine& line) {
  return "unexplained:" + line.line.id + (line.undone == 0 ? "" : "#" + std::to_string(line.undone));
}

// Money that the account really saw, though nobody can say yet what it is: Dr bank Cr clearing, and the
// other way round for money that left. It is an event of the day that the bank booked it on, unless it was in
// a match in between: then of the moment at which that was undone.
JournalEntry unexplained_entry(const MatchTable& table, const Break& found, const Actor& actor, Time now) {
  auto line = table.in_clearing(found);
  const auto& seen = table.line(found.line_id).line;
  const bool left = line.amount < Money{};
  if (left) line.amount = -line.amount;
  const auto& open = table.line(found.line_id);
  const Time at = open.undone == 0 ? start_of_day(seen.booked) : now;
  auto entry = empty_entry(JournalKind::unexplained, clearing_key(open), at, actor.id);
  auto journal = unexplained({}, seen.id, seen.account, line);
  entry.append(left ? reversal({}, journal) : journal, {});
  return entry;
}

// Line by line and remittance by remittance: of one line with several each remittance is a share of it, of
// several lines with one each line. It is an event of the last line's day, and of this moment when a line was
// booked elsewhere before: what was in clearing yesterday was not with the remittance yesterday.
void add_matched(std::vector<JournalEntry>& entries, const MatchTable& table, const NewMatch& made,
                 bool was_elsewhere, const Actor& actor, Time now) {
  const auto& match = made.match;
  Time at{};
  for (const auto& key : match.lines) at = std::max(at, start_of_day(table.line(key).line.booked));
  if (was_elsewhere) at = now;
  auto arrived = empty_entry(JournalKind::on_statement, arrived_key(made.id), at, actor.id);
  auto owned = empty_entry(JournalKind::settled, settled_key(made.id), at, actor.id);
  for (const auto& key : match.lines)
    for (const auto& reference : match.references) {
      const auto& seen = table.line(key).line;
      const auto& remittance = table.remittance(reference);
      const bool shares_line = match.references.size() > 1;
      const Money came = shares_line ? remittance.credit.amount : seen.amount;
      const Money due = match.lines.size() > 1 ? seen.amount : remittance.credit.amount;
      const ChargeLine line{remittance.kind, remittance.agency, due};
      arrived.append(on_statement({}, reference, seen.account, line, came), {});
      if (match.difference.zero()) owned.append(settled({}, seen.account, {&line, 1}), {});
    }
  entries.push_back(std::move(arrived));
  if (match.difference.zero()) entries.push_back(std::move(owned));
}

// The charges follow their remittance; only what arrived to the last dong is settled.
void move_charges(sql::Tx& tx, std::span<const NewMatch> matches) {
  std::vector<std::string> arrived, exact;
  for (const auto& made : matches)
    for (const auto& reference : made.match.references) {
      arrived.push_back(reference);
      if (made.match.difference.zero()) exact.push_back(reference);
    }
  move_remitted_charges(tx, arrived, MoneyState::remitted, MoneyState::on_statement);
  move_remitted_charges(tx, exact, MoneyState::on_statement, MoneyState::settled);
}

}  // namespace

void book_matches(sql::Tx& tx, const MatchTable& table, std::span<const NewMatch> matches,
                  std::span<const Break> breaks, const Actor& actor, Time now) {
  insert_matches(tx, matches, actor.id, now);
  std::vector<std::string> explained;
  for (const auto& made : matches)
    for (const auto& key : made.match.lines)
      if (const auto& line = table.line(key); !line.fresh) explained.push_back(clearing_key(line));
  std::vector<JournalEntry> entries;
  std::set<std::string> cleared;
  for (const auto& journal : unreversed_journals(tx, explained)) {
    cleared.insert(journal.key);
    entries.push_back(reversal_of(journal, now, actor.id, "the line was matched"));
  }
  for (const auto& made : matches) {
    const bool was_elsewhere = std::ranges::any_of(made.match.lines, [&](const std::string& key) {
      return table.line(key).undone > 0 || cleared.contains(clearing_key(table.line(key)));
    });
    add_matched(entries, table, made, was_elsewhere, actor, now);
  }
  for (const auto& found : breaks)
    if (of_line(found)) entries.push_back(unexplained_entry(table, found, actor, now));
  book(tx, entries);
  move_charges(tx, matches);
}

void unbook_matches(sql::Tx& tx, std::span<const MatchView> matches, std::string_view by,
                    std::string_view reason, Time now) {
  if (matches.empty()) return;
  std::vector<std::string> references, journals;
  std::vector<BreakEnd> ends;
  for (const auto& match : matches) {
    journals.push_back(arrived_key(match.id));
    journals.push_back(settled_key(match.id));
    for (const auto& remittance : match.remittances) {
      references.push_back(remittance.reference);
      for (const auto* type : {"short", "over"})
        ends.push_back({{type, "remittance:" + remittance.reference}, "rule match: its match was undone"});
    }
  }
  // Parcels before charges, as whoever scans locks them.
  reopen_parcels_of(tx, references);
  move_remitted_charges(tx, references, MoneyState::settled, MoneyState::on_statement);
  move_remitted_charges(tx, references, MoneyState::on_statement, MoneyState::remitted);
  std::vector<JournalEntry> entries;
  for (const auto& journal : unreversed_journals(tx, journals))
    entries.push_back(
        reversal_of(journal, now, std::string(by), "the match was undone: " + std::string(reason)));
  book(tx, entries);
  mark_undone(tx, matches, by, reason, now);
  resolve_breaks(tx, ends, kResolvedByRule, now);
}

}  // namespace bccid
