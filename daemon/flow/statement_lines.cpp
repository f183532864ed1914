#include "flow/statement_lines.hpp"

#include "base/limits.hpp"
#include "flow/match_table.hpp"
#include "store/line_name_store.hpp"
#include "store/recon_store.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace bccid {
namespace {

// What the line names, and what was sent not too far from it.
std::vector<ExpectedCredit> expected_near(sql::Tx& tx, const OpenLine& line) {
  std::vector<LineSigns> signs;
  for (auto& found : signs_in(line.line, reference_shapes(tx))) signs.push_back({line.id, std::move(found)});
  const std::chrono::sys_days booked{line.line.booked};
  const DaySpan days{Day{booked - std::chrono::days{kCandidateDaysMax}},
                     Day{booked + std::chrono::days{kCandidateDaysMax}}};
  auto found = remittances_of(tx, references_with(tx, line.line.account, signs));
  for (auto& one : awaited_remittances(tx, line.line.account, {&days, 1})) found.push_back(std::move(one));
  std::map<std::string, ExpectedCredit> each;
  for (auto& one : found) each.emplace(one.credit.reference, std::move(one.credit));
  std::vector<ExpectedCredit> expected;
  for (auto& [reference, credit] : each) expected.push_back(std::move(credit));
  return expected;
}

std::vector<LineCandidate> candidates_for(sql::Tx& tx, std::int64_t id, const ReconRules& rules) {
  auto lines = lines_by_id(tx, {&id, 1});
  if (lines.empty() || lines.front().out_of_play) return {};
  mark_undone_pairs(tx, lines);
  MatchSettings settings;
  settings.window_days = rules.window_days;
  settings.payers = rules.payers;
  return candidates_of(lines.front().line, expected_near(tx, lines.front()), settings);
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
  LineCase found{*std::move(line), balance_after(tx, id), {}};
  if (found.line.split_at) found.parts = read_parts(tx, id);
  if (!found.line.match) found.candidates = candidates_for(tx, id, rules);
  return found;
}

Result<FoundStatements> find_statements(sql::Tx& tx, const Actor& actor, std::string_view account,
                                        const PageOf& page) {
  const auto before = number_cursor(page, std::numeric_limits<std::int64_t>::max());
  if (!before) return before.error();
  const auto limit = std::clamp<std::size_t>(page.limit, 1, limits::kPageItemsMax);
  StatementFileFilter filter;
  const auto agency = seen_agency(actor);
  filter.agency = agency;
  filter.account = account;
  filter.before = *before;
  filter.limit = limit + 1;  // one more than asked for tells whether there is a next page
  FoundStatements found{list_statement_files(tx, filter), {}};
  if (found.items.size() <= limit) return found;
  found.items.resize(limit);
  found.next = std::to_string(found.items.back().row);
  return found;
}

}  // namespace bccid
