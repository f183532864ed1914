#include "flow/account_matching.hpp"

#include "base/log.hpp"
#include "domain/recon/reference_shape.hpp"
#include "flow/book_matches.hpp"
#include "store/line_name_store.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <unordered_set>
#include <utility>

namespace bccid {
namespace {

constexpr std::size_t kGroupLines = 5'000;
constexpr std::chrono::seconds kProgressEvery{2};
constexpr const char* kTakenBack = "with what came since, the rules say otherwise";

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

template <class T>
std::span<const T> part_of(const std::vector<T>& all, std::size_t at) {
  if (at >= all.size()) return {};
  return std::span(all).subspan(at, std::min(kGroupLines, all.size() - at));
}

void sort_once(std::vector<std::int64_t>& ids) {
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
}

// Which lines with which remittances, and why: what makes two matches the same.
std::string members_of(const std::vector<std::string>& lines, const std::vector<std::string>& references,
                       std::string_view rule) {
  return joined(lines) + " = " + joined(references) + " by " + std::string(rule);
}

std::string members_of(const Match& match) {
  return members_of(match.lines, match.references, name(match.rule));
}

std::string members_of(const MatchView& match) {
  std::vector<std::string> lines, references;
  for (const auto& line : match.lines) lines.push_back(line.key);
  for (const auto& remittance : match.remittances) references.push_back(remittance.reference);
  std::ranges::sort(lines);
  std::ranges::sort(references);
  return members_of(lines, references, match.rule);
}

// The lines and remittances about which a result says something.
struct Decided {
  std::unordered_set<std::string> lines, references;

