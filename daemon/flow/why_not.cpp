#include "flow/why_not.hpp"

#include "base/text.hpp"
#include "base/time_text.hpp"
#include "flow/match_table.hpp"
#include "flow/receipt_in_hand.hpp"
#include "flow/statement_lines.hpp"
#include "store/match_store.hpp"
#include "store/recon_store.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace bccid {
namespace {

std::string dong(Money amount) { return std::to_string(amount.dong()) + " VND"; }

std::string lines_of(const MatchView& match) {
  std::string all;
  for (const auto& line : match.lines) all += (all.empty() ? "" : ", ") + std::to_string(line.id);
  return all;
}

std::string references_of(const MatchView& match) {
  std::string all;
  for (const auto& one : match.remittances) all += (all.empty() ? "" : ", ") + one.reference;
  return all;
}

class Search {
 public:
  Search(sql::Tx& tx, const OpenLine& line, const OpenRemittance& one, WhyNot& why)
      : tx_(tx), line_(line), one_(one), why_(why) {}

  // What no likeness can outweigh.
  void look_at_uses() {
    if (line_.line.amount <= Money{})
      add(Exclusion::money_left, "the line took " + dong(-line_.line.amount) + " out of the account",
          {{"line_vnd", (-line_.line.amount).dong()}});
    if (line_.match != 0) add_match(Exclusion::line_matched, "the line is", line_.match);
    if (line_.out_of_play)
      add(Exclusion::line_split,
          line_.part ? "the line is a part of one that is whole again" : "the line is split into parts", {});
    if (line_.line.account != one_.credit.account)
      add(Exclusion::other_account,
          "it was sent to account " + one_.credit.account + ", the line is on " + line_.line.account,
          {{"sent_to", one_.credit.account}, {"line_on", line_.line.account}});
    if (one_.match != 0) add_match(Exclusion::met_already, "the remittance is", one_.match);
  }
  // It is not named, or it would be a candidate.
  void look_at_likeness() {
    const auto days = std::abs(
        (std::chrono::sys_days{line_.line.booked} - std::chrono::sys_days{one_.credit.sent}).count());
    if (days > kCandidateDaysMax)
      add(Exclusion::outside_window,
          "the line does not name it, and " + std::to_string(days) + " days lie between; at most " +
              std::to_string(kCandidateDaysMax) + " are looked at",
          {{"days", std::int64_t{days}}, {"days_max", std::int64_t{kCandidateDaysMax}}});
    const Money difference = line_.line.amount - one_.credit.amount;
    if (std::abs(difference.dong()) > line_.line.amount.dong() / kCandidateAmountPart)
      add(Exclusion::amount,
          "the line does not name it, and of " + dong(line_.line.amount) + " and " +
              dong(one_.credit.amount) + " the difference is more than a tenth",
          {{"line_vnd", line_.line.amount.dong()}, {"remittance_vnd", one_.credit.amount.dong()}});
    if (why_.reasons.empty())
      add(Exclusion::better_ones, "the " + std::to_string(kCandidatesMax) + " that are shown score higher",
          {{"shown", static_cast<std::int64_t>(kCandidatesMax)}});
  }

 private:
  void add(Exclusion rule, std::string detail, std::vector<Compared> values) {
    why_.reasons.push_back({rule, std::move(detail), std::move(values)});
  }
  void add_match(Exclusion rule, const std::string& what, std::int64_t number) {
    const auto match = matches_by_number(tx_, {&number, 1}).at(0);
    why_.match = match.id;
    add(rule,
        what + " in match " + match.id.to_text() + " since " + to_rfc3339(match.matched_at) + ", by " +
            match.actor + " with rule " + match.rule,
        {{"by", match.actor},
         {"at", to_rfc3339(match.matched_at)},
         {"lines", lines_of(match)},
         {"with", references_of(match)}});
  }

  sql::Tx& tx_;
  const OpenLine& line_;
  const OpenRemittance& one_;
  WhyNot& why_;
};

// The remittance that a text names, by itself or by a receipt whose money it holds, into `why`. A receipt
// whose money is in none is its own reason.
Status name_remittance(sql::Tx& tx, const Actor& actor, const std::string& asked, const std::string& account,
                       WhyNot& why) {
  const auto agency = seen_agency(actor);
  const auto named = remittances_of(tx, {asked});
  if (!named.empty() && (agency.empty() || named.front().agency == agency)) {
    why.reference = asked;
    return {};
  }
  const auto receipt = receipt_in_hand(tx, actor, asked, account);
  if (!receipt) return receipt.error();
  if (!*receipt)
    return Failure(
        Errc::not_found, "there is no remittance and no receipt \"" + shown(asked) + '"',
        "Write the reference as POST /v1/remittances answered it, or a receipt's symbol and number.",
        "?reference");
  const auto& paper = **receipt;
  why.receipt = paper.number;
  why.reference = paper.reference;
  if (!why.reference.empty()) return {};
  const std::string of_receipt = "receipt " + paper.number + " of " + dong(paper.amount);
  const std::vector<Compared> values{
      {"receipt", paper.number}, {"receipt_vnd", paper.amount.dong()}, {"money", paper.money}};
  if (paper.cancelled)
    why.reasons.push_back({Exclusion::receipt_cancelled, of_receipt + " is cancelled", values});
  else if (paper.postage)
    why.reasons.push_back({Exclusion::own_postage, of_receipt + " is for the post's own postage", values});
  else
    why.reasons.push_back({Exclusion::not_remitted,
                           of_receipt + " is in no remittance yet: its money is " + paper.money, values});
  return {};
}

}  // namespace

Result<WhyNot> why_not(sql::Tx& tx, const Actor& actor, std::int64_t line, const std::string& asked,
                       const ReconRules& rules) {
  const auto seen = find_line(tx, actor, line, rules);
  if (!seen) return seen.error();
  WhyNot why;
  if (auto named = name_remittance(tx, actor, asked, seen->line.account, why); !named) return named.error();
  if (why.reference.empty()) return why;
  const auto found = remittances_of(tx, {why.reference});
  auto lines = lines_by_id(tx, {&line, 1});
  mark_undone_pairs(tx, lines);
  const auto& refused = lines.front().line.refused;
  why.undone_before = std::ranges::find(refused, why.reference) != refused.end();
  why.candidate = std::ranges::any_of(seen->candidates, [&](const LineCandidate& one) {
    return std::ranges::find(one.references, why.reference) != one.references.end();
  });
  if (why.candidate) return why;
  Search search(tx, lines.front(), found.front(), why);
  search.look_at_uses();
  if (why.reasons.empty()) search.look_at_likeness();
  return why;
}

}  // namespace bccid
