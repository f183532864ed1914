#include "domain/recon/match_writer.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace bccid {

std::string in_dong(Money amount) { return std::to_string(amount.dong()) + " dong"; }

Lines in_order(std::span<const CreditLine> lines) {
  Lines ordered;
  ordered.reserve(lines.size());
  for (const auto& line : lines) ordered.push_back(&line);
  std::ranges::sort(ordered, [](const CreditLine* left, const CreditLine* right) {
    return std::tie(left->booked, left->id) < std::tie(right->booked, right->id);
  });
  return ordered;
}

void sort_result(MatchResult& result) {
  std::ranges::sort(result.matches, {}, &Match::lines);
  std::ranges::sort(result.suggestions, {}, &Suggestion::line_id);
  std::ranges::sort(result.breaks, [](const Break& left, const Break& right) {
    return std::tie(left.line_id, left.reference, left.type) <
           std::tie(right.line_id, right.reference, right.type);
  });
  std::ranges::sort(result.waiting);
}

Match& MatchWriter::add_match(const Lines& lines, const Credits& credits, MatchRule rule, int score,
                              std::string evidence) {
  Match match;
  for (const auto* line : lines) match.lines.push_back(line->id);
  for (auto* wanted : credits) {
    wanted->met = true;
    match.references.push_back(wanted->credit->reference);
  }
  std::ranges::sort(match.lines);
  std::ranges::sort(match.references);
  match.rule = rule;
  match.score = score;
  match.evidence = std::move(evidence);
  result_.matches.push_back(std::move(match));
  return result_.matches.back();
}

void MatchWriter::suggest(const CreditLine& line, const Credits& credits) {
  Suggestion suggestion{line.id, {}};
  for (auto* wanted : credits) {
    if (!wanted->met && !wanted->waiting) {
      wanted->waiting = true;
      result_.waiting.push_back(wanted->credit->reference);
    }
    suggestion.references.push_back(wanted->credit->reference);
  }
  auto& references = suggestion.references;
  std::ranges::sort(references);
  const auto repeated = std::ranges::unique(references);
  references.erase(repeated.begin(), repeated.end());
  if (references.size() > kSuggestedMax) references.resize(kSuggestedMax);
  result_.suggestions.push_back(std::move(suggestion));
  add_break(BreakType::ambiguous, line.amount, line);
}

void MatchWriter::add_break(BreakType type, Money amount, const CreditLine& line,
                            const std::string& reference) {
  result_.breaks.push_back(Break{type, amount, line.booked, line.id, reference});
}

MatchResult MatchWriter::take() {
  sort_result(result_);
  return std::move(result_);
}

}  // namespace bccid
