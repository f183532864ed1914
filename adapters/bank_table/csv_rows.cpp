#include "adapters/bank_table/rows.hpp"
#include "adapters/headed_source.hpp"
#include "adapters/statement_builder.hpp"
#include "base/csv.hpp"
#include "base/text.hpp"

namespace bccid::table {
namespace {

constexpr std::string_view kLittleEndianMark = "\xFF\xFE";

Row row_of(CsvRow& read) {
  Row row;
  row.line = read.line;
  for (auto& cell : read.cells) row.cells.push_back({Cell::Kind::text, std::string(trim(cell))});
  return row;
}

bool is_blank(const Row& row) {
  for (const auto& cell : row.cells)
    if (!cell.text.empty()) return false;
  return true;
}

// The separator under which the file has a header.
char separator_of(std::string_view head, const Mapping& mapping, const RowSink& rows) {
  if (mapping.separator != 0) return mapping.separator;
  for (const char separator : {',', ';', '\t'}) {
    TextSource text(head);
    CsvStream stream(text, separator);
    CsvRow read;
    for (auto more = stream.next(read); more && *more; more = stream.next(read))
      if (rows.is_header(row_of(read))) return separator;
  }
  return ',';
}

}  // namespace

Status read_csv_rows(ByteSource& bytes, const Mapping& mapping, RowSink& rows) {
  bank::HeadedSource raw(bytes);
  if (const auto begun = raw.read_head(); !begun) return begun;
  const bool marked = raw.head().starts_with(kLittleEndianMark);
  TranscodedSource translated(raw,
                              mapping.encoding.value_or(marked ? TextEncoding::utf16le : TextEncoding::utf8));
  bank::HeadedSource source(translated);
  const auto refuse = [](const Failure& failure) -> Status {
    return failure.code == Errc::malformed ? bank::refused(0, failure.detail) : failure;
  };
  if (const auto begun = source.read_head(); !begun) return refuse(begun.error());
  CsvStream stream(source, separator_of(source.head(), mapping, rows));
  for (CsvRow read;;) {
    const auto more = stream.next(read);
    if (!more) return refuse(more.error());
    if (!*more) return {};
    const auto row = row_of(read);
    if (is_blank(row)) continue;
    if (auto taken = rows.take(row); !taken) return taken;
  }
}

}  // namespace bccid::table
