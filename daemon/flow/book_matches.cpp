#include "flow/book_matches.hpp"

#include "base/time_text.hpp"
#include "domain/ledger/ledger.hpp"
#include "flow/cash_entries.hpp"
#include "flow/match_journals.hpp"
#include "store/charge_store.hpp"
#include "store/ledger_store.hpp"
#include "store/stored_name.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace bccid {
namespace {

// Under which key a line waits in clearing. One that was taken out of a match, or is whole again, waits anew,
// under a new key.
std::string clearing_key(const OpenLine& line) {
  return "unexplained:" + line.line.id + (line.undone == 0 ? "" : "#" + std::to_string(line.undone));
}

// Money that the account really saw, though nobody can say yet what it is: Dr bank Cr clearing, and the
// other way round for money that left. It is an event of the day that the bank booked it on, unless it stood
// elsewhere in between, in a match or in the line that it is a part of: then of the moment at which it left.
JournalEntry unexplained_entry(const MatchTable& table, const Break& found, const Actor& actor, Time now) {
  auto line = table.in_clearing(found);
  const auto& seen = table.line(found.line_id).line;
  const bool left = line.amount < Money{};
  if (left) line.amount = -line.amount;
  const auto& open = table.line(found.line_id);
  const Time at = open.undone == 0 && !open.part ? start_of_day(seen.booked) : now;
  auto entry = empty_entry(JournalKind::unexplained, clearing_key(open), at, actor.id);
  auto journal = unexplained({}, seen.id, seen.account, line);
  entry.append(left ? reversal({}, journal) : journal, {});
  return entry;
}

MatchMoney money_of(const MatchTable& table, const NewMatch& made) {
  MatchMoney money{made.account, {}, {}, made.match.adjusted, made.match.settles()};
  for (const auto& key : made.match.lines) money.lines.push_back(table.line(key).line.amount);
  for (const auto& reference : made.match.references) {
    const auto& one = table.remittance(reference);
    money.remittances.push_back({reference, {one.kind, one.agency, one.credit.amount}});
  }
  return money;
}

MatchMoney money_of(const MatchView& match) {
  MatchMoney money{match.lines.front().account, {}, {}, match.adjusted, match.difference == match.adjusted};
  for (const auto& line : match.lines) money.lines.push_back(line.amount);
  for (const auto& one : match.remittances)
    money.remittances.push_back({one.reference, {stored_name<ChargeKind>(one.kind), one.agency, one.amount}});
  return money;
}

// A match is an event of its last line's day, and of this moment when a line was booked elsewhere before:
// what was in clearing yesterday was not with the remittance yesterday.
Time happened(const MatchTable& table, const NewMatch& made, const std::set<std::string>& cleared, Time now) {
  Time at{};
  for (const auto& key : made.match.lines) {
    const auto& line = table.line(key);
    if (line.undone > 0 || line.part || (!line.fresh && cleared.contains(clearing_key(line)))) return now;
    at = std::max(at, start_of_day(line.line.booked));
  }
  return at;
}

// The charges follow their remittance; only what arrived to the last dong, or near enough, is
// settled.
void move_charges(sql::Tx& tx, std::span<const NewMatch> matches) {
  std::vector<RemittanceMove> moves;
  for (const auto& made : matches)
    for (const auto id : made.remittance_ids)
      moves.push_back({id, made.match.settles() ? MoneyState::settled : MoneyState::on_statement});
  move_arrived_charges(tx, moves);
}

// The opposite of what a match was booked as, out of the journal that it shares.
JournalEntry part_taken_back(const Journal& part, std::int64_t shared, const Uuid& match, Time now,
                             std::string_view by, const std::string& note) {
  auto entry = empty_entry(JournalKind::reversal, {}, now, by);
  entry.journal = reversal("reversal:" + std::string(name(part.kind)) + ":" + match.to_text(), part);
  entry.note = note;
  entry.reverses = shared;
  entry.part = match;
  return entry;
}

}  // namespace

void book_matches(sql::Tx& tx, const MatchTable& table, std::span<NewMatch> matches,
                  std::span<const Break> breaks, const Actor& actor, Time now) {
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
  MatchJournals journals(actor.id);
  for (auto& made : matches)
    made.booking = journals.add(made.id, happened(table, made, cleared, now), money_of(table, made));
  journals.finish_into(entries);
  insert_matches(tx, matches, actor.id, now);
  for (const auto& found : breaks)
    if (of_line(found)) entries.push_back(unexplained_entry(table, found, actor, now));
  book(tx, entries);
  move_charges(tx, matches);
}

void leave_clearing(sql::Tx& tx, std::span<const OpenLine> lines, const Actor& actor, Time now,
                    const std::string& note) {
  std::vector<std::string> keys;
  for (const auto& line : lines) keys.push_back(clearing_key(line));
  std::vector<JournalEntry> entries;
  for (const auto& journal : unreversed_journals(tx, keys))
    entries.push_back(reversal_of(journal, now, actor.id, note));
  book(tx, entries);
}

void unbook_matches(sql::Tx& tx, std::span<const MatchView> matches, std::string_view by,
                    std::string_view reason, Time now) {
  if (matches.empty()) return;
  std::vector<std::string> references, keys;
  std::vector<BreakEnd> ends;
  for (const auto& match : matches) {
    for (const auto kind : {JournalKind::on_statement, JournalKind::adjusted, JournalKind::settled})
      keys.push_back(booking_key(kind, match.booking));
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
  const auto journals = journal_ids(tx, keys);
  const std::string note = "the match was undone: " + std::string(reason);
  for (const auto& match : matches) {
    const auto money = money_of(match);
    for (const auto& part : {arrived_with(money), adjusted_with(money), settled_with(money)})
      if (!part.postings.empty())
        entries.push_back(part_taken_back(part, journals.at(booking_key(part.kind, match.booking)), match.id,
                                          now, by, note));
  }
  book(tx, entries);
  mark_undone(tx, matches, by, reason, now);
  resolve_breaks(tx, ends, kResolvedByRule, now);
}

}  // namespace bccid
