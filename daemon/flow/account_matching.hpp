#pragma once

#include "flow/actor.hpp"
#include "flow/match_table.hpp"
#include "flow/name_groups.hpp"
#include "flow/payer_transfers.hpp"
#include "flow/reconcile.hpp"
#include "store/break_store.hpp"
#include "store/line_name_store.hpp"
#include "store/match_store.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// How far before the oldest new line a match by amount and date may still be taken back.
inline constexpr std::chrono::days kReconsideredDays{92};

// What every part of one run needs.
struct MatchRun {
  sql::Tx& tx;
  const Actor& actor;
  Time now{};
  const ReconRules& rules;
  const std::vector<ReferenceShape>& shapes;
};

// Ids of the lines of one account that are to be matched.
struct AccountLines {
  std::vector<std::int64_t> fresh;        // ascending; of a file that no run has seen
  std::vector<std::int64_t> unexplained;  // in any order
  std::optional<Day> freed_on = {};       // the first day on which a person changed something
};

struct AccountReport {
  std::size_t matched = 0;
  std::size_t breaks_opened = 0;
  std::vector<std::string> waiting;  // remittances that a line may be which waits for a person
  std::vector<PaidLine> paid;        // by payers' own transfers: their receipts are still to be issued
};

// Matches one account: what is named in groups of a few thousand lines, then what names nothing. Holds ids of
// all lines, but contents only of one group, and of the lines that name nothing with the remittances of their
// days.
class AccountMatching {
 public:
  AccountMatching(const MatchRun& run, std::string account);
  AccountReport run(AccountLines lines);

 private:
  void find_names(std::span<const std::int64_t> chunk);
  // The lines that name payers' own transfers come last, so that the parcels of their orders are locked for
  // as short as possible.
  void match_transfers();
  void set_transfers_aside();
  void note_transfer(const OpenLine& line);
  void leave_unexplained();
  void match_group(std::span<const std::int64_t> chunk);
  void match_rest();
  std::vector<OpenLine> read_lines(std::span<const std::int64_t> ids) const;
  // The matches of lines that name nothing which what came may have made less clear.
  std::vector<MatchView> reconsidered() const;
  // The standing matches that the result does not repeat are undone, what it has beyond them is booked.
  void apply(MatchTable& table, MatchResult result, const std::vector<MatchView>& standing);
  void book_in_parts(const MatchTable& table, std::vector<Match> made, const std::vector<Break>& breaks);
  void renew_breaks(const MatchTable& table, std::span<const NewMatch> matches,
                    std::span<const Break> breaks);
  void tell_progress(const char* step, std::size_t done, std::size_t all);
  void look_back_to(Day day);
  void name_order(NewBreak& opened, const std::string& line) const;
  bool fresh(std::int64_t id) const;

  MatchRun run_;
  std::string account_;
  std::vector<std::int64_t> ids_;    // of all lines to match, ascending
  std::vector<std::int64_t> fresh_;  // those of them that no run has seen, ascending
  std::vector<TransferLine> transfers_;
  NamedOrders named_orders_;           // by the keys of those lines
  std::vector<std::int64_t> unnamed_;  // lines that name nothing
  std::optional<Day> since_;           // matches of lines that name nothing are reconsidered from here on
  std::chrono::steady_clock::time_point told_;
  AccountReport report_;
};

// Why the breaks of a match's lines end.
std::string explained_by(const Match& match);
// Ends of all breaks of a line that the rules open and end, but for one type.
void add_ends(std::vector<BreakEnd>& ends, const std::string& line, const std::string& why,
              std::string_view but = {});

}  // namespace bccid
