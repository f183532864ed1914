#pragma once

#include "base/money.hpp"
#include "base/time_text.hpp"
#include "domain/recon/break.hpp"

#include <optional>
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
};

// One remittance (or receipt) that should appear on a statement.
struct ExpectedCredit {
  std::string reference;  // as printed in the transfer: "BCCI82 R000123"
  std::string account;    // where it was sent
  Money amount;
  Day sent{};
  std::optional<std::string> matched_line;  // the line id, when an earlier run or a person matched it
};

struct MatchSettings {
  int window_days = 5;         // an unnamed line may be booked this many days after the sending
  int missing_after_days = 1;  // TT 74/2022/TT-BTC: 24 hours
  Day today{};
};

enum class MatchRule : std::uint8_t { reference, amount_and_date };

template <>
struct EnumNames<MatchRule> {
  static constexpr std::array<std::string_view, 2> kNames{"reference", "amount_and_date"};
};

struct Match {
  std::string line_id;
  std::string reference;
  MatchRule rule = MatchRule::reference;
  int score = 0;         // 0-100; 100: reference and amount agree
  Money difference;      // line less expected
  std::string evidence;  // what the rule saw
  bool operator==(const Match&) const = default;
};

// A line that fits more than one remittance (or shares one with other lines): a person chooses.
struct Suggestion {
  std::string line_id;
  std::vector<std::string> references;
  bool operator==(const Suggestion&) const = default;
};

// Every list is sorted by its ids. Each line is in exactly one match or exactly one break (a match may
// have a break of its own: short, over).
struct MatchResult {
  std::vector<Match> matches;
  std::vector<Break> breaks;
  std::vector<Suggestion> suggestions;
  bool operator==(const MatchResult&) const = default;
};

// Matches lines to expected credits: first by reference in the text (blanks, case, diacritics and
// surrounding noise do not matter), then what is left by equal amount, same account and date window,
// only where that is unambiguous both ways. The result does not depend on the order of either list, and
// running again over what was matched changes nothing. Line ids and references must be unique.
MatchResult match_statement(std::span<const CreditLine> lines, std::span<const ExpectedCredit> expected,
                            const MatchSettings& settings);

// True when the bank's text contains the reference as a whole, whatever was done to it on the way.
bool mentions_reference(std::string_view text, std::string_view reference);

}  // namespace bccid
