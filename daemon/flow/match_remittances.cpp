#include "flow/match_remittances.hpp"

#include "domain/recon/break.hpp"
#include "flow/account_matching.hpp"
#include "store/break_rules.hpp"
#include "store/break_store.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace bccid {
namespace {

constexpr std::size_t kIdsAtOnce = 20'000;

std::vector<std::int64_t> lines_of_file(sql::Tx& tx, std::int64_t file) {
  std::vector<std::int64_t> ids;
  for (;;) {
    const auto page = file_line_ids(tx, file, ids.empty() ? 0 : ids.back(), kIdsAtOnce);
    ids.insert(ids.end(), page.begin(), page.end());
    if (page.size() < kIdsAtOnce) return ids;
  }
}

// On which account the cause lies; nothing for the clock.
std::optional<std::string> touched_account(sql::Tx& tx, const MatchCause& cause) {
  if (cause.file) return account_of_file(tx, *cause.file);
  if (!cause.freed.empty()) return cause.freed.front().account;
  if (!cause.by_person.empty()) return cause.by_person.front().account;
  return {};
}

// The accounts to look at and which of their lines are not explained.
std::map<std::string, AccountLines> lines_to_match(sql::Tx& tx, const MatchCause& cause) {
  const auto account = touched_account(tx, cause);
  std::map<std::string, AccountLines> accounts;
  for (auto& [name, ids] : unexplained_lines(tx, account)) accounts[name].unexplained = std::move(ids);
  if (!account) {
    for (auto& name : awaiting_accounts(tx)) accounts[name];
    return accounts;
  }
  auto& touched = accounts[*account];
  if (cause.file) touched.fresh = lines_of_file(tx, *cause.file);
  for (const auto& line : cause.freed) {
    touched.unexplained.push_back(line.id);
    touched.freed_on = std::min(touched.freed_on.value_or(line.booked), line.booked);
  }
  for (const auto& made : cause.by_person)
    touched.freed_on = std::min(touched.freed_on.value_or(made.booked), made.booked);
  return accounts;
}

// What a person has explained.
void end_breaks_of(sql::Tx& tx, std::span<const NewMatch> matches, Time now) {
  std::vector<BreakEnd> ends;
  for (const auto& made : matches)
    for (const auto& key : made.match.lines) add_ends(ends, key, explained_by(made.match));
  resolve_breaks(tx, ends, kResolvedByRule, now);
}

}  // namespace

ReconReport match_remittances(sql::Tx& tx, const Actor& actor, const MatchCause& cause, Time now,
                              const ReconRules& rules) {
  ReconReport report;
  std::vector<std::string> accounts, waiting;
  std::vector<PaidLine> paid;
  read_by_index(tx);
  end_breaks_of(tx, cause.by_person, now);
  const auto shapes = reference_shapes(tx);
  for (auto& [account, lines] : lines_to_match(tx, cause)) {
    AccountMatching matching({tx, actor, now, rules, shapes}, account);
    const auto found = matching.run(std::move(lines));
    report.matched += found.matched;
    report.breaks_opened += found.breaks_opened;
    accounts.push_back(account);
    waiting.insert(waiting.end(), found.waiting.begin(), found.waiting.end());
    paid.insert(paid.end(), found.paid.begin(), found.paid.end());
  }
  const auto& missing = advice(BreakType::missing);
  report.breaks_opened +=
      renew_missing_breaks(tx, accounts, waiting, {name(missing.owner), missing.action_en}, now) +
      renew_ruled_breaks(tx, {rules.remit_within, rules.transfer_within}, now);
  close_settled_parcels(tx);
  issue_receipts(tx, paid, now);
  return report;
}

}  // namespace bccid
