#pragma once

#include "domain/recon/credit_index.hpp"
#include "domain/recon/matcher.hpp"

#include <string>
#include <vector>

namespace bccid {

using Lines = std::vector<const CreditLine*>;

// "50000 dong", as evidence says it.
std::string in_dong(Money amount);

// In the order in which the rules look at lines: by day, then by id.
Lines in_order(std::span<const CreditLine> lines);

// Every list by its ids.
void sort_result(MatchResult& result);

// Writes down what the rules decide and marks the remittances that it uses.
class MatchWriter {
 public:
  // The match as it is kept: a caller may add a difference.
  Match& add_match(const Lines& lines, const Credits& credits, MatchRule rule, int score,
                   std::string evidence);
  // A line that a person decides about: every remittance that it may be waits with it.
  void suggest(const CreditLine& line, const Credits& credits);
  void add_break(BreakType type, Money amount, const CreditLine& line, const std::string& reference = {});
  void leave_unnamed(const CreditLine& line) { result_.unnamed.push_back(line.id); }

  // Everything, sorted.
  MatchResult take();

 private:
  MatchResult result_;
};

}  // namespace bccid
