#include "flow/matches_by_hand.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/time_text.hpp"
#include "flow/book_matches.hpp"
#include "flow/match_remittances.hpp"
#include "flow/split_lines.hpp"
#include "store/statement_line_store.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace bccid {
namespace {

Failure hidden_match(const Uuid& id) {
  return Failure(Errc::not_found, "there is no match " + id.to_text(), "Use an id of GET /v1/matches.");
}

const sql::Query kAuditMatch{"match_record", R"(
INSERT INTO audit (actor, role, action, subject, request_id, detail)
VALUES ($1, $2, $3, 'match:' || $4::text, $5, jsonb_build_object('note', $6::text)))"};

void record(sql::Tx& tx, const Actor& actor, const char* what, const Uuid& id, std::string_view note) {
  tx.exec(kAuditMatch, sql::Params::of(actor.id, actor.role, what, id.to_text(), actor.request_id, note));
}

// A wish as it was found in the database.
struct Sides {
  std::vector<OpenLine> lines;
  std::vector<OpenRemittance> remittances;
};

// Who was first, and with what he matched it.
Failure taken_already(sql::Tx& tx, const std::string& what, std::int64_t match, const char* pointer) {
  const auto taken = matches_by_number(tx, {&match, 1}).at(0);
  std::string with;
  for (const auto& one : taken.remittances) with += (with.empty() ? "" : ", ") + one.reference;
  return Failure(Errc::conflict,
                 what + " is matched already: " + taken.actor + " matched " + with + " at " +
                     to_rfc3339(taken.matched_at) + " by rule " + taken.rule,
                 "Read GET /v1/matches/" + taken.id.to_text() + ": undo that match first if it is wrong.",
                 pointer);
}

Status check_open(sql::Tx& tx, const Sides& sides) {
  for (const auto& one : sides.lines) {
    if (one.out_of_play)
      return Failure(Errc::conflict,
                     "line " + std::to_string(one.id) +
                         (one.part ? " is a part of a line that is whole again" : " is split into parts"),
                     "Match what is in play: GET /v1/statement-lines.", "/lines");
    if (one.match != 0) return taken_already(tx, "line " + std::to_string(one.id), one.match, "/lines");
  }
  for (const auto& one : sides.remittances)
    if (one.match != 0)
      return taken_already(tx, "remittance " + one.credit.reference, one.match, "/remittances");
  return {};
}

// A person decides about what he sees: somebody may have matched a line and taken it apart again meanwhile.
Status check_versions(sql::Tx& tx, const MatchWish& wish) {
  if (wish.versions.empty()) return {};
  const auto current = line_versions(tx, wish.lines);
  for (std::size_t i = 0; i < wish.lines.size(); ++i) {
    const auto found = std::ranges::find(current, wish.lines[i], &LineVersion::id);
    if (found == current.end() || found->version == wish.versions[i]) continue;
    return Failure(Errc::conflict,
                   "line " + std::to_string(wish.lines[i]) + " has changed since you read it: version " +
                       std::to_string(wish.versions[i]) + " is " + std::to_string(found->version) + " now",
                   "Read GET /v1/statement-lines/{id} again, then decide.", "/versions");
  }
  return {};
}

Status check_one_account(const Sides& sides) {
  const std::string& account = sides.remittances.front().credit.account;
  for (const auto& found : sides.lines) {
    if (found.line.account != account)
      return Failure(Errc::conflict,
                     "line " + std::to_string(found.id) + " is on account " + found.line.account +
                         ", remittance " + sides.remittances.front().credit.reference + " went to " + account,
                     "Match what is on one account.", "/lines");
    if (found.line.amount <= Money{})
      return Failure(Errc::conflict, "line " + std::to_string(found.id) + " took money out of the account",
                     "Only money that came in pays a remittance.", "/lines");
  }
  for (const auto& found : sides.remittances)
    if (found.credit.account != account)
      return Failure(Errc::conflict,
                     "remittances " + sides.remittances.front().credit.reference + " and " +
                         found.credit.reference + " went to different accounts",
                     "Match what is on one account.", "/remittances");
  return {};
}

Result<Match> match_of(const Sides& sides, const MatchWish& wish) {
  Match match;
  match.rule = MatchRule::by_person;
  match.score = weight(MatchRule::by_person);
  match.evidence = wish.note;
  try {
    for (const auto& found : sides.lines) {
      match.lines.push_back(found.line.id);
      match.difference += found.line.amount;
    }
    for (const auto& found : sides.remittances) {
      match.references.push_back(found.credit.reference);
      match.difference -= found.credit.amount;
    }
  } catch (const std::overflow_error&) {
    return Failure(Errc::conflict, "the sum passes every plausible amount", "Match fewer lines.", "/lines");
  }
  if (!match.difference.zero() && match.lines.size() + match.references.size() > 2)
    return Failure(
        Errc::conflict,
        "they differ by " + std::to_string(match.difference.dong()) + " VND (lines less remittances)",
        "Several are matched only where they agree to the dong.");
  return match;
}

Result<Sides> sides_of(sql::Tx& tx, const Actor& actor, const MatchWish& wish) {
  Sides sides{lines_by_id(tx, wish.lines), remittances_of(tx, wish.references)};
  const auto seen = seen_agency(actor);
  std::erase_if(sides.remittances,
                [&seen](const OpenRemittance& one) { return !seen.empty() && one.agency != seen; });
  for (const auto id : wish.lines)
    if (std::ranges::find(sides.lines, id, &OpenLine::id) == sides.lines.end())
      return Failure(Errc::not_found, "there is no statement line " + std::to_string(id),
                     "Use an id of GET /v1/statement-lines.", "/lines");
  for (const auto& reference : wish.references)
    if (std::ranges::none_of(sides.remittances,
                             [&](const OpenRemittance& one) { return one.credit.reference == reference; }))
      return Failure(Errc::not_found, "there is no remittance \"" + shown(reference) + '"',
                     "Write the reference as POST /v1/remittances answered it.", "/remittances");
  if (auto open = check_open(tx, sides); !open) return open.error();
  if (auto one = check_one_account(sides); !one) return one.error();
  mark_undone_pairs(tx, sides.lines);
  return sides;
}

// As the matcher reports a line whose amount is not that of its remittance.
std::vector<Break> difference_of(const Sides& sides, const Match& match) {
  if (match.difference.zero()) return {};
  const auto& line = sides.lines.front().line;
  const auto type = match.difference < Money{} ? BreakType::short_paid : BreakType::over_paid;
  return {{type, match.difference, line.booked, line.id, match.references.front()}};
}

// Leaves of the one line what the wish takes, and gives back what it does not.
Result<std::vector<MatchedLine>> take_amount(sql::Tx& tx, const Actor& actor, const MatchWish& wish, Time now,
                                             Sides& sides) {
  const Money whole = sides.lines.front().line.amount;
  if (!wish.amount || *wish.amount == whole) return std::vector<MatchedLine>{};
  if (*wish.amount > whole)
    return Failure(Errc::conflict,
                   "line " + std::to_string(wish.lines.front()) + " has " + std::to_string(whole.dong()) +
                       " VND, less than " + std::to_string(wish.amount->dong()),
                   "Take no more than the line has.", "/amount_vnd");
  SplitWish split;
  split.line = wish.lines.front();
  split.parts = {{*wish.amount}, {whole - *wish.amount}};
  split.note = wish.note;
  auto parts = divide_line(tx, actor, split, now);
  if (!parts) return parts.error();
  sides.lines = {parts->front()};
  return std::vector<MatchedLine>{as_freed(parts->back())};
}

Status check_sides(const MatchWish& wish) {
  if (wish.lines.size() > 1 && wish.references.size() > 1)
    return Failure(Errc::invalid_field, "several lines with several remittances say nothing about either",
                   "Match one line with several remittances, or several lines with one.", "/lines");
  if (wish.lines.size() > 1 && wish.amount)
    return Failure(Errc::invalid_field, "an amount is a part of one line, not of several",
                   "Match the line of which only a part is meant by itself.", "/amount_vnd");
  return {};
}

}  // namespace

