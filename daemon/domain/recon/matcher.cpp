#include "domain/recon/matcher.hpp"

#include "domain/recon/credit_index.hpp"
#include "domain/recon/payer_likeness.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace bccid {
namespace {

using Lines = std::vector<const CreditLine*>;

std::chrono::sys_days plus(Day day, int days) { return std::chrono::sys_days{day} + std::chrono::days{days}; }

std::string in_dong(Money amount) { return std::to_string(amount.dong()) + " dong"; }

// One way to use a line that names nothing.
struct Claim {
  const CreditLine* line = nullptr;
  Credits members;
  MatchRule rule = MatchRule::amount_and_date;
  int score = 0;
};

bool is_open(const Claim& claim) {
  return std::ranges::none_of(claim.members, [](const Wanted* wanted) { return wanted->met; });
}

// One run. Works on pointers in a fixed order, so the callers' order has no influence.
class Matching {
 public:
  Matching(std::span<const CreditLine> lines, std::span<const ExpectedCredit> expected,
           const MatchSettings& settings)
      : settings_(settings), index_(expected) {
    for (const auto& line : lines) lines_.push_back(&line);
    std::ranges::sort(lines_, [](const CreditLine* left, const CreditLine* right) {
      return std::tie(left->booked, left->id) < std::tie(right->booked, right->id);
    });
  }

  MatchResult run() {
    for (const auto* line : lines_) sort_line(*line);
    for (const auto& [line, mentioned] : several_) match_several(*line, mentioned);
    for (const auto& [wanted, by] : named_) match_named(*wanted, by);
    while (take_unnamed()) {
    }
    for (const auto* line : unnamed_) leave(*line);
    for (const auto& wanted : index_.all()) report_missing(wanted);
    sort_result();
    return std::move(result_);
  }

 private:
  struct Naming {
    Lines lines;
    bool by_id = false;  // the first of them, by its end-to-end id
  };

  void sort_line(const CreditLine& line) {
    if (line.amount <= Money{})
      return add_break(BreakType::bank_debit, line.amount, line.booked, line.id, {});
    if (auto* wanted = index_.with_id_of(line)) return name_by(*wanted, line, true);
    const auto mentioned = index_.named_in(line);
    if (mentioned.size() == 1) return name_by(*mentioned.front(), line, false);
    if (mentioned.empty()) {
      unnamed_.push_back(&line);
    } else {
      for (auto* wanted : mentioned) {
        wanted->named = true;
        ++shared_[wanted];
      }
      several_.emplace_back(&line, mentioned);
    }
  }

  void name_by(Wanted& wanted, const CreditLine& line, bool by_id) {
    wanted.named = true;
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
    if (!alone || sum_of(mentioned) != line.amount) return suggest(line, mentioned);
    add_match({&line}, mentioned, MatchRule::several_references, weight(MatchRule::several_references),
              "text names each of them; together they are " + in_dong(line.amount));
  }

  void match_named(Wanted& wanted, const Naming& naming) {
    const auto& lines = naming.lines;
    Lines used;
    if (!wanted.met) used = best_of(wanted, lines);
    if (used.size() > 1) {
      add_match(used, {&wanted}, MatchRule::several_lines, weight(MatchRule::several_lines),
                "each names '" + wanted.credit->reference + "'; together they are its amount");
    } else if (!used.empty()) {
      const auto rule =
          naming.by_id && used.front() == lines.front() ? MatchRule::end_to_end : MatchRule::reference;
      match_one(wanted, *used.front(), rule);
    }
    for (const auto* line : lines)
      if (std::ranges::find(used, line) == used.end())
        add_break(BreakType::double_paid, line->amount, line->booked, line->id, wanted.credit->reference);
  }

  // The line of the exact amount, otherwise all when they are the amount together, otherwise the first.
  static Lines best_of(const Wanted& wanted, const Lines& lines) {
    const auto exact = std::ranges::find_if(
        lines, [&](const CreditLine* line) { return line->amount == wanted.credit->amount; });
    if (exact != lines.end()) return {*exact};
    Money rest = wanted.credit->amount;
    for (const auto* line : lines) {
      if (line->amount > rest) return {lines.front()};
      rest -= line->amount;
    }
    return rest.zero() ? lines : Lines{lines.front()};
  }

  void match_one(Wanted& wanted, const CreditLine& line, MatchRule rule) {
    const auto& credit = *wanted.credit;
    const Money difference = line.amount - credit.amount;
    const int score = weight(rule) + (difference.zero() ? 0 : kAmountDiffers);
    const std::string where = rule == MatchRule::end_to_end ? "end-to-end id is '" : "text names '";
    add_match({&line}, {&wanted}, rule, score,
              where + credit.reference + "'; line of " + in_dong(line.amount));
    result_.matches.back().difference = difference;
    if (difference < Money{})
      add_break(BreakType::short_paid, difference, line.booked, line.id, credit.reference);
    if (difference > Money{})
      add_break(BreakType::over_paid, difference, line.booked, line.id, credit.reference);
  }

