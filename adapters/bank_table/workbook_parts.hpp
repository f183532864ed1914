#pragma once

#include "adapters/bank_table/zip_archive.hpp"
#include "base/time_text.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::table {

// The texts that the cells of a workbook share, by their numbers.
class SharedStrings {
 public:
  static constexpr std::size_t kBytesMax = std::size_t{128} * 1024 * 1024;

  // Errors: statement_refused.
  Status read(ByteSource& bytes);
  // Nothing when there is no such number.
  std::optional<std::string_view> at(std::size_t number) const;

 private:
  class Reader;
  std::string all_;
  std::vector<std::size_t> ends_;
};

// Which of the styles that cells refer to write a number as a day.
class DayStyles {
 public:
  // Errors: statement_refused.
  Status read(ByteSource& bytes);
  bool writes_day(std::size_t style) const { return style < days_.size() && days_[style]; }

 private:
  class Reader;
  std::vector<bool> days_;
};

// Where a workbook keeps the sheet that is wanted, and from which day on it counts days.
struct SheetPlace {
  std::string file;
  bool from_1904 = false;
};
// `sheet` is its name; empty: the first one. Errors: statement_refused.
Result<SheetPlace> find_sheet(const ZipArchive& archive, const std::string& sheet);

// A number as a workbook writes it ("1.2E6") in plain digits ("1200000", "-0.5"); nothing for what is none.
std::optional<std::string> plain_number(std::string_view text);

// The day of a workbook's number of days; nothing outside the years that have statements.
std::optional<Day> day_of_number(std::string_view plain, bool from_1904);

// Whether a format writes the day of a number, as "dd/mm/yyyy" does and "#,##0 [$VND]" does not.
bool format_writes_day(std::string_view format);

}  // namespace bccid::table