Result<MatchView> match_by_person(sql::Tx& tx, const Actor& actor, const MatchWish& wish, Time now,
                                  const ReconRules& rules) {
  if (auto fit = check_sides(wish); !fit) return fit.error();
  lock_reconciliation(tx);
  auto sides = sides_of(tx, actor, wish);
  if (!sides) return sides.error();
  if (auto seen = check_versions(tx, wish); !seen) return seen.error();
  auto rest = take_amount(tx, actor, wish, now, *sides);
  if (!rest) return rest.error();
  auto match = match_of(*sides, wish);
  if (!match) return match.error();
  const auto differences = difference_of(*sides, *match);
  const MatchTable table(std::move(sides->lines), std::move(sides->remittances));
  std::vector<NewMatch> made{table.new_match(*std::move(match), now)};
  book_matches(tx, table, made, {}, actor, now);
  std::vector<NewBreak> breaks;
  for (const auto& found : differences) breaks.push_back(table.new_break(found));
  open_breaks(tx, breaks, now);
  match_remittances(tx, actor, {.freed = *std::move(rest), .by_person = made}, now, rules);
  record(tx, actor, "match.make", made.front().id, wish.note);
  return find_match(tx, actor, made.front().id);
}

Result<MatchView> undo_match(sql::Tx& tx, const Actor& actor, const Uuid& id, std::string_view reason,
                             Time now, const ReconRules& rules) {
  lock_reconciliation(tx);
  const auto seen = read_match(tx, id, seen_agency(actor));
  const auto match = read_match(tx, id, {});
  // Whoever sees a part of a match takes nothing apart.
  if (!seen || seen->remittances.size() != match->remittances.size()) return hidden_match(id);
  if (match->undone_at)
    return Failure(Errc::conflict,
                   "match " + id.to_text() + " is undone: by " + match->undone_by + ", " + match->undo_reason,
                   "Read GET /v1/matches: what its lines are matched with now stands there.");
  unbook_matches(tx, {&*match, 1}, actor.id, reason, now);
  match_remittances(tx, actor, {.freed = match->lines}, now, rules);
  record(tx, actor, "match.undo", id, reason);
  return find_match(tx, actor, id);
}

Result<MatchView> find_match(sql::Tx& tx, const Actor& actor, const Uuid& id) {
  auto found = read_match(tx, id, seen_agency(actor));
  if (!found) return hidden_match(id);
  return *std::move(found);
}

Result<FoundMatches> find_matches(sql::Tx& tx, const Actor& actor, bool undone_too, const PageOf& page) {
  const auto before = number_cursor(page, std::numeric_limits<std::int64_t>::max());
  if (!before) return before.error();
  auto found = list_matches(tx, seen_agency(actor), undone_too, *before,
                            std::clamp<std::size_t>(page.limit, 1, limits::kPageItemsMax));
  return FoundMatches{std::move(found.items), found.next == 0 ? "" : std::to_string(found.next)};
}

}  // namespace bccid
