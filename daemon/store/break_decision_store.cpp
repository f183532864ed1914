#include "store/break_decision_store.hpp"

#include "store/stored_name.hpp"

namespace bccid {
namespace {

BreakProposal proposal_from(const sql::Row& row) {
  BreakProposal proposal;
  proposal.id = row.i64(0);
  proposal.action = stored_name<BreakAction>(row.text(1));
  proposal.note = row.str(2);
  proposal.office = row.str(3);
  proposal.proposed_by = row.str(4);
  proposal.proposed_at = row.time(5);
  proposal.decision = row.opt_text(6).value_or("");
  proposal.decided_by = row.str(7);
  proposal.decided_at = row.opt_time(8);
  proposal.reason = row.str(9);
  return proposal;
}

}  // namespace

const sql::Query kLockBreak{"break_lock", R"(
SELECT id, type, subject, amount, agency_code, dossier_code, owner, resolved_at IS NOT NULL, order_id
  FROM recon_break WHERE public_id = $1 AND ($2::text = '' OR agency_code = $2) FOR NO KEY UPDATE)"};

std::optional<StoredBreak> lock_break(sql::Tx& tx, const Uuid& id, std::string_view agency) {
  const auto rows = tx.exec(kLockBreak, sql::Params::of(id, agency));
  if (rows.empty()) return {};
  const auto row = rows.front();
  return StoredBreak{
      row.i64(0),     {row.str(1), row.str(2)},  row.money(3), row.str(4), row.str(5), row.str(6),
      row.boolean(7), row.opt_i64(8).value_or(0)};
}

const sql::Query kProposalsOf{"break_proposals_of", R"(
SELECT p.id, p.action, p.note, p.office, p.proposed_by, p.proposed_at, p.decision, p.decided_by, p.decided_at,
       p.reason
  FROM break_proposal p JOIN recon_break b ON b.id = p.break_id WHERE b.public_id = $1 ORDER BY p.id)"};

std::vector<BreakProposal> proposals_of(sql::Tx& tx, const Uuid& id) {
  std::vector<BreakProposal> proposals;
  for (const auto row : tx.exec(kProposalsOf, sql::Params::of(id))) proposals.push_back(proposal_from(row));
  return proposals;
}

const sql::Query kCommentsOf{"break_comments_of", R"(
SELECT c.at, c.actor, c.text
  FROM break_comment c JOIN recon_break b ON b.id = c.break_id WHERE b.public_id = $1 ORDER BY c.id)"};

std::vector<BreakComment> comments_of(sql::Tx& tx, const Uuid& id) {
  std::vector<BreakComment> comments;
  for (const auto row : tx.exec(kCommentsOf, sql::Params::of(id)))
    comments.push_back({row.time(0), row.str(1), row.str(2)});
  return comments;
}

const sql::Query kInsertComment{"break_comment_insert", R"(
INSERT INTO break_comment (break_id, at, actor, text) VALUES ($1, $2, $3, $4))"};

void insert_comment(sql::Tx& tx, std::int64_t break_id, const BreakComment& comment) {
  tx.exec(kInsertComment, sql::Params::of(break_id, comment.at, comment.actor, comment.text));
}

const sql::Query kInsertProposal{"break_proposal_insert", R"(
INSERT INTO break_proposal (break_id, action, note, office, proposed_by, proposed_at)
VALUES ($1, $2, $3, $4, $5, $6) RETURNING id)"};

std::int64_t insert_proposal(sql::Tx& tx, std::int64_t break_id, const BreakProposal& proposal) {
  const auto params = sql::Params::of(break_id, name(proposal.action), proposal.note, proposal.office,
                                      proposal.proposed_by, proposal.proposed_at);
  return tx.exec(kInsertProposal, params).front().i64(0);
}

const sql::Query kOpenProposal{"break_proposal_open", R"(
SELECT id, action, note, office, proposed_by, proposed_at, decision, decided_by, decided_at, reason
  FROM break_proposal WHERE break_id = $1 AND decision IS NULL)"};

std::optional<BreakProposal> open_proposal(sql::Tx& tx, std::int64_t break_id) {
  const auto rows = tx.exec(kOpenProposal, sql::Params::of(break_id));
  if (rows.empty()) return {};
  return proposal_from(rows.front());
}

const sql::Query kDecide{"break_proposal_decide", R"(
UPDATE break_proposal SET decision = $2, decided_by = $3, decided_at = $4, reason = $5 WHERE id = $1)"};

void decide_proposal(sql::Tx& tx, const BreakProposal& decided) {
  tx.exec(kDecide, sql::Params::of(decided.id, decided.decision, decided.decided_by, decided.decided_at,
                                   decided.reason));
}

const sql::Query kEndBreak{"break_end", R"(
UPDATE recon_break SET resolved_at = $3, resolution = $2, resolved_by = $4 WHERE id = $1)"};

void end_break(sql::Tx& tx, std::int64_t break_id, std::string_view resolution, std::string_view by,
               Time now) {
  tx.exec(kEndBreak, sql::Params::of(break_id, resolution, now, by));
}

}  // namespace bccid
