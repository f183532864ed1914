#pragma once

#include "base/clock.hpp"
#include "base/time_text.hpp"
#include "http/field_rules.hpp"
#include "http/problem.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::http {

// Reads a query or a form as ObjectReader reads an object: every error is kept, unknown names are refused.
class PairsReader {
 public:
  // `where` comes before the name in error pointers: "?" for a query, "/" for a form.
  PairsReader(const Pairs& pairs, std::string_view where) : pairs_(pairs), where_(where) {}

  std::string text(std::string_view name, TextRule rule = {});
  std::optional<std::string> optional_text(std::string_view name, TextRule rule = {});
  std::optional<std::int64_t> optional_integer(std::string_view name, NumberRule rule = {});
  std::optional<Time> optional_time(std::string_view name);
  std::optional<Day> optional_day(std::string_view name);
  void fail(std::string_view name, const Failure& failure);
  std::optional<InputFailure> finish();

 private:
  const std::string* take(std::string_view name);

  const Pairs& pairs_;
  std::string_view where_;
  std::vector<std::string_view> asked_;
  std::vector<FieldError> errors_;
};

}  // namespace bccid::http
