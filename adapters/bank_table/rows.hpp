#pragma once

#include "adapters/bank_table/mapping.hpp"
#include "base/byte_source.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace bccid::table {

// What a cell holds, trimmed. A workbook knows numbers and days from texts: its numbers are plain digits here
// ("-1200000", "0.5"), its days as ISO 8601 writes them.
struct Cell {
  enum class Kind { text, number, day };
  Kind kind = Kind::text;
  std::string text;
};

struct Row {
  std::size_t line = 0;  // line of the file, or number of the workbook's row
  std::vector<Cell> cells;
};

// Where the rows go while the file is read.
class RowSink {
 public:
  RowSink() = default;
  RowSink(const RowSink&) = delete;
  RowSink& operator=(const RowSink&) = delete;
  virtual ~RowSink() = default;

  // Errors end the reading, which answers them.
  virtual Status take(const Row& row) = 0;
  // Whether the row may be the table's header. Under another separator than its own no header looks like one.
  virtual bool is_header(const Row& row) const = 0;
};

// Reads a CSV file, or a workbook (XLSX), which its first bytes tell. Rows without any text are left out.
// Errors: statement_refused (what cannot be read, by line or row; a workbook that is larger than any
// statement or unpacks to more than it should), what the sink answers, and what the source answers.
Status read_rows(ByteSource& bytes, const Mapping& mapping, RowSink& rows);

// The two of them.
Status read_csv_rows(ByteSource& bytes, const Mapping& mapping, RowSink& rows);
Status read_workbook_rows(ByteSource& bytes, const Mapping& mapping, RowSink& rows);

}  // namespace bccid::table
