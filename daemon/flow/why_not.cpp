#include "flow/why_not.hpp"

#include "base/text.hpp"
#include "base/time_text.hpp"
#include "flow/match_table.hpp"
#include "flow/statement_lines.hpp"
#include "store/match_store.hpp"
#include "store/recon_store.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace bccid {
namespace {

std::string dong(Money amount) { return std::to_string(amount.dong()) + " VND"; }

class Search {
 public:
  Search(sql::Tx& tx, const OpenLine& line, const OpenRemittance& one, WhyNot& why)
      : tx_(tx), line_(line), one_(one), why_(why) {}

  // What no likeness can outweigh.
  void look_at_uses() {
    if (line_.line.amount <= Money{})
      add(Exclusion::money_left, "the line took " + dong(-line_.line.amount) + " out of the account");
    if (line_.match != 0) add_match(Exclusion::line_matched, "the line is", line_.match);
    if (line_.line.account != one_.credit.account)
      add(Exclusion::other_account,
          "it was sent to account " + one_.credit.account + ", the line is on " + line_.line.account);
    if (one_.match != 0) add_match(Exclusion::met_already, "the remittance is", one_.match);
  }
  // It is not named, or it would be a candidate.
  void look_at_likeness() {
    const auto days =
        (std::chrono::sys_days{line_.line.booked} - std::chrono::sys_days{one_.credit.sent}).count();
    if (std::abs(days) > kCandidateDaysMax)
      add(Exclusion::outside_window, "the line does not name it, and " + std::to_string(days) +
                                         " days lie between; at most " + std::to_string(kCandidateDaysMax) +
                                         " are looked at");
    const Money difference = line_.line.amount - one_.credit.amount;
    if (std::abs(difference.dong()) > line_.line.amount.dong() / kCandidateAmountPart)
      add(Exclusion::amount, "the line does not name it, and of " + dong(line_.line.amount) + " and " +
                                 dong(one_.credit.amount) + " the difference is more than a tenth");
    if (why_.reasons.empty())
      add(Exclusion::better_ones, "the " + std::to_string(kCandidatesMax) + " that are shown score higher");
  }

 private:
  void add(Exclusion rule, std::string detail) { why_.reasons.push_back({rule, std::move(detail)}); }
  void add_match(Exclusion rule, const std::string& what, std::int64_t number) {
    const auto match = matches_by_number(tx_, {&number, 1}).at(0);
    why_.match = match.id;
    add(rule, what + " in match " + match.id.to_text() + " since " + to_rfc3339(match.matched_at) + ", by " +
                  match.actor + " with rule " + match.rule);
  }

  sql::Tx& tx_;
  const OpenLine& line_;
  const OpenRemittance& one_;
  WhyNot& why_;
};

}  // namespace

Result<WhyNot> why_not(sql::Tx& tx, const Actor& actor, std::int64_t line, const std::string& reference,
                       const ReconRules& rules) {
  const auto seen = find_line(tx, actor, line, rules);
  if (!seen) return seen.error();
  const auto agency = seen_agency(actor);
  const auto found = remittances_of(tx, {reference});
  if (found.empty() || (!agency.empty() && found.front().agency != agency))
    return Failure(Errc::not_found, "there is no remittance \"" + shown(reference) + '"',
                   "Write the reference as POST /v1/remittances answered it.", "?reference");
  auto lines = lines_by_id(tx, {&line, 1});
  mark_undone_pairs(tx, lines);
  WhyNot why;
  why.reference = reference;
  why.undone_before =
      std::ranges::find(lines.front().line.refused, reference) != lines.front().line.refused.end();
  why.candidate = std::ranges::any_of(seen->candidates, [&](const LineCandidate& one) {
    return std::ranges::find(one.references, reference) != one.references.end();
  });
  if (why.candidate) return why;
  Search search(tx, lines.front(), found.front(), why);
  search.look_at_uses();
  if (why.reasons.empty()) search.look_at_likeness();
  return why;
}

}  // namespace bccid
