#pragma once

#include "base/result.hpp"
#include "base/table.hpp"
#include "base/time_text.hpp"
#include "domain/names.hpp"
#include "flow/actor.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <string>

namespace bccid {

// The lists that finance takes along, each by the day that its rows are about.
enum class ExportList : std::uint8_t { receipts, remittances, statement_lines, breaks, postings };

template <>
struct EnumNames<ExportList> {
  static constexpr std::array<std::string_view, 5> kNames{"receipts", "remittances", "statement-lines",
                                                          "breaks", "postings"};
};

// All rows of a list in a period of business days, both included; an agency's system sees its own. Receipts
// by issue, remittances by sending, lines by booking, breaks by when the difference arose, postings by when
// it happened. Errors: invalid_field (more than limits::kExportRowsMax rows).
Result<Table> export_list(sql::Tx& tx, const Actor& actor, ExportList list, Day from, Day to,
                          const std::string& agency);

}  // namespace bccid
