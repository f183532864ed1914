#include "base/csv.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace bccid {
namespace {

// One pass over the text; `line_` counts what a person sees in an editor.
class CsvReader {
 public:
  CsvReader(std::string_view text, char separator)
      : text_(text), separator_(separator), ends_{separator, '\r', '\n'} {}

  Result<std::vector<CsvRow>> read() {
    std::vector<CsvRow> rows;
    while (at_ < text_.size()) {
      CsvRow row{line_, {}};
      if (auto status = read_row(row); !status) return status.error();
      if (row.cells.size() == 1 && row.cells.front().empty()) continue;
      rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  Status read_row(CsvRow& row) {
    for (;;) {
      std::string cell;
      if (at_ < text_.size() && text_[at_] == '"') {
        if (auto status = read_quoted(cell); !status) return status;
      } else {
        const auto end = std::min(text_.find_first_of(ends_, at_), text_.size());
        cell = text_.substr(at_, end - at_);
        at_ = end;
      }
      row.cells.push_back(std::move(cell));
      if (at_ >= text_.size()) return {};
      if (text_[at_] == separator_) {
        ++at_;
        continue;
      }
      return end_of_line();
    }
  }

  Status read_quoted(std::string& cell) {
    const std::size_t opened = line_;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        cell += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        cell += '"';
        ++at_;
      } else {
        ++at_;
        return {};
      }
    }
    return Failure(Errc::malformed, "line " + std::to_string(opened) + ": a quote is never closed",
                   "Close the cell with a double quote; write a quote inside a cell twice.");
  }

  Status end_of_line() {
    if (text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') {
      ++at_;
    } else if (at_ < text_.size() && text_[at_ - 1] != '\r') {
      return Failure(Errc::malformed, "line " + std::to_string(line_) + ": text follows a closing quote",
                     "Put the separator or the line end right behind the closing quote.");
    }
    ++line_;
    return {};
  }

  std::string_view text_;
  char separator_;
  std::string ends_;  // what ends a cell without quotes
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

}  // namespace

Result<std::vector<CsvRow>> parse_csv(std::string_view text, char separator) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  if (!valid_utf8(text))
    return Failure(Errc::malformed, "the file is not valid UTF-8", "Save it as CSV UTF-8 and send it again.");
  return CsvReader(text, separator).read();
}

Result<CsvTable> CsvTable::parse(std::string_view text, char separator) {
  auto rows = parse_csv(text, separator);
  if (!rows) return rows.error();
  if (rows->empty()) return Failure(Errc::malformed, "the file is empty", "Send a file with a header row.");
  CsvTable table;
  table.header_ = std::move(rows->front().cells);
  for (auto& name : table.header_) name = std::string(trim(name));
  for (auto name = table.header_.begin(); name != table.header_.end(); ++name)
    if (!name->empty() && std::find(table.header_.begin(), name, *name) != name)
      return Failure(Errc::malformed, "the header names column \"" + shown(*name) + "\" twice",
                     "Give each column its own name.");
  rows->erase(rows->begin());
  for (const auto& row : *rows)
    if (row.cells.size() != table.header_.size())
      return Failure(Errc::malformed,
                     "line " + std::to_string(row.line) + " has " + std::to_string(row.cells.size()) +
                         " cells, the header has " + std::to_string(table.header_.size()),
                     "Check the separators and quotes of that line.");
  table.rows_ = std::move(*rows);
  return table;
}

bool CsvTable::has(std::string_view column) const {
  return std::find(header_.begin(), header_.end(), column) != header_.end();
}

const std::string& CsvTable::at(std::size_t row, std::string_view column) const {
  static const std::string kEmpty;
  const auto found = std::find(header_.begin(), header_.end(), column);
  return found == header_.end() ? kEmpty
                                : rows_[row].cells[static_cast<std::size_t>(found - header_.begin())];
}

}  // namespace bccid
