#include "domain/recon/credit_index.hpp"
#include "domain/recon/match_writer.hpp"
#include "domain/recon/payer_likeness.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace bccid {
namespace {

// One way to use a line that names nothing.
struct Claim {
  const CreditLine* line = nullptr;
  Wanted* single = nullptr;      // amount_and_date
  const Credits* sum = nullptr;  // window_sum
  int score = 0;

  MatchRule rule() const { return sum == nullptr ? MatchRule::amount_and_date : MatchRule::window_sum; }
  Credits members() const { return sum == nullptr ? Credits{single} : *sum; }
};

// The best claim on a line or a remittance, and how good the next one is. Kept instead of all claims, because
// equal amounts make as many as there are lines times remittances.
class Lead {
 public:
  void see(int score) {
    next_ = std::max(next_, std::min(score, best_));
    best_ = std::max(best_, score);
  }
  bool belongs_to(int score) const { return score == best_ && best_ - next_ >= kClearLead; }

 private:
  static constexpr int kNone = std::numeric_limits<int>::min() / 2;
  int best_ = kNone;
  int next_ = kNone;
};

class UnnamedMatching {
 public:
  UnnamedMatching(std::span<const CreditLine> lines, std::span<const ExpectedCredit> expected,
                  const MatchSettings& settings)
      : settings_(settings), index_(expected) {
    for (const auto* line : in_order(lines))
      open_.push_back({line, payer_says(payer_likeness(line->payer, settings.payers)), {}});
  }

  MatchResult run() {
    while (take_round()) {
    }
    for (const auto& open : open_) leave(open);
    return out_.take();
  }

 private:
  struct Unnamed {
    const CreditLine* line = nullptr;
    int payer = 0;
    Lead lead;
  };

  // What a line could be. Nothing that a named line explains.
  template <class F>
  void for_each_claim(const Unnamed& open, F see) {
    const int amount = weight(MatchRule::amount_and_date) + open.payer;
    const int sum = weight(MatchRule::window_sum) + open.payer;
    if (sum >= kTakenFrom)
      for (const auto* members : index_.windows_of(*open.line, settings_.window_days))
        see(Claim{open.line, nullptr, members, sum});
    if (amount >= kTakenFrom)
      for (auto* wanted : index_.of_amount(*open.line, settings_.window_days))
        see(Claim{open.line, wanted, nullptr, amount});
  }

  // One round over what is unnamed still: taking one line can make the choice clear for another. False when
  // nothing was taken.
  bool take_round() {
    index_.sum_windows();
    std::unordered_map<const Wanted*, Lead> leads;
    for (auto& open : open_) {
      open.lead = {};
      for_each_claim(open, [&](const Claim& claim) {
        open.lead.see(claim.score);
        for (const auto* wanted : claim.members()) leads[wanted].see(claim.score);
      });
    }
    std::vector<Claim> clear;
    for (const auto& open : open_)
      for_each_claim(open, [&](const Claim& claim) {
        if (!open.lead.belongs_to(claim.score)) return;
        if (std::ranges::all_of(claim.members(), [&](const Wanted* wanted) {
              return leads.at(wanted).belongs_to(claim.score);
            }))
          clear.push_back(claim);
      });
    std::unordered_set<const CreditLine*> taken;
    for (const auto& claim : clear) {
      take(claim);
      taken.insert(claim.line);
    }
    std::erase_if(open_, [&](const Unnamed& open) { return taken.contains(open.line); });
    return !clear.empty();
  }

  void take(const Claim& claim) {
    const auto& line = *claim.line;
    const auto members = claim.members();
    const std::string window = " of " + in_dong(line.amount) + " to " + line.account + "; sent " +
                               to_text(members.front()->credit->sent) + ", booked " + to_text(line.booked) +
                               (line.payer.empty() ? "" : ", paid by " + line.payer);
    const std::string what =
        claim.rule() == MatchRule::window_sum ? "all that was sent that day, a sum" : "the clear choice";
    out_.add_match({&line}, members, claim.rule(), claim.score, what + window);
  }

  void leave(const Unnamed& open) {
    Credits possible;
    for_each_claim(open, [&](const Claim& claim) {
      const auto members = claim.members();
      if (std::ranges::none_of(members, &Wanted::met))
        possible.insert(possible.end(), members.begin(), members.end());
    });
    if (possible.empty())
      return out_.add_break(BreakType::remitted_without_receipt, open.line->amount, *open.line);
    out_.suggest(*open.line, possible);
  }

  const MatchSettings& settings_;
  CreditIndex index_;
  MatchWriter out_;
  std::vector<Unnamed> open_;
};

}  // namespace

MatchResult match_unnamed(std::span<const CreditLine> lines, std::span<const ExpectedCredit> expected,
                          const MatchSettings& settings) {
  return UnnamedMatching(lines, expected, settings).run();
}

}  // namespace bccid
