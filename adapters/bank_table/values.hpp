#pragma once

#include "adapters/bank_table/mapping.hpp"
#include "adapters/bank_table/rows.hpp"
#include "base/money.hpp"
#include "base/time_text.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace bccid::table {

// Whole dong, with or without a sign, brackets for less than nothing, and "VND" or "đ" behind; nothing for
// what the mapping does not write so.
std::optional<Money> read_amount(const Cell& cell, const Mapping& mapping);

// The day as the mapping writes it; a time behind it is not looked at.
std::optional<Day> read_day(const Cell& cell, const Mapping& mapping);

// All days that stand in a text, in their order.
std::vector<Day> days_in(std::string_view text, const Mapping& mapping);

}  // namespace bccid::table
