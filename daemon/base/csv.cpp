#include "base/csv.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace bccid {
namespace {

constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::size_t kRowBytesMax = 1024 * 1024;

Failure not_utf8(std::size_t line) {
  return {Errc::malformed, "line " + std::to_string(line) + ": the file is not valid UTF-8",
          "Save it as CSV UTF-8 and send it again."};
}

}  // namespace

CsvStream::CsvStream(ByteSource& bytes, char separator) : reader_(bytes), separator_(separator) {}

Result<bool> CsvStream::next(CsvRow& row) {
  if (!begun_) {
    begun_ = true;
    if (reader_.rest_of_piece().starts_with(kMark)) reader_.skip(kMark.size());
  }
  while (!reader_.at_end()) {
    row.line = line_;
    row.cells.clear();
    row_bytes_ = 0;
    if (auto read = read_row(row); !read) return read.error();
    if (row.cells.size() == 1 && row.cells.front().empty()) continue;
    return true;
  }
  if (!reader_.status()) return reader_.status().error();
  return false;
}

Status CsvStream::read_row(CsvRow& row) {
  const std::size_t begun = line_;
  for (;;) {
    std::string& cell = row.cells.emplace_back();
    const bool quoted = !reader_.at_end() && reader_.peek() == '"';
    if (auto read = quoted ? read_quoted(cell) : read_plain(cell); !read) return read;
    if (!valid_utf8(cell)) return not_utf8(begun);
    if (reader_.at_end()) return {};
    if (reader_.peek() != separator_) return end_of_line();
    reader_.skip(1);
  }
}

Status CsvStream::read_plain(std::string& cell) {
  const char ends[] = {separator_, '\r', '\n'};
  for (;;) {
    const auto piece = reader_.rest_of_piece();
    const auto end = piece.find_first_of(std::string_view(ends, 3));
    const auto part = piece.substr(0, end);
    if (auto fits = check_length(part.size()); !fits) return fits;
    cell += part;
    reader_.skip(part.size());
    if (end != std::string_view::npos || piece.empty()) return {};
  }
}

Status CsvStream::read_quoted(std::string& cell) {
  const std::size_t opened = line_;
  reader_.skip(1);
  while (!reader_.at_end()) {
    const char c = reader_.take();
    if (c == '\n') ++line_;
    if (c == '"') {
      if (reader_.at_end() || reader_.peek() != '"') return {};
      reader_.skip(1);
    }
    if (auto fits = check_length(1); !fits) return fits;
    cell += c;
  }
  if (!reader_.status()) return reader_.status();
  return Failure(Errc::malformed, "line " + std::to_string(opened) + ": a quote is never closed",
                 "Close the cell with a double quote; write a quote inside a cell twice.");
}

Status CsvStream::check_length(std::size_t bytes) {
  row_bytes_ += bytes;
  if (row_bytes_ <= kRowBytesMax) return {};
  return Failure(Errc::malformed, "line " + std::to_string(line_) + ": the row is too long",
                 "Check the quotes and the line ends before that line.");
}

Status CsvStream::end_of_line() {
  const bool carriage = reader_.peek() == '\r';
  if (carriage) reader_.skip(1);
  if (!reader_.at_end() && reader_.peek() == '\n') {
    reader_.skip(1);
  } else if (!carriage) {
    return Failure(Errc::malformed, "line " + std::to_string(line_) + ": text follows a closing quote",
                   "Put the separator or the line end right behind the closing quote.");
  }
  ++line_;
  return {};
}

Result<std::vector<CsvRow>> parse_csv(std::string_view text, char separator) {
  TextSource bytes(text);
  CsvStream stream(bytes, separator);
  std::vector<CsvRow> rows;
  for (CsvRow row;;) {
    const auto more = stream.next(row);
    if (!more) return more.error();
    if (!*more) return rows;
    rows.push_back(std::move(row));
    row = {};
  }
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
