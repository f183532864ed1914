#pragma once

#include "base/table.hpp"

#include <string>

namespace bccid {

// RFC 4180 in UTF-8 with a byte order mark, which spreadsheets need for Vietnamese. The first row holds the
// columns' titles. Money is whole dong without separators, times are Vietnamese local time. A text that a
// spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV injection").
std::string table_csv(const Table& table);

}  // namespace bccid
