#include "base/csv.hpp"
#include "base/digest.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "base/text.hpp"
#include "base/time_text.hpp"
#include "tests/fuzz/parsers.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace bccid::fuzz {
namespace {

std::span<const std::uint8_t> raw(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Every cell in quotes, so that whatever it holds stands for itself.
std::string csv_text(const std::vector<CsvRow>& rows, char separator) {
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (i > 0) out += separator;
      out += '"';
      for (const char c : row.cells[i]) out.append(c == '"' ? 2 : 1, c);
      out += '"';
    }
    out += "\r\n";
  }
  return out;
}

void check_rows(std::string_view bytes, char separator) {
  const auto rows = parse_csv(bytes, separator);
  if (!rows) return require_fit(rows.error());
  const auto again = parse_csv(csv_text(*rows, separator), separator);
  require(again.has_value() && again->size() == rows->size(), "CSV that was read can be written and read");
  std::size_t line = 0;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const CsvRow& row = (*rows)[i];
    require(row.cells == (*again)[i].cells, "a CSV cell survives writing and reading");
    require(row.line > line, "CSV lines are counted upwards");
    line = row.line;
    for (const auto& cell : row.cells) require(valid_utf8(cell), "a CSV cell is valid UTF-8 without NUL");
  }
}

void check_table(std::string_view bytes) {
  const auto table = CsvTable::parse(bytes);
  if (!table) return require_fit(table.error());
  const auto rows = parse_csv(bytes);
  require(rows && rows->size() == table->size() + 1, "a CSV table has a row for each row but its header");
  for (std::size_t column = 0; column < rows->front().cells.size(); ++column) {
    const auto name = trim(rows->front().cells[column]);
    if (name.empty()) continue;
    require(table->has(name), "a CSV table knows its columns");
    for (std::size_t row = 0; row < table->size(); ++row)
      require(table->at(row, name) == (*rows)[row + 1].cells[column], "a CSV table finds a cell by name");
  }
}

// Years from 1900 to 2999 are read, whatever the offset; at their ends another offset writes a year outside.
bool written_everywhere(Time at) {
  const auto year = Day{std::chrono::floor<std::chrono::days>(at)}.year();
  return year > std::chrono::year{1900} && year < std::chrono::year{2999};
}

}  // namespace

int check_base64(std::string_view bytes) {
  const auto read = parse_base64(bytes);
  if (read)
    require(base64(raw(*read)) == bytes, "bytes have one spelling in base64");
  else
    require_fit(read.error());
  const auto again = parse_base64(base64(raw(bytes)));
  require(again && *again == bytes, "what base64 writes can be read");
  return 0;
}

int check_csv(std::string_view bytes) {
  for (const char separator : {',', ';', '\t'}) check_rows(bytes, separator);
  check_table(bytes);
  return 0;
}

int check_money(std::string_view bytes) {
  const auto amount = parse_money(bytes);
  if (!amount) {
    require_fit(amount.error());
    return 0;
  }
  require(amount->dong() <= Money::kAbsMax && amount->dong() >= -Money::kAbsMax, "an amount is in range");
  require(gives(parse_money(std::to_string(amount->dong())), *amount),
          "an amount in digits is the same amount");
  constexpr std::string_view kUnit = " đ";
  std::string printed = amount->to_text();
  require(printed.ends_with(kUnit), "an amount is printed with its unit");
  printed.resize(printed.size() - kUnit.size());
  require(gives(parse_money(printed), *amount), "a printed amount is the same amount");
  return 0;
}

int check_text(std::string_view bytes) {
  for (const std::size_t most : {0U, 1U, 5U, 40U}) {
    const std::string visible = shown(bytes, most);
    require(visible.size() <= most && valid_utf8(visible), "foreign text is cut between code points");
    require_clean(to_nfc(visible), "text made visible");
  }
  require(trim(trim(bytes)) == trim(bytes), "trimming twice changes nothing");
  require(to_upper_ascii(bytes).size() == bytes.size(), "upper case keeps the length");
  if (!valid_utf8(bytes)) return 0;
  require(bytes.find('\0') == std::string_view::npos, "valid text holds no NUL");
  require(code_points(bytes) <= bytes.size(), "a code point takes a byte or more");
  const std::string composed = to_nfc(bytes);
  require(valid_utf8(composed) && to_nfc(composed) == composed, "NFC of NFC is the same");
  const std::string folded = fold_diacritics(bytes);
  require(valid_utf8(folded), "text without diacritics is valid");
  require(fold_diacritics(composed) == folded, "NFC and NFD of one text fold to the same");
  require(valid_utf8(masked(bytes, 3)), "a masked text is valid UTF-8");
  return 0;
}

int check_time_text(std::string_view bytes) {
  if (const auto at = parse_rfc3339(bytes)) {
    if (!written_everywhere(*at)) return 0;
    require(gives(parse_rfc3339(to_rfc3339(*at)), *at), "an instant survives writing and reading");
    const Time second{std::chrono::floor<std::chrono::seconds>(at->time_since_epoch())};
    require(gives(parse_rfc3339(to_vietnam_text(*at)), second), "so it does at Vietnamese time");
    require(gives(parse_portal_time(to_portal_text(*at)), second), "and in the portal's form");
    const Day day = business_day(*at);
    require(start_of_day(day) <= *at && *at < start_of_day(day) + std::chrono::hours{24},
            "an instant lies within its business day");
  } else {
    require_fit(at.error());
  }
  if (const auto at = parse_portal_time(bytes))
    require(to_portal_text(*at) == bytes, "the portal's form has one spelling");
  if (const auto day = parse_day(bytes)) require(to_text(*day) == bytes, "a day has one spelling");
  return 0;
}

int check_uuid(std::string_view bytes) {
  const auto id = parse_uuid(bytes);
  if (!id) {
    require_fit(id.error());
  } else {
    const std::string text = id->to_text();
    require(gives(parse_uuid(text), *id), "a UUID survives writing and reading");
    require(to_upper_ascii(text) == to_upper_ascii(bytes), "a UUID is written as it was read");
  }
  const Uuid named = uuid_from_name("fuzz", bytes);
  require(named == uuid_from_name("fuzz", bytes), "a name gives the same UUID for ever");
  require(gives(parse_uuid(named.to_text()), named), "a UUID of a name can be read");
  return 0;
}

}  // namespace bccid::fuzz
