#include "store/procedure_file.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "domain/custody/papers.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace bccid {
namespace {

constexpr std::size_t kPapersMax = 100;  // as many as one order may list

Failure malformed(std::size_t line, std::string what, std::string hint) {
  return Failure(Errc::malformed, "line " + std::to_string(line) + ": " + std::move(what), std::move(hint));
}

// \d\.\d{6}, the shape of national codes.
bool is_code(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() == 8 && digit(text[0]) && text[1] == '.' && std::ranges::all_of(text.substr(2), digit);
}

Result<bool> read_yes(const CsvTable& table, std::size_t row, const char* column) {
  const auto& word = table.at(row, column);
  if (word.empty() || word == "yes") return true;
  if (word == "no") return false;
  return malformed(table.line(row), std::string(column) + " is \"" + shown(word) + "\"",
                   "Write yes, no, or nothing for yes.");
}

Result<std::vector<std::string>> read_papers(const CsvTable& table, std::size_t row) {
  std::vector<std::string> papers;
  std::string_view rest = table.at(row, "papers");
  std::vector<Paper> seen;
  while (!rest.empty()) {
    const auto bar = rest.find('|');
    const std::string paper(trim(rest.substr(0, bar)));
    rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
    const bool last_is_empty = bar != std::string_view::npos && rest.empty();
    if (paper.empty() || last_is_empty || code_points(paper) > limits::kTextFieldCharsMax)
      return malformed(table.line(row), "a paper of the list is empty or too long",
                       "Separate titles by one |, with none at the ends.");
    // Titles that a count could not tell apart are one paper.
    const std::array<Paper, 1> one{{{paper, 1}}};
    const bool twice = std::ranges::any_of(
        seen, [&](const Paper& other) { return compare_papers(std::span(&other, 1), one).empty(); });
    if (twice)
      return malformed(table.line(row), "paper \"" + shown(paper) + "\" stands twice",
                       "Name each paper once.");
    seen.push_back(one.front());
    papers.push_back(paper);
  }
  if (papers.size() > kPapersMax)
    return malformed(table.line(row), "the list has " + std::to_string(papers.size()) + " papers",
                     "List " + std::to_string(kPapersMax) + " at most.");
  return papers;
}

Result<ProcedureEntry> read_entry(const CsvTable& table, std::size_t row) {
  ProcedureEntry entry;
  entry.code = table.at(row, "procedure_code");
  entry.name = std::string(trim(table.at(row, "name_vi")));
  if (!is_code(entry.code))
    return malformed(table.line(row), "procedure code \"" + shown(entry.code) + "\" has no known shape",
                     "Write it as 1.001193.");
  if (entry.name.empty())
    return malformed(table.line(row), "procedure " + entry.code + " has no name", "Fill in name_vi.");
  const auto receive = read_yes(table, row, "by_post_receive");
  if (!receive) return receive.error();
  const auto give_back = read_yes(table, row, "by_post_return");
  if (!give_back) return give_back.error();
  auto papers = read_papers(table, row);
  if (!papers) return papers.error();
  entry.by_post_receive = *receive;
  entry.by_post_return = *give_back;
  entry.papers = std::move(*papers);
  return entry;
}

}  // namespace

Result<std::vector<ProcedureEntry>> read_procedures(const CsvTable& table) {
  for (const char* column : {"procedure_code", "name_vi"})
    if (!table.has(column))
      return malformed(1, std::string("column ") + column + " is missing", "Add it to the header.");
  std::vector<ProcedureEntry> entries;
  std::set<std::string> codes;
  for (std::size_t row = 0; row < table.size(); ++row) {
    auto entry = read_entry(table, row);
    if (!entry) return entry.error();
    if (!codes.insert(entry->code).second)
      return malformed(table.line(row), "procedure " + entry->code + " stands twice",
                       "Keep one of its rows.");
    entries.push_back(std::move(*entry));
  }
  return entries;
}

}  // namespace bccid