  // What an unnamed line could be, the best first. Nothing that a named line may explain.
  std::vector<Claim> claims_of(const CreditLine& line) const {
    const int payer = payer_says(payer_likeness(line.payer, settings_.payers));
    std::vector<Claim> claims;
    for (auto& members : index_.windows_of(line, settings_.window_days))
      claims.push_back(
          {&line, std::move(members), MatchRule::window_sum, weight(MatchRule::window_sum) + payer});
    for (auto* wanted : index_.of_amount(line, settings_.window_days))
      claims.push_back(
          {&line, {wanted}, MatchRule::amount_and_date, weight(MatchRule::amount_and_date) + payer});
    std::erase_if(claims, [](const Claim& claim) { return claim.score < kTakenFrom; });
    return claims;
  }

  // One round over what is unnamed still: taking one line can make the choice clear for another. False when
  // nothing was taken.
  bool take_unnamed() {
    index_.sum_windows();
    std::vector<Claim> claims;
    for (const auto* line : unnamed_)
      for (auto& claim : claims_of(*line)) claims.push_back(std::move(claim));
    std::map<const CreditLine*, std::vector<const Claim*>> by_line;
    std::map<const Wanted*, std::vector<const Claim*>> by_credit;
    for (const auto& claim : claims) {
      by_line[claim.line].push_back(&claim);
      for (const auto* wanted : claim.members) by_credit[wanted].push_back(&claim);
    }
    const auto leads = [](const Claim& claim, const std::vector<const Claim*>& rivals) {
      return std::ranges::all_of(rivals, [&claim](const Claim* other) {
        return other == &claim || claim.score - other->score >= kClearLead;
      });
    };
    std::vector<const Claim*> clear;
    for (const auto& claim : claims)
      if (leads(claim, by_line[claim.line]) && std::ranges::all_of(claim.members, [&](const Wanted* wanted) {
            return leads(claim, by_credit[wanted]);
          }))
        clear.push_back(&claim);
    for (const auto* claim : clear) take(*claim);
    return !clear.empty();
  }

  void take(const Claim& claim) {
    const auto& line = *claim.line;
    const std::string window = " of " + in_dong(line.amount) + " to " + line.account + "; sent " +
                               to_text(claim.members.front()->credit->sent) + ", booked " +
                               to_text(line.booked) + (line.payer.empty() ? "" : ", paid by " + line.payer);
    add_match(
        {&line}, claim.members, claim.rule, claim.score,
        (claim.rule == MatchRule::window_sum ? "all that was sent that day, a sum" : "the clear choice") +
            window);
    std::erase(unnamed_, &line);
  }

  void leave(const CreditLine& line) {
    Credits possible;
    for (const auto& claim : claims_of(line))
      if (is_open(claim)) possible.insert(possible.end(), claim.members.begin(), claim.members.end());
    if (possible.empty())
      return add_break(BreakType::remitted_without_receipt, line.amount, line.booked, line.id, {});
    suggest(line, std::move(possible));
  }

  void add_match(const Lines& lines, const Credits& credits, MatchRule rule, int score,
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
  }

  void suggest(const CreditLine& line, Credits credits) {
    Suggestion suggestion{line.id, {}};
    for (auto* wanted : credits) {
      wanted->suggested = true;
      suggestion.references.push_back(wanted->credit->reference);
    }
    std::ranges::sort(suggestion.references);
    const auto repeated = std::ranges::unique(suggestion.references);
    suggestion.references.erase(repeated.begin(), repeated.end());
    result_.suggestions.push_back(std::move(suggestion));
    add_break(BreakType::ambiguous, line.amount, line.booked, line.id, {});
  }

  void report_missing(const Wanted& wanted) {
    const Day due{plus(wanted.credit->sent, settings_.missing_after_days)};
    if (wanted.met || wanted.suggested || settings_.today <= due) return;
    add_break(BreakType::missing, -wanted.credit->amount, due, {}, wanted.credit->reference);
  }

  void add_break(BreakType type, Money amount, Day opened, const std::string& line_id,
                 const std::string& reference) {
    result_.breaks.push_back(Break{type, amount, opened, line_id, reference});
  }

  void sort_result() {
    std::ranges::sort(result_.matches, {}, &Match::lines);
    std::ranges::sort(result_.suggestions, {}, &Suggestion::line_id);
    std::ranges::sort(result_.breaks, [](const Break& left, const Break& right) {
      return std::tie(left.line_id, left.reference, left.type) <
             std::tie(right.line_id, right.reference, right.type);
    });
  }

  const MatchSettings& settings_;
  CreditIndex index_;
  Lines lines_;
  Lines unnamed_;
  std::vector<std::pair<const CreditLine*, Credits>> several_;
  std::map<const Wanted*, int> shared_;  // how many such lines name it
  std::map<Wanted*, Naming> named_;
  MatchResult result_;
};

}  // namespace

MatchResult match_statement(std::span<const CreditLine> lines, std::span<const ExpectedCredit> expected,
                            const MatchSettings& settings) {
  return Matching(lines, expected, settings).run();
}

bool mentions_reference(std::string_view text, std::string_view reference) {
  return ReferenceText(text).mentions(ReferenceText(reference));
}

}  // namespace bccid
