#include "adapters/bank_table/values.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace bccid::table {
namespace {

constexpr std::string_view kHardBlank = "\xC2\xA0";        // U+00A0
constexpr std::string_view kNarrowBlank = "\xE2\x80\xAF";  // U+202F
constexpr std::string_view kPlainDate = "dd/MM/yyyy";

std::string replaced(std::string text, std::string_view was, std::string_view now) {
  for (auto at = text.find(was); at != text.npos; at = text.find(was, at + now.size()))
    text.replace(at, was.size(), now);
  return text;
}

std::string_view without_unit(std::string_view text) {
  for (const std::string_view unit : {"VND", "VNĐ", "vnd", "vnđ", "đ", "Đ"})
    if (text.size() > unit.size() && text.ends_with(unit))
      return trim(text.substr(0, text.size() - unit.size()));
  return text;
}

// Digits in groups of three by that one separator, and a fraction of zeros behind the other one.
std::optional<Money> read_grouped(std::string_view text, char group, char point) {
  const auto end = text.find(point);
  if (end != text.npos) {
    const auto fraction = text.substr(end + 1);
    if (fraction.empty() || fraction.find_first_not_of('0') != fraction.npos) return std::nullopt;
  }
  std::string whole(text.substr(0, end));
  if (group != '.' && whole.find('.') != whole.npos) return std::nullopt;
  std::ranges::replace(whole, group, '.');
  if (whole.find_first_not_of("0123456789.") != whole.npos) return std::nullopt;
  // "1.00" would be hundred in parts to parse_money; grouped by three it cannot be.
  if (const auto last = whole.rfind('.'); last != whole.npos && whole.size() - last != 4) return std::nullopt;
  const auto amount = parse_money(whole);
  return amount ? std::optional(*amount) : std::nullopt;
}

std::optional<Money> read_size(std::string_view text, NumberStyle style) {
  switch (style) {
    case NumberStyle::dots: return read_grouped(text, '.', ',');
    case NumberStyle::commas: return read_grouped(text, ',', '.');
    case NumberStyle::blanks: return read_grouped(text, ' ', ',');
    case NumberStyle::any: break;
  }
  const auto amount = parse_money(text);
  return amount && !text.starts_with('-') && !text.starts_with('+') ? std::optional(*amount) : std::nullopt;
}

// Reads the date at the front of `text` and cuts it off.
std::optional<Day> take_day(std::string_view& text, std::string_view pattern) {
  std::string_view rest = text;
  int year = 0, month = 0, day = 0;
  while (!pattern.empty()) {
    const char kind = pattern.front();
    const auto run = std::min(pattern.find_first_not_of(kind), pattern.size());
    if (std::string_view("dMyHms").find(kind) == std::string_view::npos) {
      if (rest.empty() || rest.front() != kind) return std::nullopt;
      rest.remove_prefix(1);
      pattern.remove_prefix(1);
      continue;
    }
    std::size_t digits = 0;
    while (digits < std::max<std::size_t>(run, 2) && digits < rest.size() && rest[digits] >= '0' &&
           rest[digits] <= '9')
      ++digits;
    if (digits < (run > 2 ? run : 1)) return std::nullopt;
    int value = 0;
    std::from_chars(rest.data(), rest.data() + digits, value);
    if (kind == 'y') year = run == 2 ? 2000 + value : value;
    if (kind == 'M') month = value;
    if (kind == 'd') day = value;
    rest.remove_prefix(digits);
    pattern.remove_prefix(run);
  }
  const Day read{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                 std::chrono::day{static_cast<unsigned>(day)}};
  if (!read.ok() || year < 1900 || year > 2999 ||
      (!rest.empty() && rest.front() >= '0' && rest.front() <= '9'))
    return std::nullopt;
  text = rest;
  return read;
}

// By the mapping's own pattern, else day first with any separator, else as ISO 8601 writes it.
std::optional<Day> take_any_day(std::string_view& text, const Mapping& mapping) {
  if (!mapping.date.empty()) return take_day(text, mapping.date);
  for (const char separator : {'/', '-', '.'}) {
    std::string pattern(kPlainDate);
    std::ranges::replace(pattern, '/', separator);
    if (auto day = take_day(text, pattern)) return day;
  }
  return take_day(text, "yyyy-MM-dd");
}

bool is_time(std::string_view text) {
  return text.empty() || ((text.front() == ' ' || text.front() == 'T') && text.size() <= 20 &&
                          text.find_first_not_of(" T0123456789:.APMapmSACHsach") == text.npos);
}

}  // namespace

std::optional<Money> read_amount(const Cell& cell, const Mapping& mapping) {
  if (cell.kind == Cell::Kind::day) return std::nullopt;
  if (cell.kind == Cell::Kind::number) {
    const bool whole = cell.text.find('.') == cell.text.npos;
    const auto amount = parse_money(cell.text);
    return whole && amount ? std::optional(*amount) : std::nullopt;
  }
  const auto plain = replaced(replaced(cell.text, kHardBlank, " "), kNarrowBlank, " ");
  auto text = without_unit(trim(plain));
  bool negative = text.size() > 2 && text.starts_with('(') && text.ends_with(')');
  if (negative) {
    text = trim(text.substr(1, text.size() - 2));
  } else if (text.starts_with('-') || text.starts_with('+')) {
    negative = text.front() == '-';
    text = trim(text.substr(1));
  }
  const auto size = read_size(text, mapping.number);
  if (!size) return std::nullopt;
  return negative ? -*size : *size;
}

std::optional<Day> read_day(const Cell& cell, const Mapping& mapping) {
  if (cell.kind == Cell::Kind::number) return std::nullopt;
  std::string_view rest = cell.text;
  const auto day = cell.kind == Cell::Kind::day ? take_day(rest, "yyyy-MM-dd") : take_any_day(rest, mapping);
  return day && is_time(rest) ? day : std::nullopt;
}

std::vector<Day> days_in(std::string_view text, const Mapping& mapping) {
  // A heading writes days without the time that a line has.
  Mapping plain;
  plain.date = mapping.date.substr(0, mapping.date.find_first_of(" T"));
  std::vector<Day> days;
  for (bool in_number = false; !text.empty();) {
    const bool digit = text.front() >= '0' && text.front() <= '9';
    if (digit && !in_number) {
      if (const auto day = take_any_day(text, plain)) {
        days.push_back(*day);
        in_number = false;
        continue;
      }
    }
    in_number = digit;
    text.remove_prefix(1);
  }
  return days;
}

}  // namespace bccid::table
