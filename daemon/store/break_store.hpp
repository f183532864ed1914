#pragma once

#include "base/clock.hpp"
#include "base/money.hpp"
#include "domain/recon/break.hpp"
#include "store/pq.hpp"

#include <compare>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// A difference of which each subject has at most one open one of each type.
struct BreakKey {
  std::string type;
  std::string subject;
  auto operator<=>(const BreakKey&) const = default;
};

// The key of a break of this type.
BreakKey key_of(BreakType type, std::string subject);

struct NewBreak {
  BreakKey key;  // its type is one of BreakType's names
  Money amount;  // signed: negative is missing money
  Time since{};
  std::string action;
  std::string agency;
  std::string dossier_code = {};
  std::int64_t order_id = 0;   // zero: it concerns no order, or several
  std::string reference = {};  // of the remittance that it concerns
  bool of_the_post = false;    // its own postage: nobody else is asked, whatever the type
};

struct BreakEnd {
  BreakKey key;
  std::string resolution;
};

// Who resolves a break when the reason for it went away, in contrast to a person's id.
inline constexpr std::string_view kResolvedByRule = "rule:reconcile";

// Opens breaks, each owned by whom the list of types names, or by the post, and returns how many are new.
// What is open already stays as it is, and what a person has resolved is not opened again; what a rule has
// resolved may come back.
std::size_t open_breaks(sql::Tx& tx, std::span<const NewBreak> breaks, Time now);

// Ends open breaks; a key without one is no error. Returns how many ended.
std::size_t resolve_breaks(sql::Tx& tx, std::span<const BreakEnd> ends, std::string_view by, Time now);

// The open breaks of these types, sorted.
std::vector<BreakKey> open_break_keys(sql::Tx& tx, const std::vector<std::string>& types);

// Opens a `missing` break for each remittance of these accounts that has met no line though a statement
// covers the day of its sending, but not for those that `waiting` names: a line that may be them waits for a
// person. Ends those that no longer hold. Returns how many are new.
struct MissingAdvice {
  std::string_view owner;
  std::string_view action;
};
std::size_t renew_missing_breaks(sql::Tx& tx, const std::vector<std::string>& accounts,
                                 const std::vector<std::string>& waiting, const MissingAdvice& advice,
                                 Time now);

}  // namespace bccid
