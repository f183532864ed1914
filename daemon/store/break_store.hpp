#pragma once

#include "base/clock.hpp"
#include "base/money.hpp"
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

struct NewBreak {
  BreakKey key;
  Money amount;  // signed: negative is missing money
  Time since{};
  std::string owner;
  std::string action;
  std::string agency;
  std::string dossier_code;
};

struct BreakEnd {
  BreakKey key;
  std::string resolution;
};

// Who resolves a break when the reason for it went away, in contrast to a person's id.
inline constexpr std::string_view kResolvedByRule = "rule:reconcile";

// Opens breaks and returns how many are new. What is open already stays as it is, and what a person has
// resolved is not opened again; what a rule has resolved may come back.
std::size_t open_breaks(sql::Tx& tx, std::span<const NewBreak> breaks, Time now);

// Ends open breaks; a key without one is no error. Returns how many ended.
std::size_t resolve_breaks(sql::Tx& tx, std::span<const BreakEnd> ends, std::string_view by, Time now);

// The open breaks of these types, sorted.
std::vector<BreakKey> open_break_keys(sql::Tx& tx, const std::vector<std::string>& types);

// Opens and resolves the breaks that follow from a charge alone, in two statements for each rule:
//   not_remitted      phí or lệ phí held for longer than `remit_within` after its collection
//   delivered_unpaid  a parcel is delivered and its charge is still due
// Returns how many are new.
std::size_t renew_charge_breaks(sql::Tx& tx, std::chrono::hours remit_within, Time now);

}  // namespace bccid
