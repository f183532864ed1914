#pragma once

#include "domain/recon/matcher.hpp"
#include "domain/recon/reference_text.hpp"

#include <map>
#include <set>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bccid {

// A remittance in one run of the matcher.
struct Wanted {
  const ExpectedCredit* credit = nullptr;
  ReferenceText reference;
  bool met = false;      // by an earlier run, or in this one
  bool waiting = false;  // a line that may be it waits for a person's choice
  bool named = false;    // that line names it
};
using Credits = std::vector<Wanted*>;  // in the order of their references

// All remittances of one run and what a line looks them up by, so that a million lines meet a million
// remittances without a walk for each. Keeps pointers into `expected`, whose references are unique.
class CreditIndex {
 public:
  explicit CreditIndex(std::span<const ExpectedCredit> expected);
  CreditIndex(const CreditIndex&) = delete;
  CreditIndex& operator=(const CreditIndex&) = delete;

  // Whose reference is the line's end-to-end id; null when none is.
  Wanted* with_id_of(const CreditLine& line) const;
  // Those that the text names, met or not, without references that only begin a longer one named there.
  Credits named_in(const CreditLine& line) const;
  // Those that the line was booked as, in the order of its list.
  Credits booked_of(const CreditLine& line) const;
  // Open ones of exactly this amount on the line's account, sent in the days before it was booked; by day,
  // then by reference.
  Credits of_amount(const CreditLine& line, int window_days) const;
  // All that is open and unnamed of the line's account and one day, where it is the line's exact sum. Holds
  // until sum_windows() is called again.
  std::vector<const Credits*> windows_of(const CreditLine& line, int window_days) const;
  // Sums up what is open now; windows_of speaks of this moment.
  void sum_windows();

 private:
  struct Window {
    Day sent{};
    Money sum;
    Credits members;
  };

  std::vector<Wanted> wanted_;
  std::unordered_map<std::string_view, Credits> by_signs_;
  std::set<std::size_t> lengths_;                                    // of the keys of by_signs_
  std::map<std::pair<std::string_view, Money>, Credits> by_amount_;  // each by day, then by reference
  std::map<std::pair<std::string_view, Money>, std::vector<Window>> windows_;
};

// Whether a line may be a remittance that was sent that day.
bool in_window(const CreditLine& line, Day sent, int window_days);
// Whether a person undid this pair once.
bool refused(const CreditLine& line, const ExpectedCredit& credit);
Money sum_of(const Credits& credits);

}  // namespace bccid
