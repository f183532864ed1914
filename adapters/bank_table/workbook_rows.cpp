#include "adapters/bank_table/rows.hpp"
#include "adapters/bank_table/workbook_parts.hpp"
#include "adapters/statement_builder.hpp"
#include "adapters/xml_reader.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace bccid::table {
namespace {

using bank::refused;

constexpr std::size_t kColumnsMax = 500;
constexpr std::size_t kRowsMax = 1'048'576;
constexpr std::string_view kRow = "worksheet/sheetData/row";
constexpr std::string_view kCell = "worksheet/sheetData/row/c";

// "C7" is in column 2; nothing for what names no column.
std::optional<std::size_t> column_of(std::string_view reference) {
  std::size_t column = 0, letters = 0;
  for (; letters < reference.size() && reference[letters] >= 'A' && reference[letters] <= 'Z'; ++letters) {
    column = column * 26 + static_cast<std::size_t>(reference[letters] - 'A') + 1;
    if (column > kColumnsMax) return std::nullopt;
  }
  return letters == 0 ? std::nullopt : std::optional(column - 1);
}

// Hands on one row of a sheet after the other. Formulas are not computed: what was computed when the file was
// saved counts.
class SheetReader final : public bank::XmlReader {
 public:
  SheetReader(const SharedStrings& strings, const DayStyles& styles, bool from_1904, RowSink& rows)
      : strings_(strings), styles_(styles), from_1904_(from_1904), rows_(rows) {}

 private:
  std::size_t line() const override { return row_.line; }

  Status begin(std::string_view path, std::string_view) override {
    if (path == kRow) return begin_row();
    if (path == kCell) return begin_cell();
    if (path.starts_with(kCell) && path.substr(kCell.size()) == "/f") formula_ = true;
    return {};
  }

  Status end(std::string_view path, std::string_view) override {
    if (path == kRow) return end_row();
    if (path == kCell) return end_cell();
    if (!path.starts_with(kCell)) return {};
    const auto below = path.substr(kCell.size());
    if (below == "/v") {
      value_ = whole_text();
      valued_ = true;
    }
    if (below == "/is/t" || below == "/is/r/t") value_ += whole_text();
    return {};
  }

  Status begin_row() {
    const auto text = attribute("r");
    std::size_t number = row_.line + 1;
    if (!text.empty()) std::from_chars(text.data(), text.data() + text.size(), number);
    if (number <= row_.line || number > kRowsMax)
      return refused(row_.line, "row \"" + shown(text) + "\" follows it, which cannot be");
    row_.line = number;
    row_.cells.clear();
    return {};
  }

  Status begin_cell() {
    reference_ = attribute("r");
    type_ = attribute("t");
    const auto column = reference_.empty() ? row_.cells.size() : column_of(reference_);
    if (!column || *column < row_.cells.size() || *column >= kColumnsMax)
      return refused(row_.line, "cell \"" + shown(reference_) + "\" is not where a cell can be");
    row_.cells.resize(*column);
    const auto style = attribute("s");
    style_ = 0;
    std::from_chars(style.data(), style.data() + style.size(), style_);
    value_.clear();
    formula_ = valued_ = false;
    return {};
  }

  Status end_cell() {
    if (formula_ && !valued_)
      return refused(row_.line, "cell " + shown(reference_) + " has a formula that was never computed");
    Cell cell;
    if (type_ == "s") {
      std::size_t number = 0;
      const auto read = std::from_chars(value_.data(), value_.data() + value_.size(), number);
      const auto text = read.ec == std::errc{} ? strings_.at(number) : std::nullopt;
      if (!text && valued_)
        return refused(row_.line, "cell " + shown(reference_) + " names a text that is not there");
      cell.text = trim(text.value_or(std::string_view{}));
    } else if (type_.empty() || type_ == "n") {
      cell = number_cell();
    } else {
      cell = {type_ == "d" ? Cell::Kind::day : Cell::Kind::text, std::string(trim(value_))};
    }
    row_.cells.push_back(std::move(cell));
    return {};
  }

  Cell number_cell() const {
    const auto plain = plain_number(trim(value_));
    if (!plain) return {Cell::Kind::text, std::string(trim(value_))};
    if (styles_.writes_day(style_))
      if (const auto day = day_of_number(*plain, from_1904_)) return {Cell::Kind::day, to_text(*day)};
    return {Cell::Kind::number, *plain};
  }

  Status end_row() {
    const bool blank = std::ranges::all_of(row_.cells, [](const Cell& cell) { return cell.text.empty(); });
    return blank ? Status{} : rows_.take(row_);
  }

  const SharedStrings& strings_;
  const DayStyles& styles_;
  bool from_1904_;
  RowSink& rows_;
  Row row_;
  std::string reference_, type_, value_;
  std::size_t style_ = 0;
  bool formula_ = false, valued_ = false;
};

template <class Part>
Status read_if_there(const ZipArchive& archive, const std::string& name, Part& part) {
  if (!archive.has(name)) return {};
  auto bytes = archive.file(name);
  if (!bytes) return bytes.error();
  return part.read(**bytes);
}

}  // namespace

Status read_workbook_rows(ByteSource& bytes, const Mapping& mapping, RowSink& rows) {
  const auto archive = ZipArchive::open(bytes);
  if (!archive) return archive.error();
  const auto place = find_sheet(**archive, mapping.sheet);
  if (!place) return place.error();
  SharedStrings strings;
  if (auto read = read_if_there(**archive, "xl/sharedStrings.xml", strings); !read) return read;
  DayStyles styles;
  if (auto read = read_if_there(**archive, "xl/styles.xml", styles); !read) return read;
  const auto sheet = (*archive)->file(place->file);
  if (!sheet) return sheet.error();
  return SheetReader(strings, styles, place->from_1904, rows).read(**sheet);
}

}  // namespace bccid::table
