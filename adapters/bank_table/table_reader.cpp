#include "adapters/bank_table/table_reader.hpp"

#include "adapters/folded_title.hpp"
#include "adapters/statement_builder.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace bccid::table {
namespace {

using bank::folded_title;
using bank::refused;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What stands behind a label in its own cell: after a colon, or from the first digit on.
std::string_view behind(std::string_view text, std::string_view title) {
  if (const auto colon = text.find(':'); colon != text.npos && folded_title(text.substr(0, colon)) == title)
    return trim(text.substr(colon + 1));
  const auto folded = folded_title(text);
  const bool number = folded.starts_with(title) && folded.size() > title.size() + 1 &&
                      folded[title.size()] == '_' && is_digit(folded[title.size() + 1]);
  const auto first = std::ranges::find_if(text, is_digit);
  return number ? text.substr(static_cast<std::size_t>(first - text.begin())) : std::string_view{};
}

bool begins_with_one_of(std::string_view folded, const std::vector<std::string>& beginnings) {
  return std::ranges::any_of(beginnings, [folded](const std::string& one) {
    return folded.starts_with(one) && (folded.size() == one.size() || folded[one.size()] == '_');
  });
}

std::string first_text(const Row& row) {
  for (const auto& cell : row.cells)
    if (!cell.text.empty()) return folded_title(cell.text);
  return {};
}

}  // namespace

bool TableReader::is_totals(const Row& row) const {
  return begins_with_one_of(first_text(row), mapping_.totals);
}

TableReader::Columns TableReader::columns_of(const Row& row) const {
  std::vector<std::string> titles;
  for (const auto& cell : row.cells) titles.push_back(folded_title(cell.text));
  Columns found;
  for (const auto& [name, known] : mapping_.columns)
    for (const auto& title : known) {
      const auto at = std::ranges::find(titles, title);
      if (at != titles.end()) found.emplace(name, static_cast<std::size_t>(at - titles.begin()));
    }
  return found;
}

bool TableReader::is_header(const Row& row) const {
  const auto columns = columns_of(row);
  return std::ranges::any_of(forms_, [&columns](const auto& form) {
    return std::ranges::all_of(form, [&columns](const auto& name) { return columns.contains(name); });
  });
}

const Cell& TableReader::cell(const Row& row, std::string_view column) const {
  static const Cell kEmpty;
  const auto at = columns_.find(column);
  return at == columns_.end() || at->second >= row.cells.size() ? kEmpty : row.cells[at->second];
}

Status TableReader::take(const Row& row) {
  if (any_header()) return take_below(row);
  if (is_header(row)) {
    columns_ = columns_of(row);
    return {};
  }
  if (++rows_ > mapping_.header_within)
    return refused(row.line, "none of the first " + std::to_string(mapping_.header_within) +
                                 " rows is a header with the columns that are needed");
  return take_labels(labels_of(row));
}

Status TableReader::take_below(const Row& row) {
  if (is_line(row)) {
    if (ended_at_ == 0) return in_line(row);
    return refused(row.line, "a line stands below the end of the table in row " + std::to_string(ended_at_));
  }
  if (columns_of(row) == columns_) return {};  // each page repeats it
  if (const auto labels = labels_of(row); !labels.empty()) return take_labels(labels);
  const auto first = first_text(row);
  if (is_totals(row)) return in_totals(row);
  if (ended_at_ == 0 && begins_with_one_of(first, mapping_.ends)) ended_at_ = row.line;
  if (ended_at_ != 0 || begins_with_one_of(first, mapping_.skipped)) return {};
  return in_line(row);
}

std::vector<Labelled> TableReader::labels_of(const Row& row) const {
  std::vector<Labelled> found;
  for (std::size_t at = 0; at < row.cells.size(); ++at)
    if (row.cells[at].kind == Cell::Kind::text && !row.cells[at].text.empty())
      if (auto label = label_at(row, at)) found.push_back(*std::move(label));
  return found;
}

std::optional<Labelled> TableReader::label_at(const Row& row, std::size_t at) const {
  const std::string_view text = row.cells[at].text;
  const auto folded = folded_title(text);
  for (const auto& [name, titles] : mapping_.labels)
    for (const auto& title : titles) {
      const auto own = behind(text, title);
      if (!own.empty()) return Labelled{name, row.line, {Cell::Kind::text, std::string(own)}};
      const bool bare = folded == title;
      for (auto next = at + 1; bare && next < row.cells.size(); ++next)
        if (!row.cells[next].text.empty()) return Labelled{name, row.line, row.cells[next]};
    }
  return std::nullopt;
}

Status TableReader::take_labels(const std::vector<Labelled>& labels) {
  for (const auto& label : labels)
    if (auto taken = in_label(label); !taken) return taken;
  return {};
}

}  // namespace bccid::table
