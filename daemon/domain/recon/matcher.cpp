#include "domain/recon/matcher.hpp"

#include "domain/recon/reference_text.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace bccid {
namespace {

constexpr int kScoreNamedAndExact = 100;
constexpr int kScoreNamed = 80;
constexpr int kScoreAmountAndDate = 60;

std::chrono::sys_days plus(Day day, int days) { return std::chrono::sys_days{day} + std::chrono::days{days}; }

struct Wanted {
  const ExpectedCredit* credit;
  ReferenceText reference;
  const CreditLine* line = nullptr;  // matched in this run
  bool suggested = false;
  bool open() const { return !credit->matched_line && line == nullptr; }
};

// One run. Works on copies of pointers in a fixed order, so the callers' order has no influence.
class Matching {
 public:
  Matching(std::span<const CreditLine> lines, std::span<const ExpectedCredit> expected,
           const MatchSettings& settings)
      : settings_(settings) {
    for (const auto& line : lines) lines_.push_back(&line);
    std::sort(lines_.begin(), lines_.end(), [](const CreditLine* left, const CreditLine* right) {
      return std::tie(left->booked, left->id) < std::tie(right->booked, right->id);
    });
    for (const auto& credit : expected) wanted_.push_back(Wanted{&credit, ReferenceText(credit.reference)});
    std::sort(wanted_.begin(), wanted_.end(), [](const Wanted& left, const Wanted& right) {
      return left.credit->reference < right.credit->reference;
    });
    index();
  }

  MatchResult run() {
    for (const auto* line : lines_) sort_line(*line);
    for (auto& [wanted, named] : named_) match_named(*wanted, named);
    match_unnamed();
    for (const auto& wanted : wanted_) report_missing(wanted);
    sort_result();
    return std::move(result_);
  }

 private:
  using Lines = std::vector<const CreditLine*>;
  using Candidates = std::vector<Wanted*>;

  // What a line is looked up by, so that a million lines meet a million remittances without a walk for each.
  void index() {
    for (auto& wanted : wanted_) {
      if (wanted.credit->matched_line) by_line_.emplace(*wanted.credit->matched_line, &wanted);
      const auto& signs = wanted.reference.signs();
      if (signs.empty()) continue;
      by_signs_[signs].push_back(&wanted);
      lengths_.insert(signs.size());
      if (wanted.open()) by_amount_[{wanted.credit->account, wanted.credit->amount}].push_back(&wanted);
    }
  }

  void sort_line(const CreditLine& line) {
    if (auto* known = matched_before(line)) return keep(*known, line);
    if (line.amount <= Money{})
      return add_break(BreakType::bank_debit, line.amount, line.booked, line.id, {});
    const auto mentioned = mentioned_in(line);
    if (mentioned.size() == 1) {
      named_[mentioned.front()].push_back(&line);
    } else if (mentioned.empty()) {
      unnamed_.push_back(&line);
    } else {
      suggest(line, mentioned);
    }
  }

  Wanted* matched_before(const CreditLine& line) {
    const auto found = by_line_.find(line.id);
    return found == by_line_.end() ? nullptr : found->second;
  }

  // What was matched stays matched, by a person too, so that a second run changes nothing.
  void keep(Wanted& wanted, const CreditLine& line) {
    const bool named = ReferenceText(line.text).mentions(wanted.reference);
    add_match(wanted, line, named ? MatchRule::reference : MatchRule::amount_and_date);
  }

  // The references in the text, without those that are only the beginning of a longer one there.
  Candidates mentioned_in(const CreditLine& line) {
    const ReferenceText text(line.text);
    std::set<Wanted*> named;  // in the order of their references, as they stand in wanted_
    for (const auto length : lengths_)
      for (std::size_t at = 0; at + length <= text.signs().size(); ++at) {
        const auto found = by_signs_.find(std::string_view(text.signs()).substr(at, length));
        if (found != by_signs_.end()) named.insert(found->second.begin(), found->second.end());
      }
    Candidates found;
    for (auto* wanted : named) {
      if (!text.mentions(wanted->reference)) continue;
      std::erase_if(found, [&](const Wanted* other) { return is_beginning(*other, *wanted); });
      if (std::none_of(found.begin(), found.end(),
                       [&](const Wanted* other) { return is_beginning(*wanted, *other); })) {
        found.push_back(wanted);
      }
    }
    return found;
  }

  static bool is_beginning(const Wanted& shorter, const Wanted& longer) {
    return longer.reference.signs().starts_with(shorter.reference.signs());
  }

  void match_named(Wanted& wanted, const Lines& lines) {
    const CreditLine* first = wanted.open() ? best_of(wanted, lines) : nullptr;
    if (first != nullptr) add_match(wanted, *first, MatchRule::reference);
    for (const auto* line : lines) {
      if (line != first)
        add_break(BreakType::double_paid, line->amount, line->booked, line->id, wanted.credit->reference);
    }
  }

