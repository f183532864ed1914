#pragma once

#include "flow/actor.hpp"
#include "flow/page.hpp"
#include "flow/reconcile.hpp"
#include "store/match_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// What a person puts together: one line with one or several remittances, or several lines with one.
struct MatchWish {
  std::vector<std::int64_t> lines;
  std::vector<std::string> references;
  std::string note;  // why; becomes the evidence
  // As the person saw the lines, in their order; empty: however they are now.
  std::vector<std::int64_t> versions = {};
  // What of the one line the match takes, more than zero; the rest becomes an open part (see
  // split_lines.hpp). Nothing: all of it.
  std::optional<Money> amount = {};
};

// Errors: not_found (a line or remittance), conflict (one is matched already, a line is not as it was seen,
// they lie on different accounts, several do not add up: the message says by how much, or the line has less
// than the amount), invalid_field (several with several, an amount of several lines). One line with one
// remittance of another amount leaves a short or an over break, as if the line had named it.
Result<MatchView> match_by_person(sql::Tx& tx, const Actor& actor, const MatchWish& wish, Time now,
                                  const ReconRules& rules);

// Takes a match apart: its journals are reversed, its lines and remittances are open again and matched anew,
// but never with each other except by a person. The match stays readable. Errors: not_found, conflict (undone
// already).
Result<MatchView> undo_match(sql::Tx& tx, const Actor& actor, const Uuid& id, std::string_view reason,
                             Time now, const ReconRules& rules);

// Errors: not_found.
Result<MatchView> find_match(sql::Tx& tx, const Actor& actor, const Uuid& id);

struct FoundMatches {
  std::vector<MatchView> items;  // the newest first
  std::string next;              // empty on the last page
};
// Errors: invalid_field (cursor).
Result<FoundMatches> find_matches(sql::Tx& tx, const Actor& actor, bool undone_too, const PageOf& page);

}  // namespace bccid
