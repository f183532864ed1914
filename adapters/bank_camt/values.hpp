#pragma once

#include "base/money.hpp"
#include "base/time_text.hpp"

#include <optional>
#include <string_view>

namespace bccid::camt {

// "120000", "120000.00"; a dong has no parts, and a sign has no place here: CdtDbtInd says the direction.
std::optional<Money> read_amount(std::string_view text);

// The day of a date or of an instant, as the bank wrote it: its own calendar.
std::optional<Day> read_day(std::string_view text);

}  // namespace bccid::camt
