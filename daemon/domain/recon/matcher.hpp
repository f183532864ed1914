#pragma once

#include "base/money.hpp"
#include "base/time_text.hpp"
#include "domain/recon/break.hpp"
#include "domain/recon/match_rule.hpp"

#include <span>
#include <string>
#include <vector>

namespace bccid {

// One line of a bank statement as the matcher needs it (ports/bank_file_port.hpp: as a file gives it).
// Positive: money came in.
struct CreditLine {
  std::string id;  // unique: the bank's own reference or a hash of the line
  std::string account;
  Money amount;
  Day booked{};
  std::string text;
  std::string end_to_end = {};            // the payer's own id of the transfer, where the bank carries one
  std::string payer = {};                 // where the bank names one
  std::vector<std::string> refused = {};  // references that a person took from this line once
  // The remittances that the books made of this very line; its texts say nothing then. Empty: they do.
  std::vector<std::string> booked_as = {};
  bool operator==(const CreditLine&) const = default;
};

// One remittance (or receipt) that should appear on a statement.
struct ExpectedCredit {
  std::string reference;  // as printed in the transfer: "BCCI82 R000123"
  std::string account;    // where it was sent
  Money amount;
  Day sent{};
  bool met = false;      // an earlier run or a person matched it: a line that names it now is a double
  bool waiting = false;  // a line that names it among others waits for a person: no sum of a day takes it
};

// How far the amount of a line may be from that of the remittance that it names and still be taken for all of
// it. Neither is negative.
struct Tolerance {
  Money shortfall;
  Money surplus;
  bool covers(Money difference) const { return -shortfall <= difference && difference <= surplus; }
};

struct MatchSettings {
  int window_days = 5;                   // an unnamed line may be booked this many days after the sending
  std::vector<std::string> payers = {};  // names under which the post pays, as banks write them
  Tolerance tolerance = {};              // for lines that name their remittance, and for no others
};

// One line with one remittance, one line with several, or several lines with one; never several with several.
// Several mean an exact sum.
struct Match {
  std::vector<std::string> lines;       // their ids, sorted
  std::vector<std::string> references;  // sorted
  MatchRule rule = MatchRule::reference;
  int score = 0;         // 0-100; 100: a name and the amount agree
  Money difference;      // lines less expected
  std::string evidence;  // what the rule saw
  Money adjusted = {};   // the difference, where it is taken for settled
  bool settles() const { return difference == adjusted; }
  bool operator==(const Match&) const = default;
};

inline constexpr std::size_t kSuggestedMax = 10;

// A line that fits more than one remittance (or shares one with other lines): a person chooses.
struct Suggestion {
  std::string line_id;
  std::vector<std::string> references;  // sorted, the first kSuggestedMax
  bool operator==(const Suggestion&) const = default;
};

// Every list is sorted by its ids. Each line is in exactly one match or exactly one break (a match may
// have a break of its own: short, over).
struct MatchResult {
  std::vector<Match> matches;
  std::vector<Break> breaks;
  std::vector<Suggestion> suggestions;
  std::vector<std::string> waiting;  // the unmet references of all suggestions
  std::vector<std::string> unnamed;  // ids of the lines that match_named() leaves to match_unnamed()
  bool operator==(const MatchResult&) const = default;
};

// The first half of the rules: what is named by the transfer's id or in its text (blanks, case, diacritics
// and surrounding noise do not matter), alone or in sums. What happens to a line depends on nothing but the
// remittances that it names, the lines that name one of those, what these name, and so on: groups that share
// no name may be matched one by one. Lines that name nothing are left, in their order. A difference between
// one line and one remittance that the tolerance covers is adjusted, and no break.
MatchResult match_named(std::span<const CreditLine> lines, std::span<const ExpectedCredit> expected,
                        const Tolerance& tolerance = {});

// The second half, for lines that name nothing: exact amount or the exact sum of a day, account, date window
// and payer. Every possible use of a line is scored, the best is taken where it leads clearly on both sides,
// and what does not is a suggestion. Groups that share neither an account nor a day may be matched one by
// one.
MatchResult match_unnamed(std::span<const CreditLine> lines, std::span<const ExpectedCredit> expected,
                          const MatchSettings& settings);

// Matches lines to expected credits by all rules of MatchRule: match_named(), then match_unnamed() with what
// is left. Nothing that stands matched is touched. The result does not depend on the order of either list,
// and running again over what was matched changes nothing. Line ids and references must be unique.
MatchResult match_statement(std::span<const CreditLine> lines, std::span<const ExpectedCredit> expected,
                            const MatchSettings& settings);

// True when the bank's text contains the reference as a whole, whatever was done to it on the way.
bool mentions_reference(std::string_view text, std::string_view reference);

}  // namespace bccid
