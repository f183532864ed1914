#include "store/rows.hpp"

#include <charconv>
#include <stdexcept>

namespace bccid::sql {

namespace {

[[noreturn]] void misread(std::string_view what, std::size_t column) {
  throw std::logic_error("column " + std::to_string(column) + " is not " + std::string(what));
}

// Reads digits at a place that the session's fixed formats promise.
int digits(std::string_view text, std::size_t begin, std::size_t count, std::size_t column) {
  int value = 0;
  if (text.size() < begin + count) misread("a date or time", column);
  for (const char c : text.substr(begin, count)) {
    if (c < '0' || c > '9') misread("a date or time", column);
    value = value * 10 + (c - '0');
  }
  return value;
}

// "2026-11-22"
Day read_day(std::string_view text, std::size_t column) {
  const int year = digits(text, 0, 4, column);
  const auto month = static_cast<unsigned>(digits(text, 5, 2, column));
  const auto day = static_cast<unsigned>(digits(text, 8, 2, column));
  return {std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
}

// ".123456": trailing zeros are left out by the server.
std::chrono::microseconds read_fraction(std::string_view text, std::size_t column) {
  std::int64_t value = 0;
  std::size_t count = 0;
  for (; count < text.size(); ++count) value = value * 10 + digits(text, count, 1, column);
  if (count > 6) misread("a time in microseconds", column);
  for (; count < 6; ++count) value *= 10;
  return std::chrono::microseconds(value);
}

std::uint8_t read_nibble(char c, std::size_t column) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  misread("a bytea", column);
}

}  // namespace

bool Row::is_null(std::size_t column) const { return rows_->cell(index_, column).length == Rows::kNull; }

std::string_view Row::text(std::size_t column) const {
  const auto& cell = rows_->cell(index_, column);
  if (cell.length == Rows::kNull) misread("a value but NULL", column);
  return std::string_view(rows_->text_).substr(cell.begin, cell.length);
}

std::int64_t Row::i64(std::size_t column) const {
  const std::string_view digits_text = text(column);
  std::int64_t value = 0;
  const auto* end = digits_text.data() + digits_text.size();
  const auto [ptr, error] = std::from_chars(digits_text.data(), end, value);
  if (error != std::errc{} || ptr != end) misread("an integer", column);
  return value;
}

bool Row::boolean(std::size_t column) const {
  const std::string_view truth = text(column);
  if (truth == "t") return true;
  if (truth == "f") return false;
  misread("a boolean", column);
}

// "2026-11-22 08:30:00.123456+00"
Time Row::time(std::size_t column) const {
  const std::string_view at = text(column);
  if (at.size() < 22 || !at.ends_with("+00")) misread("a timestamptz in UTC", column);
  Time read = std::chrono::sys_days(read_day(at, column));
  read += std::chrono::hours(digits(at, 11, 2, column));
  read += std::chrono::minutes(digits(at, 14, 2, column));
  read += std::chrono::seconds(digits(at, 17, 2, column));
  if (at[19] == '.') read += read_fraction(at.substr(20, at.size() - 23), column);
  return read;
}

Day Row::day(std::size_t column) const {
  const std::string_view date = text(column);
  if (date.size() != 10) misread("a date", column);
  return read_day(date, column);
}

Uuid Row::uuid(std::size_t column) const {
  const auto id = parse_uuid(text(column));
  if (!id) misread("a uuid", column);
  return *id;
}

std::string Row::bytes(std::size_t column) const {
  const std::string_view hex = text(column);
  if (hex.size() % 2 != 0 || !hex.starts_with("\\x")) misread("a bytea", column);
  std::string out;
  out.reserve(hex.size() / 2);
  for (std::size_t at = 2; at < hex.size(); at += 2) {
    out += static_cast<char>(read_nibble(hex[at], column) << 4 | read_nibble(hex[at + 1], column));
  }
  return out;
}

std::optional<std::string> Row::opt_text(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(str(column));
}

std::optional<std::int64_t> Row::opt_i64(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(i64(column));
}

std::optional<bool> Row::opt_boolean(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(boolean(column));
}

std::optional<Time> Row::opt_time(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(time(column));
}

std::optional<Day> Row::opt_day(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(day(column));
}

std::optional<Uuid> Row::opt_uuid(std::size_t column) const {
  return is_null(column) ? std::nullopt : std::optional(uuid(column));
}

void Rows::reserve(std::size_t rows, std::size_t bytes) {
  cells_.reserve(rows * columns_);
  text_.reserve(bytes);
}

void Rows::append(std::string_view cell) {
  cells_.push_back({text_.size(), cell.size()});
  text_ += cell;
}

void Rows::append_null() { cells_.push_back({text_.size(), kNull}); }

const Rows::Cell& Rows::cell(std::size_t row, std::size_t column) const {
  if (column >= columns_ || row >= size()) {
    throw std::logic_error("no cell at row " + std::to_string(row) + ", column " + std::to_string(column));
  }
  return cells_[row * columns_ + column];
}

}  // namespace bccid::sql
