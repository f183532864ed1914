#include "adapters/bank_camt/values.hpp"

namespace bccid::camt {

std::optional<Money> read_amount(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  const auto parts = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || whole.find_first_not_of("0123456789") != whole.npos) return std::nullopt;
  if (parts.find_first_not_of('0') != parts.npos || (point != text.npos && parts.empty()))
    return std::nullopt;
  const auto amount = parse_money(whole);
  return amount ? std::optional(*amount) : std::nullopt;
}

std::optional<Day> read_day(std::string_view text) {
  const auto day = parse_day(text.substr(0, 10));
  return day && (text.size() == 10 || text[10] == 'T') ? std::optional(*day) : std::nullopt;
}

}  // namespace bccid::camt
