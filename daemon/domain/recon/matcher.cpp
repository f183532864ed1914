#include "domain/recon/matcher.hpp"

#include "domain/recon/credit_index.hpp"
#include "domain/recon/match_writer.hpp"
#include "domain/recon/reference_text.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace bccid {
namespace {

// One run over what is named. Works on pointers in a fixed order, so the callers' order has no influence.
class NamedMatching {
 public:
  NamedMatching(std::span<const ExpectedCredit> expected, const Tolerance& tolerance)
      : index_(expected), tolerance_(tolerance) {}

  MatchResult run(std::span<const CreditLine> lines) {
    for (const auto* line : in_order(lines)) sort_line(*line);
    for (const auto& [line, mentioned] : several_) match_several(*line, mentioned);
    for (const auto& [wanted, by] : named_) match_named(*wanted, by);
    return out_.take();
  }

 private:
  struct Naming {
    Lines lines;
    bool by_id = false;  // the first of them, by its end-to-end id
  };

  void sort_line(const CreditLine& line) {
    if (line.amount <= Money{}) return out_.add_break(BreakType::bank_debit, line.amount, line);
    const bool booked = !line.booked_as.empty();
    if (auto* wanted = booked ? nullptr : index_.with_id_of(line)) return name_by(*wanted, line, true);
    const auto mentioned = booked ? index_.booked_of(line) : index_.named_in(line);
    if (mentioned.size() == 1) return name_by(*mentioned.front(), line, false);
    if (mentioned.empty()) return out_.leave_unnamed(line);
    for (auto* wanted : mentioned) ++shared_[wanted];
    several_.emplace_back(&line, mentioned);
  }

  void name_by(Wanted& wanted, const CreditLine& line, bool by_id) {
    auto& naming = named_[&wanted];
    if (by_id && !naming.by_id) {
      naming.lines.insert(naming.lines.begin(), &line);
      naming.by_id = true;
    } else {
      naming.lines.push_back(&line);
    }
  }

  // A line that pays several remittances at once, when it is their sum and nobody else names one of them.
  void match_several(const CreditLine& line, const Credits& mentioned) {
    const bool alone = std::ranges::all_of(mentioned, [this](Wanted* wanted) {
      return !wanted->met && shared_[wanted] == 1 && !named_.contains(wanted);
    });
    if (!alone || sum_of(mentioned) != line.amount) return out_.suggest(line, mentioned);
    out_.add_match({&line}, mentioned, MatchRule::several_references, weight(MatchRule::several_references),
                   "text names each of them; together they are " + in_dong(line.amount));
  }

  void match_named(Wanted& wanted, const Naming& naming) {
    const auto& lines = naming.lines;
    Lines used;
    if (!wanted.met) used = best_of(wanted, lines);
    if (used.size() > 1) {
      out_.add_match(used, {&wanted}, MatchRule::several_lines, weight(MatchRule::several_lines),
                     "each names '" + wanted.credit->reference + "'; together they are its amount");
    } else if (!used.empty()) {
      const auto rule =
          naming.by_id && used.front() == lines.front() ? MatchRule::end_to_end : MatchRule::reference;
      match_one(wanted, *used.front(), rule);
    }
    for (const auto* line : lines)
      if (std::ranges::find(used, line) == used.end())
        out_.add_break(BreakType::double_paid, line->amount, *line, wanted.credit->reference);
  }

  // The line of the exact amount, otherwise all when they are the amount together, otherwise the first of
  // those that are near enough, otherwise the first.
  Lines best_of(const Wanted& wanted, const Lines& lines) const {
    const auto exact = std::ranges::find_if(
        lines, [&](const CreditLine* line) { return line->amount == wanted.credit->amount; });
    if (exact != lines.end()) return {*exact};
    if (are_together(lines, wanted.credit->amount)) return lines;
    const auto near = std::ranges::find_if(lines, [&](const CreditLine* line) {
      return tolerance_.covers(line->amount - wanted.credit->amount);
    });
    return {near != lines.end() ? *near : lines.front()};
  }

  static bool are_together(const Lines& lines, Money rest) {
    for (const auto* line : lines) {
      if (line->amount > rest) return false;
      rest -= line->amount;
    }
    return rest.zero();
  }

  void match_one(Wanted& wanted, const CreditLine& line, MatchRule rule) {
    const auto& credit = *wanted.credit;
    const Money difference = line.amount - credit.amount;
    const int score = weight(rule) + (difference.zero() ? 0 : kAmountDiffers);
    std::string evidence = rule == MatchRule::end_to_end ? "end-to-end id is '"
                           : line.booked_as.empty()      ? "text names '"
                                                         : "the rest of what its text names, booked as '";
    evidence += credit.reference + "'; line of " + in_dong(line.amount);
    const bool adjusted = !difference.zero() && tolerance_.covers(difference);
    if (adjusted) evidence += ", a difference of " + in_dong(difference) + " within the tolerance";
    auto& match = out_.add_match({&line}, {&wanted}, rule, score, std::move(evidence));
    match.difference = difference;
    if (adjusted) {
      match.adjusted = difference;
      return;
    }
    if (difference < Money{}) out_.add_break(BreakType::short_paid, difference, line, credit.reference);
    if (difference > Money{}) out_.add_break(BreakType::over_paid, difference, line, credit.reference);
  }

  CreditIndex index_;
  Tolerance tolerance_;
  MatchWriter out_;
  std::vector<std::pair<const CreditLine*, Credits>> several_;
  std::unordered_map<const Wanted*, int> shared_;  // how many such lines name it
  std::map<Wanted*, Naming> named_;                // by address, which is by reference
};

template <class T>
void move_behind(std::vector<T>& all, std::vector<T>& part) {
  all.insert(all.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
}

}  // namespace

MatchResult match_named(std::span<const CreditLine> lines, std::span<const ExpectedCredit> expected,
                        const Tolerance& tolerance) {
  return NamedMatching(expected, tolerance).run(lines);
}

MatchResult match_statement(std::span<const CreditLine> lines, std::span<const ExpectedCredit> expected,
                            const MatchSettings& settings) {
  auto result = match_named(lines, expected, settings.tolerance);
  std::unordered_map<std::string_view, const CreditLine*> by_id;
  for (const auto& line : lines) by_id.emplace(line.id, &line);
  std::vector<CreditLine> rest;
  for (const auto& id : result.unnamed) rest.push_back(*by_id.at(id));
  std::set<std::string_view> met;
  for (const auto& match : result.matches) met.insert(match.references.begin(), match.references.end());
  std::vector<ExpectedCredit> open(expected.begin(), expected.end());
  for (auto& credit : open) {
    credit.met |= met.contains(credit.reference);
    credit.waiting |= std::ranges::binary_search(result.waiting, credit.reference);
  }
  auto more = match_unnamed(rest, open, settings);
  move_behind(result.matches, more.matches);
  move_behind(result.breaks, more.breaks);
  move_behind(result.suggestions, more.suggestions);
  move_behind(result.waiting, more.waiting);
  result.unnamed.clear();
  sort_result(result);
  return result;
}

bool mentions_reference(std::string_view text, std::string_view reference) {
  return ReferenceText(text).mentions(ReferenceText(reference));
}

}  // namespace bccid
