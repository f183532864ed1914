#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "domain/recon/matcher.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct NewMatch {
  Uuid id;
  Match match;
  std::string account = {};  // that its lines are on
  Day booked{};              // of the earliest of them
  std::vector<std::int64_t> line_ids = {}, remittance_ids = {};
  Uuid booking{};  // whose journals hold what it moved: the first match booked there, often this one
};

// Stores matches and moves their remittances to `on_statement`. The database refuses a line or a
// remittance that is matched already.
void insert_matches(sql::Tx& tx, std::span<const NewMatch> matches, std::string_view actor, Time now);

// A pair that a person took apart.
struct UndonePair {
  std::int64_t line = 0;
  std::string reference;
};
// Of these lines, and of parts that they stood in. What a rule took apart it may join again.
std::vector<UndonePair> undone_pairs(sql::Tx& tx, std::span<const std::int64_t> lines);

struct MatchedLine {
  std::int64_t id = 0;
  std::string key;
  std::string account;
  Day booked{};
  Money amount;
  std::string text;
};

struct MatchedRemittance {
  std::string reference;
  std::string agency;
  std::string kind;
  Money amount;
};

struct MatchView {
  std::int64_t number = 0;  // inside the database
  Uuid id;
  std::string rule;
  std::int64_t score = 0;
  Money difference;  // lines less remittances
  Money adjusted;    // what of it is taken for settled
  std::string evidence;
  Time matched_at{};
  std::string actor;
  std::optional<Time> undone_at;
  std::string undone_by;
  std::string undo_reason;
  Uuid booking{};  // see NewMatch
  std::vector<MatchedLine> lines = {};
  std::vector<MatchedRemittance> remittances = {};
};

// Nothing when there is none, or when none of its remittances is `agency`'s (empty: all are shown).
std::optional<MatchView> read_match(sql::Tx& tx, const Uuid& id, std::string_view agency);

// Live matches by their numbers, whole.
std::vector<MatchView> matches_by_number(sql::Tx& tx, std::span<const std::int64_t> numbers);

// The numbers of the live matches of lines that name nothing, made by a rule, whose line was booked on this
// day or later.
std::vector<std::int64_t> unnamed_matches(sql::Tx& tx, std::string_view account, Day since);

// The number of the newest match; 0 when there is none.
std::int64_t last_match(sql::Tx& tx);
// Of the matches after that number: how many each rule made and of how much.
struct MatchSum {
  std::string rule;
  std::int64_t matches = 0;
  Money amount;  // of their lines
};
std::vector<MatchSum> sums_by_rule(sql::Tx& tx, std::int64_t after);
// The numbers of live ones, the oldest first.
std::vector<std::int64_t> matches_after(sql::Tx& tx, std::int64_t after, std::int64_t skipped,
                                        std::size_t limit);

// The newest first; those after the one whose number is `before`. `next` is 0 on the last page.
struct MatchPage {
  std::vector<MatchView> items;
  std::int64_t next = 0;
};
MatchPage list_matches(sql::Tx& tx, std::string_view agency, bool undone_too, std::int64_t before,
                       std::size_t limit);

// Marks live matches as undone and moves their remittances back to `sent`. The caller holds the
// reconciliation lock and has read the matches.
void mark_undone(sql::Tx& tx, std::span<const MatchView> matches, std::string_view by,
                 std::string_view reason, Time now);

}  // namespace bccid
