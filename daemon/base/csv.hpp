#pragma once

#include "base/byte_source.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct CsvRow {
  std::size_t line = 0;  // 1-based line on which the row begins
  std::vector<std::string> cells;
};

// Rows of a CSV file, one after another: RFC 4180 with a UTF-8 BOM and either line end accepted. Blank lines
// are skipped. Holds one row at a time, of 1 MiB at most.
class CsvStream {
 public:
  // `bytes` must outlive it.
  explicit CsvStream(ByteSource& bytes, char separator = ',');
  // The next row; false when there is none.
  // Errors: malformed (open quote, text after a closing quote, invalid UTF-8, a row too long), naming the
  // line, and what the source answers.
  Result<bool> next(CsvRow& row);

 private:
  Status read_row(CsvRow& row);
  Status read_quoted(std::string& cell);
  Status read_plain(std::string& cell);
  Status end_of_line();
  Status check_length(std::size_t bytes);

  ByteReader reader_;
  char separator_;
  bool begun_ = false;
  std::size_t row_bytes_ = 0;
  std::size_t line_ = 1;  // what a person sees in an editor
};

// All rows of a text at once. Errors: as CsvStream.
Result<std::vector<CsvRow>> parse_csv(std::string_view text, char separator = ',');

// A CSV file with a header row, read by column name.
class CsvTable {
 public:
  // Errors: as parse_csv, and malformed when a row's cell count differs from the header's or
  // a column is named twice.
  static Result<CsvTable> parse(std::string_view text, char separator = ',');

  std::size_t size() const { return rows_.size(); }
  std::size_t line(std::size_t row) const { return rows_[row].line; }
  bool has(std::string_view column) const;
  // The cell; an empty text when the column does not exist.
  const std::string& at(std::size_t row, std::string_view column) const;

 private:
  std::vector<std::string> header_;
  std::vector<CsvRow> rows_;
};

}  // namespace bccid
