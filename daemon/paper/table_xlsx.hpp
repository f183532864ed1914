#pragma once

#include "base/result.hpp"
#include "base/table.hpp"

#include <string>

namespace bccid {

// The table as an Office Open XML workbook of one sheet: the titles stay in view and filter, money is a
// number with separators, a time is a real date in Vietnamese local time, and a text is a text whatever it
// begins with. Errors: internal (no memory, or no place for the library's temporary files).
Result<std::string> table_xlsx(const Table& table);

}  // namespace bccid
