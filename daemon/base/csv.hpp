#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct CsvRow {
  std::size_t line = 0;  // 1-based line on which the row begins
  std::vector<std::string> cells;
};

// RFC 4180 with a UTF-8 BOM and either line end accepted. Blank lines are skipped.
// Errors: malformed (open quote, text after a closing quote, invalid UTF-8), naming the line.
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
