#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/money.hpp"
#include "base/time_text.hpp"
#include "http/field_rules.hpp"
#include "http/problem.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::http {

struct ListRule {
  std::size_t min = 1;
  std::size_t max = limits::kPageItemsMax;
};

// Reads the fields of one JSON object by name and keeps every error with its JSON pointer, so that a
// caller hears of all of them at once. A field that was never asked for is refused by `finish`.
// After an error the reading functions return an empty value, so code runs straight on to `finish`.
//
//   ObjectReader r(value, "/items/3");
//   const std::string code = r.text("code", {.max = 20});
//   const std::optional<std::int64_t> weight = r.optional_integer("weight_g", {.min = 1});
//   if (auto bad = r.finish()) return problem(*bad, request);
class ObjectReader {
 public:
  // `value` must outlive the reader. `pointer` is where the value stands in the body; "" is the root.
  explicit ObjectReader(const boost::json::value& value, std::string pointer = {});

  // False when the value was not an object at all.
  bool is_object() const { return object_ != nullptr; }
  // True when the field is there and not null.
  bool has(std::string_view name) const;

  // Required fields: absent or null is an error. Texts come back in NFC without control characters.
  std::string text(std::string_view name, TextRule rule = {});
  std::int64_t integer(std::string_view name, NumberRule rule = {});
  // A positive whole number of dong. With `zero_ok`, also 0.
  Money money(std::string_view name, std::int64_t max = limits::kChargeDongMax, bool zero_ok = false);
  bool boolean(std::string_view name);
  Uuid uuid(std::string_view name);
  Time time(std::string_view name);  // RFC 3339 with an offset
  Day day(std::string_view name);
  // Index into `choices`; 0 after an error.
  std::size_t one_of(std::string_view name, std::span<const std::string_view> choices);
  // A reader of the object in that field, with its own errors; pass it to `absorb` when done.
  ObjectReader object(std::string_view name);
  // The elements; empty after an error.
  std::span<const boost::json::value> list(std::string_view name, ListRule rule = {});

  // Optional fields: absent and null are both nothing.
  std::optional<std::string> optional_text(std::string_view name, TextRule rule = {});
  std::optional<std::int64_t> optional_integer(std::string_view name, NumberRule rule = {});
  std::optional<Money> optional_money(std::string_view name, std::int64_t max = limits::kChargeDongMax,
                                      bool zero_ok = false);
  std::optional<bool> optional_boolean(std::string_view name);
  std::optional<Uuid> optional_uuid(std::string_view name);
  std::optional<Time> optional_time(std::string_view name);
  std::optional<Day> optional_day(std::string_view name);
  std::optional<std::size_t> optional_one_of(std::string_view name,
                                             std::span<const std::string_view> choices);
  std::optional<ObjectReader> optional_object(std::string_view name);
  std::span<const boost::json::value> optional_list(std::string_view name, ListRule rule = {});
  // A list of texts; what is wrong with one of them is told with that element's pointer.
  std::vector<std::string> optional_texts(std::string_view name, ListRule list, TextRule text);

  // A list of whole numbers that must be there; what is wrong with one is told with that element's pointer.
  std::vector<std::int64_t> integers(std::string_view name, ListRule list, NumberRule rule);

  // A rule of the caller about one field ("" for the object itself).
  void fail(std::string_view name, std::string detail, std::string hint = {},
            Errc code = Errc::invalid_field);
  void fail(std::string_view name, const Failure& failure);
  // Takes over the errors of a nested reader, including its unknown fields.
  void absorb(ObjectReader& nested);
  // The JSON pointer of a field, or of one element of a list.
  std::string pointer(std::string_view name) const;
  std::string pointer(std::string_view name, std::size_t element) const;

  bool ok() const { return errors_.empty(); }
  // Everything that is wrong, with the fields that nobody asked for; nothing when all is well.
  std::optional<InputFailure> finish();

 private:
  const boost::json::value* take(std::string_view name);
  const boost::json::value* need(std::string_view name);
  void refuse_unknown();
  void wrong_type(std::string_view name, std::string_view wanted, const boost::json::value& got);

  std::string read_text(std::string_view name, const boost::json::value& value, TextRule rule);
  std::int64_t read_integer(std::string_view name, const boost::json::value& value, NumberRule rule);
  bool read_boolean(std::string_view name, const boost::json::value& value);
  std::size_t read_choice(std::string_view name, const boost::json::value& value,
                          std::span<const std::string_view> choices);
  std::span<const boost::json::value> read_list(std::string_view name, const boost::json::value& value,
                                                ListRule rule);
  template <class T>
  T read_parsed(std::string_view name, const boost::json::value& value, Result<T> (*parse)(std::string_view));

  const boost::json::object* object_ = nullptr;
  std::string pointer_;
  std::uint64_t asked_ = 0;  // bit i: the object's i-th field was asked for
  std::vector<FieldError> errors_;
};

}  // namespace bccid::http