  explicit Decided(const MatchResult& result) {
    for (const auto& match : result.matches) {
      lines.insert(match.lines.begin(), match.lines.end());
      references.insert(match.references.begin(), match.references.end());
    }
    for (const auto& found : result.breaks)
      if (!found.line_id.empty()) lines.insert(found.line_id);
  }
  bool touches(const MatchView& match) const {
    return std::ranges::any_of(match.lines, [this](const auto& line) { return lines.contains(line.key); }) ||
           std::ranges::any_of(match.remittances,
                               [this](const auto& one) { return references.contains(one.reference); });
  }
};

// Takes what stands out of `made`, and gives back what does not stand any more.
std::vector<MatchView> outdated(const std::vector<MatchView>& standing, MatchResult& result) {
  std::vector<MatchView> gone;
  if (standing.empty()) return gone;
  const Decided decided(result);
  std::unordered_set<std::string> made, kept;
  for (const auto& match : result.matches) made.insert(members_of(match));
  for (const auto& match : standing) {
    const auto members = members_of(match);
    if (made.contains(members))
      kept.insert(members);
    else if (decided.touches(match))
      gone.push_back(match);
  }
  if (!kept.empty())
    std::erase_if(result.matches, [&](const Match& match) { return kept.contains(members_of(match)); });
  return gone;
}

std::vector<std::int64_t> standing_numbers(const MatchTable& table) {
  std::vector<std::int64_t> numbers;
  for (const auto& line : table.lines())
    if (line.match != 0) numbers.push_back(line.match);
  for (const auto& one : table.remittances())
    if (one.match != 0 && !one.fixed) numbers.push_back(one.match);
  sort_once(numbers);
  return numbers;
}

// The days on which a line that names nothing may have been sent.
std::vector<DaySpan> days_before(const std::vector<OpenLine>& lines, int window_days) {
  std::set<std::chrono::sys_days> booked;
  for (const auto& line : lines) booked.insert(std::chrono::sys_days{line.line.booked});
  std::vector<DaySpan> spans;
  for (const auto last : booked) {
    const auto first = last - std::chrono::days{window_days};
    if (!spans.empty() && first <= std::chrono::sys_days{spans.back().last} + std::chrono::days{1})
      spans.back().last = Day{last};
    else
      spans.push_back({Day{first}, Day{last}});
  }
  return spans;
}

std::vector<CreditLine> credit_lines(const MatchTable& table) {
  std::vector<CreditLine> lines;
  lines.reserve(table.lines().size());
  for (const auto& line : table.lines()) lines.push_back(line.line);
  return lines;
}

std::vector<ExpectedCredit> expected_credits(const MatchTable& table) {
  std::vector<ExpectedCredit> expected;
  expected.reserve(table.remittances().size());
  for (const auto& one : table.remittances()) {
    expected.push_back(one.credit);
    expected.back().met = one.fixed;
  }
  return expected;
}

}  // namespace

std::string explained_by(const Match& match) {
  return "rule match: matched with remittance " + joined(match.references);
}

void add_ends(std::vector<BreakEnd>& ends, const std::string& line, const std::string& why,
              std::string_view but) {
  for (const auto* type : {"ambiguous", "double", "remitted_without_receipt"})
    if (but != type) ends.push_back({{type, "line:" + line}, why});
}

AccountMatching::AccountMatching(const MatchRun& run, std::string account)
    : run_(run), account_(std::move(account)), told_(std::chrono::steady_clock::now()) {}

AccountReport AccountMatching::run(AccountLines lines) {
  since_ = lines.freed_on;
  fresh_ = std::move(lines.fresh);
  ids_ = std::move(lines.unexplained);
  ids_.insert(ids_.end(), fresh_.begin(), fresh_.end());
  sort_once(ids_);
  for (std::size_t at = 0; at < ids_.size(); at += kGroupLines) {
    find_names(part_of(ids_, at));
    tell_progress("names", at, ids_.size());
  }
  set_transfers_aside();
  for (std::size_t at = 0; at < ids_.size(); at += kGroupLines) {
    match_group(part_of(ids_, at));
    tell_progress("named", at, ids_.size());
  }
  match_rest();
  match_transfers();
  return std::move(report_);
}

// A number that only looks like a reference stays with the others; so does one of an order that has nothing
// to do with this account.
void AccountMatching::set_transfers_aside() {
  named_orders_ = orders_named(run_.tx, transfers_);
  std::erase_if(transfers_, [this](const TransferLine& line) { return !named_orders_.contains(line.key); });
  std::vector<std::int64_t> aside;
  for (const auto& line : transfers_) aside.push_back(line.id);
  sort_once(aside);
  std::erase_if(ids_, [&aside](std::int64_t id) { return std::ranges::binary_search(aside, id); });
}

void AccountMatching::match_transfers() {
  if (transfers_.empty()) return;
  ids_.clear();
  unnamed_.clear();
  std::vector<LineSigns> signs;
  for (const auto& line : transfers_) {
    ids_.push_back(line.id);
    for (const auto& reference : line.named) signs.push_back({line.id, payment_reference_text(reference)});
  }
  sort_once(ids_);
  auto taken = take_transfers(run_.tx, run_.actor, std::move(transfers_), run_.now);
  report_.paid = std::move(taken.paid);
  signs.insert(signs.end(), taken.parts.begin(), taken.parts.end());
  insert_line_names(run_.tx, account_, signs);
  for (std::size_t at = 0; at < ids_.size(); at += kGroupLines) match_group(part_of(ids_, at));
  leave_unexplained();
}

// What a payer sent for an order that owes nothing here is no remittance of the post, whatever its amount.
void AccountMatching::leave_unexplained() {
  sort_once(unnamed_);
  for (std::size_t at = 0; at < unnamed_.size(); at += kGroupLines) {
    auto lines = read_lines(part_of(unnamed_, at));
    std::erase_if(lines, [](const OpenLine& line) { return line.fixed || line.match != 0; });
    MatchTable table(std::move(lines), {});
    apply(table, match_unnamed(credit_lines(table), {}, {}), {});
  }
}

void AccountMatching::find_names(std::span<const std::int64_t> chunk) {
  std::vector<LineSigns> found;
  for (const auto& line : line_texts(run_.tx, chunk)) {
    if (fresh(line.id)) look_back_to(line.line.booked);
    if (line.part) continue;  // its text says what the whole line was for, which somebody found to be untrue
    for (auto& signs : signs_in(line.line, run_.shapes)) found.push_back({line.id, std::move(signs)});
    if (line.line.amount > Money{}) note_transfer(line);
  }
  insert_line_names(run_.tx, account_, found);
}

void AccountMatching::note_transfer(const OpenLine& line) {
  auto named = payment_references_in(line.line);
  if (named.empty()) return;
  transfers_.push_back({line.id, line.line.id, account_, line.line.amount, line.line.booked, fresh(line.id),
                        std::move(named)});
}

void AccountMatching::match_group(std::span<const std::int64_t> chunk) {
  const auto group = name_group(run_.tx, ids_, chunk);
  auto ids = group.lines;
  // Whoever takes money out of the account names nothing, but is booked and named here.
  ids.insert(ids.end(), group.nameless.begin(), group.nameless.end());
  auto lines = read_lines(ids);
  std::erase_if(lines, &OpenLine::fixed);
  name_booked_parts(run_.tx, lines);
  mark_undone_pairs(run_.tx, lines);
  MatchTable table(std::move(lines), remittances_by_id(run_.tx, group.remittances));
  auto result = match_named(credit_lines(table), expected_credits(table), run_.rules.tolerance);
  for (const auto& key : result.unnamed)
    if (const auto& line = table.line(key); line.match == 0) unnamed_.push_back(line.id);
  apply(table, std::move(result), matches_by_number(run_.tx, standing_numbers(table)));
}

void AccountMatching::match_rest() {
  const auto standing = reconsidered();
  std::unordered_set<std::int64_t> numbers;
  std::vector<std::string> references;
  for (const auto& match : standing) {
    numbers.insert(match.number);
    for (const auto& line : match.lines) unnamed_.push_back(line.id);
    for (const auto& one : match.remittances) references.push_back(one.reference);
  }
  sort_once(unnamed_);
  std::vector<OpenLine> lines;
  for (std::size_t at = 0; at < unnamed_.size(); at += kGroupLines)
    for (auto& line : read_lines(part_of(unnamed_, at))) {
      if (line.fixed || (line.match != 0 && !numbers.contains(line.match))) continue;
      line.line.text.clear();  // these rules do not read it
      lines.push_back(std::move(line));
    }
  if (lines.empty()) return;
  mark_undone_pairs(run_.tx, lines);
  auto remittances = awaited_remittances(run_.tx, account_, days_before(lines, run_.rules.window_days));
  for (auto& one : remittances_of(run_.tx, references)) remittances.push_back(std::move(one));
  MatchTable table(std::move(lines), std::move(remittances));
  auto expected = expected_credits(table);
  const std::unordered_set<std::string_view> waiting(report_.waiting.begin(), report_.waiting.end());
  for (auto& one : expected) one.waiting = waiting.contains(one.reference);
  MatchSettings settings;
  settings.window_days = run_.rules.window_days;
  settings.payers = run_.rules.payers;
  apply(table, match_unnamed(credit_lines(table), expected, settings), standing);
}

std::vector<OpenLine> AccountMatching::read_lines(std::span<const std::int64_t> ids) const {
  auto lines = lines_by_id(run_.tx, ids);
  for (auto& line : lines) {
    line.fresh = fresh(line.id);
    if (!line.part) continue;
    line.line.text.clear();  // see find_names
    line.line.end_to_end.clear();
  }
  return lines;
}

std::vector<MatchView> AccountMatching::reconsidered() const {
  if (!since_) return {};
  const Day first{std::chrono::sys_days{*since_} - kReconsideredDays};
  return matches_by_number(run_.tx, unnamed_matches(run_.tx, account_, first));
}

void AccountMatching::apply(MatchTable& table, MatchResult result, const std::vector<MatchView>& standing) {
  const Decided decided(result);
  const auto gone = outdated(standing, result);
  unbook_matches(run_.tx, gone, kResolvedByRule, kTakenBack, run_.now);
  for (const auto& match : gone)
    for (const auto& line : match.lines) {
      table.count_undone(line.key);
      // One that names something has its own break now: to the rules for the nameless it is a stranger.
      if (!decided.lines.contains(line.key)) unnamed_.push_back(line.id);
    }
  for (const auto& match : result.matches)
    for (const auto& reference : match.references) look_back_to(table.remittance(reference).credit.sent);
  report_.waiting.insert(report_.waiting.end(), result.waiting.begin(), result.waiting.end());
  book_in_parts(table, std::move(result.matches), result.breaks);
}

void AccountMatching::book_in_parts(const MatchTable& table, std::vector<Match> made,
                                    const std::vector<Break>& breaks) {
  report_.matched += made.size();
  for (std::size_t at = 0; at < std::max(made.size(), breaks.size()); at += kGroupLines) {
    std::vector<NewMatch> matches;
    for (const auto& match : part_of(made, at)) matches.push_back(table.new_match(match, run_.now));
    const auto found = part_of(breaks, at);
    book_matches(run_.tx, table, matches, found, run_.actor, run_.now);
    renew_breaks(table, matches, found);
    // What is more than one part are the lines that name nothing; groups are counted by their lines.
    if (made.size() > kGroupLines) tell_progress("unnamed", at, made.size());
  }
}

void AccountMatching::renew_breaks(const MatchTable& table, std::span<const NewMatch> matches,
                                   std::span<const Break> breaks) {
  std::vector<BreakEnd> ends;
  for (const auto& made : matches)
    for (const auto& key : made.match.lines)
      if (!table.line(key).fresh) add_ends(ends, key, explained_by(made.match));
  std::vector<NewBreak> opened;
  for (const auto& found : breaks) {
    opened.push_back(table.new_break(found));
    name_order(opened.back(), found.line_id);
    if (table.line(found.line_id).fresh) continue;
    if (of_line(found))
      add_ends(ends, found.line_id, "rule match: the line is explained otherwise now", name(found.type));
  }
  resolve_breaks(run_.tx, ends, kResolvedByRule, run_.now);
  report_.breaks_opened += open_breaks(run_.tx, opened, run_.now);
}

// Money that names an order which owes nothing there: whoever answers for it must not search.
void AccountMatching::name_order(NewBreak& opened, const std::string& line) const {
  const auto named = named_orders_.find(line);
  if (named == named_orders_.end() || !opened.reference.empty()) return;
  opened.order_id = named->second.id;
  opened.dossier_code = named->second.dossier_code;
  opened.action = "The payer sent it for order " + named->second.number +
                  ", which owes nothing of this amount here: pay it back, or say what it was for.";
}

void AccountMatching::tell_progress(const char* step, std::size_t done, std::size_t all) {
  const auto now = std::chrono::steady_clock::now();
  if (now - told_ < kProgressEvery) return;
  told_ = now;
  log::info("matching", {{"account", account_}, {"step", step}, {"done", done}, {"of", all}});
}

void AccountMatching::look_back_to(Day day) {
  if (!fresh_.empty() || since_) since_ = std::min(since_.value_or(day), day);
}

bool AccountMatching::fresh(std::int64_t id) const { return std::ranges::binary_search(fresh_, id); }

}  // namespace bccid
