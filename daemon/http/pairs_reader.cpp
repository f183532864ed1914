#include "http/pairs_reader.hpp"

#include <algorithm>
#include <charconv>

namespace bccid::http {

const std::string* PairsReader::take(std::string_view name) {
  asked_.push_back(name);
  const std::string* value = pairs_.find(name);
  if (value != nullptr && pairs_.count(name) > 1)
    fail(name, Failure(Errc::invalid_field, "is given twice", "Send it once."));
  return value;
}

void PairsReader::fail(std::string_view name, const Failure& failure) {
  errors_.emplace_back(failure.code, std::string(where_) + std::string(name), failure.detail, failure.hint);
}

std::string PairsReader::text(std::string_view name, TextRule rule) {
  auto value = optional_text(name, rule);
  if (value) return std::move(*value);
  fail(name, Failure(Errc::missing_field, "is required"));
  return {};
}

std::optional<std::string> PairsReader::optional_text(std::string_view name, TextRule rule) {
  const std::string* value = take(name);
  if (value == nullptr) return std::nullopt;
  auto read = checked_text(*value, rule);
  if (read) return std::move(*read);
  fail(name, read.error());
  return std::string{};
}

std::optional<std::int64_t> PairsReader::optional_integer(std::string_view name, NumberRule rule) {
  const std::string* value = take(name);
  if (value == nullptr) return std::nullopt;
  std::int64_t number = 0;
  const char* end = value->data() + value->size();
  const auto read = std::from_chars(value->data(), end, number);
  const bool whole = !value->empty() && read.ec == std::errc{} && read.ptr == end;
  if (whole && number >= rule.min && number <= rule.max) return number;
  fail(name, Failure(Errc::invalid_field, "must be a whole number, " + range_text(rule)));
  return 0;
}

std::optional<Time> PairsReader::optional_time(std::string_view name) {
  const std::string* value = take(name);
  if (value == nullptr) return std::nullopt;
  const auto read = parse_rfc3339(*value);
  if (read) return *read;
  fail(name, read.error());
  return Time{};
}

std::optional<Day> PairsReader::optional_day(std::string_view name) {
  const std::string* value = take(name);
  if (value == nullptr) return std::nullopt;
  const auto read = parse_day(*value);
  if (read) return *read;
  fail(name, read.error());
  return Day{};
}

std::optional<InputFailure> PairsReader::finish() {
  for (const auto& [name, value] : pairs_)
    if (std::find(asked_.begin(), asked_.end(), name) == asked_.end())
      errors_.emplace_back(Errc::unknown_field, std::string(where_) + name, "is not a name known here",
                           "Remove it, or check its spelling.");
  if (errors_.empty()) return std::nullopt;
  return InputFailure(std::move(errors_));
}

}  // namespace bccid::http
