#include "domain/recon/candidates.hpp"

#include "domain/recon/credit_index.hpp"
#include "domain/recon/payer_likeness.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

namespace bccid {
namespace {

constexpr int kOutOfWindow = -20;
constexpr int kNear = 20;  // what an amount scores that is only close

class CandidateSearch {
 public:
  CandidateSearch(const CreditLine& line, std::span<const ExpectedCredit> expected,
                  const MatchSettings& settings)
      : line_(line), settings_(settings), payer_(payer_likeness(line.payer, settings.payers)) {
    for (const auto& credit : expected)
      if (!credit.met && credit.account == line.account) open_.push_back(credit);
  }

  std::vector<LineCandidate> run() {
    const CreditIndex index(open_);
    CreditLine unprejudiced = line_;
    unprejudiced.refused.clear();
    Credits named = index.named_in(unprejudiced);
    if (auto* by_id = index.with_id_of(unprejudiced)) named = {by_id};
    for (const auto* wanted : named) named_.push_back(wanted->credit);
    if (named_.size() > 1) add(named_, weight(MatchRule::several_references), true);
    for (const auto* credit : named_) add({credit}, weight(MatchRule::reference), true);
    std::map<Day, std::vector<const ExpectedCredit*>> days;
    for (const auto& credit : open_) {
      days[credit.sent].push_back(&credit);
      if (std::ranges::find(named_, &credit) == named_.end()) add_unnamed(credit);
    }
    for (const auto& [day, credits] : days)
      if (credits.size() > 1 && sum(credits) == line_.amount)
        add(credits, weight(MatchRule::window_sum), false);
    std::ranges::sort(found_, [](const LineCandidate& left, const LineCandidate& right) {
      return left.score != right.score ? left.score > right.score : left.references < right.references;
    });
    if (found_.size() > kCandidatesMax) found_.resize(kCandidatesMax);
    return std::move(found_);
  }

 private:
  static Money sum(const std::vector<const ExpectedCredit*>& credits) {
    Money all;
    for (const auto* credit : credits) all += credit->amount;
    return all;
  }

  void add_unnamed(const ExpectedCredit& credit) {
    const std::int64_t difference = std::abs(line_.amount.dong() - credit.amount.dong());
    if (difference == 0) add({&credit}, weight(MatchRule::amount_and_date), false);
    if (difference != 0 && difference <= line_.amount.dong() / kCandidateAmountPart)
      add({&credit}, kNear, false);
  }

  void add(const std::vector<const ExpectedCredit*>& credits, int score, bool named) {
    LineCandidate made;
    made.named = named;
    made.difference = line_.amount - sum(credits);
    if (credits.size() > 1 && !made.difference.zero())
      return;  // several are matched to the đồng or not at all
    const Day sent = std::ranges::max(credits, {}, &ExpectedCredit::sent)->sent;
    made.days = static_cast<int>((std::chrono::sys_days{line_.booked} - std::chrono::sys_days{sent}).count());
    if (!named && std::abs(made.days) > kCandidateDaysMax) return;
    for (const auto* credit : credits) {
      made.references.push_back(credit->reference);
      made.refused |= refused(line_, *credit);
    }
    std::ranges::sort(made.references);
    made.payer = payer_;
    made.score = score + (named ? 0 : payer_says(payer_));
    if (named && !made.difference.zero()) made.score += kAmountDiffers;
    if (!named && !in_window(line_, sent, settings_.window_days)) made.score += kOutOfWindow;
    made.score = std::clamp(made.score, 0, 100);
    made.kind = !made.difference.zero()                    ? CandidateClass::differs
                : named && named_.size() == credits.size() ? CandidateClass::sure
                                                           : CandidateClass::possible;
    found_.push_back(std::move(made));
  }

  const CreditLine& line_;
  const MatchSettings& settings_;
  std::optional<int> payer_;
  std::vector<ExpectedCredit> open_;
  std::vector<const ExpectedCredit*> named_;
  std::vector<LineCandidate> found_;
};

}  // namespace

std::vector<LineCandidate> candidates_of(const CreditLine& line, std::span<const ExpectedCredit> expected,
                                         const MatchSettings& settings) {
  if (line.amount <= Money{}) return {};
  return CandidateSearch(line, expected, settings).run();
}

}  // namespace bccid
