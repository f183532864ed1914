#include "flow/split_lines.hpp"

#include "base/time_text.hpp"
#include "flow/account_matching.hpp"
#include "flow/book_matches.hpp"
#include "flow/match_remittances.hpp"
#include "store/statement_line_store.hpp"

#include <algorithm>
#include <utility>

namespace bccid {
namespace {

const sql::Query kAuditSplit{"line_split_record", R"(
INSERT INTO audit (actor, role, action, subject, request_id, detail)
VALUES ($1, $2, $3, 'statement_line:' || $4::bigint, $5,
        jsonb_build_object('note', $6::text, 'parts', $7::bigint)))"};

void record(sql::Tx& tx, const Actor& actor, const char* what, std::int64_t line, std::string_view note,
            std::size_t parts) {
  tx.exec(kAuditSplit, sql::Params::of(actor.id, actor.role, what, line, actor.request_id, note, parts));
}

std::string numbered(std::int64_t line) { return "line " + std::to_string(line); }

Failure not_open(std::int64_t line, const std::string& why, const char* pointer = "") {
  return Failure(Errc::conflict, numbered(line) + " " + why,
                 "Read GET /v1/statement-lines/{id}: it says what was decided about the line.", pointer);
}

Result<StatementLineView> seen_line(sql::Tx& tx, const Actor& actor, std::int64_t id,
                                    const std::optional<std::int64_t>& version) {
  auto line = read_line(tx, id, seen_agency(actor));
  if (!line)
    return Failure(Errc::not_found, "there is no statement " + numbered(id),
                   "Use an id of GET /v1/statement-lines; lines of other agencies are not shown.");
  if (version && *version != line->version)
    return Failure(Errc::conflict,
                   numbered(id) + " has changed since you read it: version " + std::to_string(*version) +
                       " is " + std::to_string(line->version) + " now",
                   "Read GET /v1/statement-lines/{id} again, then decide.", "/version");
  return *std::move(line);
}

// Whether a line waits for its explanation, so that somebody may still say what it is.
Status check_waits(const StatementLineView& line) {
  if (line.split_at)
    return not_open(line.id, "is split already, by " + line.split_by + " at " + to_rfc3339(*line.split_at));
  if (line.match) return not_open(line.id, "is in match " + line.match->to_text());
  if (line.amount <= Money{}) return not_open(line.id, "took money out of the account");
  if (!line.open_break) return not_open(line.id, "is not open: what it is was decided");
  return {};
}

Status check_parts(const StatementLineView& line, const std::vector<SplitPart>& parts) {
  if (parts.size() < 2 || parts.size() > kPartsMax)
    return Failure(Errc::invalid_field, "there are " + std::to_string(parts.size()) + " parts",
                   "Name two to " + std::to_string(kPartsMax) + " parts.", "/parts");
  Money sum;
  for (const auto& part : parts) {
    if (part.amount <= Money{})
      return Failure(Errc::invalid_field, "a part has " + std::to_string(part.amount.dong()) + " VND",
                     "Give each part more than zero.", "/parts");
    if (part.amount > line.amount - sum)
      return Failure(Errc::conflict,
                     "the parts are more than the " + std::to_string(line.amount.dong()) + " VND of " +
                         numbered(line.id),
                     "Let the parts add up to the line.", "/parts");
    sum += part.amount;
  }
  if (sum == line.amount) return {};
  return Failure(Errc::conflict,
                 "the parts are " + std::to_string(sum.dong()) + " VND, " + numbered(line.id) + " has " +
                     std::to_string(line.amount.dong()),
                 "Let the parts add up to the line.", "/parts");
}

Status check_joins(const StatementLineView& line, const std::vector<StatementLineView>& parts) {
  if (!line.split_at)
    return not_open(line.id, line.part_of == 0 ? "is not split"
                                               : "is not split itself: it is a part of line " +
                                                     std::to_string(line.part_of));
  for (const auto& part : parts) {
    if (part.match) return not_open(part.id, "is a part and in match " + part.match->to_text());
    if (part.split_at) return not_open(part.id, "is a part and split itself: join its parts first");
    if (!part.open_break) return not_open(part.id, "is a part, and what it is was decided");
  }
  return {};
}

// Nothing waits under their names any more: neither in clearing nor as breaks.
void put_out_of_play(sql::Tx& tx, std::span<const OpenLine> lines, const Actor& actor, Time now,
                     const std::string& why) {
  leave_clearing(tx, lines, actor, now, why);
  std::vector<BreakEnd> ends;
  for (const auto& line : lines) add_ends(ends, line.line.id, why);
  resolve_breaks(tx, ends, kResolvedByRule, now);
}

}  // namespace

MatchedLine as_freed(const OpenLine& line) {
  return {line.id, line.line.id, line.line.account, line.line.booked, line.line.amount, line.line.text};
}

Result<std::vector<OpenLine>> divide_line(sql::Tx& tx, const Actor& actor, const SplitWish& wish, Time now) {
  const auto line = seen_line(tx, actor, wish.line, wish.version);
  if (!line) return line.error();
  if (auto waits = check_waits(*line); !waits) return waits.error();
  if (auto fit = check_parts(*line, wish.parts); !fit) return fit.error();
  put_out_of_play(
      tx, lines_by_id(tx, {&wish.line, 1}), actor, now,
      "split into " + std::to_string(wish.parts.size()) + " parts by " + actor.id + ": " + wish.note);
  const auto ids = insert_split(tx, {wish.line, wish.parts, wish.note, actor.id}, now);
  record(tx, actor, "line.split", wish.line, wish.note, ids.size());
  auto parts = lines_by_id(tx, ids);
  std::ranges::sort(parts, {}, &OpenLine::id);  // lines_by_id() goes by keys
  return parts;
}

Result<LineCase> split_line(sql::Tx& tx, const Actor& actor, const SplitWish& wish, Time now,
                            const ReconRules& rules) {
  lock_reconciliation(tx);
  const auto parts = divide_line(tx, actor, wish, now);
  if (!parts) return parts.error();
  MatchCause cause;
  for (const auto& part : *parts) cause.freed.push_back(as_freed(part));
  match_remittances(tx, actor, cause, now, rules);
  return find_line(tx, actor, wish.line, rules);
}

Result<LineCase> join_line(sql::Tx& tx, const Actor& actor, const JoinWish& wish, Time now,
                           const ReconRules& rules) {
  lock_reconciliation(tx);
  const auto line = seen_line(tx, actor, wish.line, wish.version);
  if (!line) return line.error();
  const auto parts = read_parts(tx, wish.line);
  if (auto joins = check_joins(*line, parts); !joins) return joins.error();
  std::vector<std::int64_t> ids;
  for (const auto& part : parts) ids.push_back(part.id);
  put_out_of_play(tx, lines_by_id(tx, ids), actor, now,
                  numbered(wish.line) + " is whole again, by " + actor.id + ": " + wish.reason);
  mark_joined(tx, wish.line, actor.id, wish.reason, now);
  record(tx, actor, "line.join", wish.line, wish.reason, ids.size());
  MatchCause cause;
  for (const auto& whole : lines_by_id(tx, {&wish.line, 1})) cause.freed.push_back(as_freed(whole));
  match_remittances(tx, actor, cause, now, rules);
  return find_line(tx, actor, wish.line, rules);
}

}  // namespace bccid