  // The line of the exact amount, otherwise the earliest.
  static const CreditLine* best_of(const Wanted& wanted, const Lines& lines) {
    const auto exact = std::find_if(lines.begin(), lines.end(), [&](const CreditLine* line) {
      return line->amount == wanted.credit->amount;
    });
    return exact == lines.end() ? lines.front() : *exact;
  }

  void match_unnamed() {
    std::map<const CreditLine*, Candidates> fitting;
    std::map<const Wanted*, int> claims;
    for (const auto* line : unnamed_) {
      auto& candidates = fitting[line];
      const auto equal = by_amount_.find({line->account, line->amount});
      if (equal != by_amount_.end())
        std::ranges::copy_if(equal->second, std::back_inserter(candidates),
                             [&](const Wanted* wanted) { return fits(*line, *wanted); });
      for (const auto* wanted : candidates) ++claims[wanted];
    }
    for (const auto* line : unnamed_) {
      const auto& candidates = fitting[line];
      if (candidates.empty()) {
        add_break(BreakType::remitted_without_receipt, line->amount, line->booked, line->id, {});
      } else if (candidates.size() == 1 && claims[candidates.front()] == 1) {
        add_match(*candidates.front(), *line, MatchRule::amount_and_date);
      } else {
        suggest(*line, candidates);
      }
    }
  }

  bool fits(const CreditLine& line, const Wanted& wanted) const {
    const auto& credit = *wanted.credit;
    const std::chrono::sys_days booked{line.booked};
    return wanted.open() && line.amount == credit.amount && line.account == credit.account &&
           booked >= std::chrono::sys_days{credit.sent} && booked <= plus(credit.sent, settings_.window_days);
  }

  void add_match(Wanted& wanted, const CreditLine& line, MatchRule rule) {
    wanted.line = &line;
    const auto& credit = *wanted.credit;
    const Money difference = line.amount - credit.amount;
    result_.matches.push_back(Match{line.id, credit.reference, rule, score(rule, difference), difference,
                                    evidence(rule, line, credit)});
    if (difference < Money{})
      add_break(BreakType::short_paid, difference, line.booked, line.id, credit.reference);
    if (difference > Money{})
      add_break(BreakType::over_paid, difference, line.booked, line.id, credit.reference);
  }

  static int score(MatchRule rule, Money difference) {
    if (rule == MatchRule::amount_and_date) return kScoreAmountAndDate;
    return difference.zero() ? kScoreNamedAndExact : kScoreNamed;
  }

  static std::string evidence(MatchRule rule, const CreditLine& line, const ExpectedCredit& credit) {
    const std::string amount = std::to_string(line.amount.dong()) + " dong";
    if (rule == MatchRule::reference) return "text names '" + credit.reference + "'; line of " + amount;
    return "only open remittance of " + amount + " to " + credit.account + " in the window; sent " +
           to_text(credit.sent) + ", booked " + to_text(line.booked);
  }

  void suggest(const CreditLine& line, const Candidates& candidates) {
    Suggestion suggestion{line.id, {}};
    for (auto* wanted : candidates) {
      wanted->suggested = true;
      suggestion.references.push_back(wanted->credit->reference);
    }
    result_.suggestions.push_back(std::move(suggestion));
    add_break(BreakType::ambiguous, line.amount, line.booked, line.id, {});
  }

  void report_missing(const Wanted& wanted) {
    const Day due{plus(wanted.credit->sent, settings_.missing_after_days)};
    if (!wanted.open() || wanted.suggested || settings_.today <= due) return;
    add_break(BreakType::missing, -wanted.credit->amount, due, {}, wanted.credit->reference);
  }

  void add_break(BreakType type, Money amount, Day opened, const std::string& line_id,
                 const std::string& reference) {
    result_.breaks.push_back(Break{type, amount, opened, line_id, reference});
  }

  void sort_result() {
    const auto by_line = [](const auto& left, const auto& right) { return left.line_id < right.line_id; };
    std::sort(result_.matches.begin(), result_.matches.end(), by_line);
    std::sort(result_.suggestions.begin(), result_.suggestions.end(), by_line);
    std::sort(result_.breaks.begin(), result_.breaks.end(), [](const Break& left, const Break& right) {
      return std::tie(left.line_id, left.reference, left.type) <
             std::tie(right.line_id, right.reference, right.type);
    });
  }

  MatchSettings settings_;
  Lines lines_;
  std::vector<Wanted> wanted_;
  std::unordered_map<std::string_view, Wanted*> by_line_;  // matched before, by line
  std::unordered_map<std::string_view, Candidates> by_signs_;
  std::set<std::size_t> lengths_;                                       // of the keys of by_signs_
  std::map<std::pair<std::string_view, Money>, Candidates> by_amount_;  // open, by account and amount
  std::map<Wanted*, Lines> named_;
  Lines unnamed_;
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
