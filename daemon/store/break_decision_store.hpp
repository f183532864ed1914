#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "domain/recon/break_action.hpp"
#include "store/break_store.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct BreakProposal {
  std::int64_t id = 0;
  BreakAction action = BreakAction::accept;
  std::string note;
  std::string office;  // whose till pays; empty where none does
  std::string proposed_by;
  Time proposed_at{};
  std::string decision;  // "approved", "rejected"; empty while open
  std::string decided_by;
  std::optional<Time> decided_at;
  std::string reason;
};

struct BreakComment {
  Time at{};
  std::string actor;
  std::string text;
};

struct StoredBreak {
  std::int64_t id = 0;
  BreakKey key;
  Money amount;
  std::string agency, dossier_code, owner;
  bool resolved = false;
  std::int64_t order_id = 0;  // zero: it concerns no order, or several
};

// The break, locked until the transaction ends, if there is one that the agency may see (empty: any).
std::optional<StoredBreak> lock_break(sql::Tx& tx, const Uuid& id, std::string_view agency);

// What was said and proposed about a break, the oldest first.
std::vector<BreakProposal> proposals_of(sql::Tx& tx, const Uuid& id);
std::vector<BreakComment> comments_of(sql::Tx& tx, const Uuid& id);

void insert_comment(sql::Tx& tx, std::int64_t break_id, const BreakComment& comment);
std::int64_t insert_proposal(sql::Tx& tx, std::int64_t break_id, const BreakProposal& proposal);
// The open proposal of a locked break.
std::optional<BreakProposal> open_proposal(sql::Tx& tx, std::int64_t break_id);
void decide_proposal(sql::Tx& tx, const BreakProposal& decided);
// Ends a break by an approved proposal of `by`.
void end_break(sql::Tx& tx, std::int64_t break_id, std::string_view resolution, std::string_view by,
               Time now);

}  // namespace bccid
