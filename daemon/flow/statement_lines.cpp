#include "flow/statement_lines.hpp"

#include "base/limits.hpp"
#include "flow/match_table.hpp"
#include "store/recon_store.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace bccid {
namespace {

std::vector<LineCandidate> candidates_for(sql::Tx& tx, std::int64_t id, const ReconRules& rules) {
  auto lines = lines_by_id(tx, {id});
  if (lines.empty()) return {};
  mark_undone_pairs(tx, lines);
  std::vector<ExpectedCredit> expected;
  for (auto& remittance : remittances_to_match(tx, lines)) expected.push_back(std::move(remittance.credit));
  MatchSettings settings;
  settings.window_days = rules.window_days;
  settings.payers = rules.payers;
  return candidates_of(lines.front().line, expected, settings);
}

}  // namespace

Result<FoundLines> find_lines(sql::Tx& tx, const Actor& actor, std::string_view account, bool open_only,
                              const PageOf& page) {
  const auto before = number_cursor(page, std::numeric_limits<std::int64_t>::max());
  if (!before) return before.error();
  LineFilter filter;
  filter.agency = seen_agency(actor);
  filter.account = account;
  filter.open = open_only;
  filter.before = *before;
  filter.limit = std::clamp<std::size_t>(page.limit, 1, limits::kPageItemsMax);
  auto found = list_lines(tx, filter);
  return FoundLines{std::move(found.items), found.next == 0 ? "" : std::to_string(found.next)};
}

Result<LineCase> find_line(sql::Tx& tx, const Actor& actor, std::int64_t id, const ReconRules& rules) {
  auto line = read_line(tx, id, seen_agency(actor));
  if (!line)
    return Failure(Errc::not_found, "there is no statement line " + std::to_string(id),
                   "Use an id of GET /v1/statement-lines; lines of other agencies are not shown.");
  LineCase found{*std::move(line), {}};
  if (!found.line.match) found.candidates = candidates_for(tx, id, rules);
  return found;
}

}  // namespace bccid
