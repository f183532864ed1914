#include "flow/decide_breaks.hpp"

#include "base/text.hpp"
#include "domain/recon/break.hpp"
#include "flow/cash_entries.hpp"
#include "flow/end_break.hpp"
#include "flow/places.hpp"
#include "store/stored_name.hpp"

#include <algorithm>
#include <utility>

namespace bccid {
namespace {

Failure hidden_break(const Uuid& id) {
  return Failure(Errc::not_found, "there is no break " + id.to_text(),
                 "Check the id; breaks of other agencies are not shown.");
}

Result<StoredBreak> lock_open(sql::Tx& tx, const Actor& actor, const Uuid& id) {
  auto found = lock_break(tx, id, seen_agency(actor));
  if (!found) return hidden_break(id);
  if (found->resolved)
    return Failure(Errc::conflict, "break " + id.to_text() + " is resolved",
                   "Read it: it says how and by whom.");
  return *std::move(found);
}

const sql::Query kAuditBreak{"break_decision_record", R"(
INSERT INTO audit (actor, role, action, subject, request_id, detail)
VALUES ($1, $2, $3, 'break:' || $4::text, $5, jsonb_build_object('action', $6::text, 'note', $7::text)))"};

void record(sql::Tx& tx, const Actor& actor, const char* what, const Uuid& id, const BreakProposal& proposal,
            const std::string& note) {
  tx.exec(kAuditBreak, sql::Params::of(actor.id, actor.role, what, id.to_text(), actor.request_id,
                                       name(proposal.action), note));
}

std::string resolution_of(const BreakProposal& proposal) {
  std::string text =
      std::string(name(proposal.action)) + " by " + proposal.proposed_by + ": " + proposal.note;
  if (proposal.decided_by != proposal.proposed_by) text += "; approved by " + proposal.decided_by;
  if (!proposal.reason.empty()) text += ": " + proposal.reason;
  return text;
}

// The decision is stored before the break ends: PostgreSQL asks for it.
Status approve(sql::Tx& tx, const Actor& actor, const Uuid& id, const StoredBreak& found,
               BreakProposal proposal, std::string_view reason, Time now) {
  if (auto booked = book_end(tx, {id, found, proposal, actor.id}, now); !booked) return booked;
  proposal.decision = "approved";
  proposal.decided_by = actor.id;
  proposal.decided_at = now;
  proposal.reason = reason;
  decide_proposal(tx, proposal);
  end_break(tx, found.id, resolution_of(proposal), actor.id, now);
  record(tx, actor, "break.approve", id, proposal, proposal.reason);
  return {};
}

Status check_wish(sql::Tx& tx, const StoredBreak& found, const BreakWish& wish) {
  const auto ends = ends_of(stored_name<BreakType>(found.key.type), found.amount);
  if (std::ranges::find(ends, wish.action) == ends.end())
    return Failure(Errc::conflict,
                   "a break of type " + found.key.type + " over " + std::to_string(found.amount.dong()) +
                       " VND cannot end by " + std::string(name(wish.action)),
                   "Use one of the actions that the break itself lists.", "/action");
  if (open_proposal(tx, found.id))
    return Failure(Errc::conflict, "a proposal for this break waits for its decision",
                   "Let a second person decide it first.");
  // A refund of what the agency has received needs no till.
  const bool pays =
      wish.action == BreakAction::pay_back || (wish.action == BreakAction::refund && !wish.office.empty());
  if (pays && !office_exists(tx, wish.office))
    return Failure(Errc::invalid_field, "there is no post office \"" + shown(wish.office) + '"',
                   "Name the office whose till pays it back.", "/office");
  return {};
}

}  // namespace

Result<BreakCase> read_break(sql::Tx& tx, const Actor& actor, const Uuid& id, Time now) {
  auto view = read_break_view(tx, actor, id, now);
  if (!view) return hidden_break(id);
  return BreakCase{*std::move(view), proposals_of(tx, id), comments_of(tx, id)};
}

Result<BreakCase> comment_break(sql::Tx& tx, const Actor& actor, const Uuid& id, std::string_view text,
                                Time now) {
  const auto found = lock_break(tx, id, seen_agency(actor));
  if (!found) return hidden_break(id);
  insert_comment(tx, found->id, {now, actor.id, std::string(text)});
  return read_break(tx, actor, id, now);
}

Result<BreakCase> propose_end(sql::Tx& tx, const Actor& actor, const Uuid& id, const BreakWish& wish,
                              Time now) {
  const auto found = lock_open(tx, actor, id);
  if (!found) return found.error();
  if (auto good = check_wish(tx, *found, wish); !good) return good.error();
  BreakProposal proposal;
  proposal.action = wish.action;
  proposal.note = wish.note;
  if (wish.action == BreakAction::pay_back || wish.action == BreakAction::refund)
    proposal.office = wish.office;
  proposal.proposed_by = actor.id;
  proposal.proposed_at = now;
  proposal.id = insert_proposal(tx, found->id, proposal);
  record(tx, actor, "break.propose", id, proposal, proposal.note);
  if (!needs_second_person(wish.action))
    if (auto ended = approve(tx, actor, id, *found, proposal, "", now); !ended) return ended.error();
  return read_break(tx, actor, id, now);
}

Result<BreakCase> decide_end(sql::Tx& tx, const Actor& actor, const Uuid& id, bool approved,
                             std::string_view reason, Time now) {
  const auto found = lock_open(tx, actor, id);
  if (!found) return found.error();
  auto proposal = open_proposal(tx, found->id);
  if (!proposal)
    return Failure(Errc::conflict, "nothing is proposed for break " + id.to_text(),
                   "Propose first how it ends.");
  if (approved && proposal->proposed_by == actor.id)
    return Failure(Errc::conflict, "you proposed this yourself", "Ask a second person to decide it.");
  if (approved) {
    if (auto ended = approve(tx, actor, id, *found, *std::move(proposal), reason, now); !ended)
      return ended.error();
    return read_break(tx, actor, id, now);
  }
  proposal->decision = "rejected";
  proposal->decided_by = actor.id;
  proposal->decided_at = now;
  proposal->reason = reason;
  decide_proposal(tx, *proposal);
  record(tx, actor, "break.reject", id, *proposal, proposal->reason);
  return read_break(tx, actor, id, now);
}

}  // namespace bccid
