#include "http/object_reader.hpp"

#include <algorithm>

namespace bccid::http {
namespace {

namespace json = boost::json;

constexpr std::size_t kTrackedFieldsMax = 64;

std::string_view kind_name(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return "null";
    case json::kind::bool_: return "a boolean";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_: return "a number";
    case json::kind::string: return "a text";
    case json::kind::array: return "a list";
    case json::kind::object: return "an object";
  }
  return "something else";
}

// RFC 6901: ~ and / are escaped.
void append_escaped(std::string& out, std::string_view name) {
  for (const char c : name) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
}

}  // namespace

ObjectReader::ObjectReader(const json::value& value, std::string pointer)
    : object_(value.if_object()), pointer_(std::move(pointer)) {
  if (object_ == nullptr)
    errors_.emplace_back(Errc::invalid_field, pointer_,
                         "must be an object, not " + std::string(kind_name(value)));
  else if (object_->size() > kTrackedFieldsMax)
    fail("", "has more than 64 fields");
}

bool ObjectReader::has(std::string_view name) const {
  if (object_ == nullptr) return false;
  const auto* value = object_->if_contains(name);
  return value != nullptr && !value->is_null();
}

const json::value* ObjectReader::take(std::string_view name) {
  if (object_ == nullptr) return nullptr;
  const auto found = object_->find(name);
  if (found == object_->end()) return nullptr;
  const auto index = static_cast<std::size_t>(found - object_->begin());
  if (index < kTrackedFieldsMax) asked_ |= std::uint64_t{1} << index;
  return found->value().is_null() ? nullptr : &found->value();
}

const json::value* ObjectReader::need(std::string_view name) {
  const auto* value = take(name);
  if (value == nullptr && object_ != nullptr)
    errors_.emplace_back(Errc::missing_field, pointer(name), "is required");
  return value;
}

std::string ObjectReader::pointer(std::string_view name) const {
  if (name.empty()) return pointer_;
  std::string out = pointer_;
  out += '/';
  append_escaped(out, name);
  return out;
}

std::string ObjectReader::pointer(std::string_view name, std::size_t element) const {
  return pointer(name) + "/" + std::to_string(element);
}

void ObjectReader::fail(std::string_view name, std::string detail, std::string hint, Errc code) {
  errors_.emplace_back(code, pointer(name), std::move(detail), std::move(hint));
}

void ObjectReader::fail(std::string_view name, const Failure& failure) {
  errors_.emplace_back(failure.code, pointer(name), failure.detail, failure.hint);
}

void ObjectReader::wrong_type(std::string_view name, std::string_view wanted, const json::value& got) {
  fail(name, "must be " + std::string(wanted) + ", not " + std::string(kind_name(got)));
}

std::string ObjectReader::read_text(std::string_view name, const json::value& value, TextRule rule) {
  const auto* text = value.if_string();
  if (text == nullptr) {
    wrong_type(name, "a text", value);
    return {};
  }
  auto read = checked_text({text->data(), text->size()}, rule);
  if (read) return std::move(*read);
  fail(name, read.error());
  return {};
}

std::int64_t ObjectReader::read_integer(std::string_view name, const json::value& value, NumberRule rule) {
  if (!value.is_number()) {
    wrong_type(name, "a whole number", value);
    return 0;
  }
  // 1e5, 1.0 and 10^30 arrive as doubles: an amount is written out in digits, or refused.
  const auto* number = value.if_int64();
  if (number == nullptr) {
    fail(name, "must be a whole number written in digits, " + range_text(rule));
    return 0;
  }
  if (*number >= rule.min && *number <= rule.max) return *number;
  fail(name, "is " + std::to_string(*number) + "; it must be " + range_text(rule));
  return 0;
}

bool ObjectReader::read_boolean(std::string_view name, const json::value& value) {
  if (const auto* flag = value.if_bool()) return *flag;
  wrong_type(name, "true or false", value);
  return false;
}

std::size_t ObjectReader::read_choice(std::string_view name, const json::value& value,
                                      std::span<const std::string_view> choices) {
  const auto* text = value.if_string();
  if (text == nullptr) {
    wrong_type(name, "a text", value);
    return 0;
  }
  const std::string_view given(text->data(), text->size());
  const auto found = std::find(choices.begin(), choices.end(), given);
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  std::string known;
  for (const auto choice : choices) known.append(known.empty() ? "" : ", ").append(choice);
  fail(name, "is not one of the known values", "Use one of: " + known + ".");
  return 0;
}

std::span<const json::value> ObjectReader::read_list(std::string_view name, const json::value& value,
                                                     ListRule rule) {
  const auto* array = value.if_array();
  if (array == nullptr) {
    wrong_type(name, "a list", value);
    return {};
  }
  if (array->size() >= rule.min && array->size() <= rule.max) return {array->data(), array->size()};
  fail(name, "has " + std::to_string(array->size()) + " elements; " + std::to_string(rule.min) + " to " +
                 std::to_string(rule.max) + " are allowed");
  return {};
}

template <class T>
T ObjectReader::read_parsed(std::string_view name, const json::value& value,
                            Result<T> (*parse)(std::string_view)) {
  const auto* text = value.if_string();
  if (text == nullptr) {
    wrong_type(name, "a text", value);
    return {};
  }
  auto read = parse({text->data(), text->size()});
  if (read) return *read;
  fail(name, read.error());
  return {};
}

std::string ObjectReader::text(std::string_view name, TextRule rule) {
  const auto* value = need(name);
  return value == nullptr ? std::string{} : read_text(name, *value, rule);
}

std::int64_t ObjectReader::integer(std::string_view name, NumberRule rule) {
  const auto* value = need(name);
  return value == nullptr ? 0 : read_integer(name, *value, rule);
}

Money ObjectReader::money(std::string_view name, std::int64_t max, bool zero_ok) {
  return Money(integer(name, {.min = zero_ok ? 0 : 1, .max = max}));
}

bool ObjectReader::boolean(std::string_view name) {
  const auto* value = need(name);
  return value != nullptr && read_boolean(name, *value);
}

Uuid ObjectReader::uuid(std::string_view name) {
  const auto* value = need(name);
  return value == nullptr ? Uuid{} : read_parsed(name, *value, &parse_uuid);
}

Time ObjectReader::time(std::string_view name) {
  const auto* value = need(name);
  return value == nullptr ? Time{} : read_parsed(name, *value, &parse_rfc3339);
}

Day ObjectReader::day(std::string_view name) {
  const auto* value = need(name);
  return value == nullptr ? Day{} : read_parsed(name, *value, &parse_day);
}

std::size_t ObjectReader::one_of(std::string_view name, std::span<const std::string_view> choices) {
  const auto* value = need(name);
  return value == nullptr ? 0 : read_choice(name, *value, choices);
}

ObjectReader ObjectReader::object(std::string_view name) {
  static const json::value kEmptyObject(json::object_kind);
  const auto* value = need(name);
  // A missing object is one error; its fields are not complained about as well.
  ObjectReader nested(value == nullptr ? kEmptyObject : *value, pointer(name));
  if (value == nullptr) nested.object_ = nullptr;
  return nested;
}

std::span<const json::value> ObjectReader::list(std::string_view name, ListRule rule) {
  const auto* value = need(name);
  return value == nullptr ? std::span<const json::value>{} : read_list(name, *value, rule);
}

std::optional<std::string> ObjectReader::optional_text(std::string_view name, TextRule rule) {
  const auto* value = take(name);
  return value == nullptr ? std::nullopt : std::optional(read_text(name, *value, rule));
}

std::optional<std::int64_t> ObjectReader::optional_integer(std::string_view name, NumberRule rule) {
  const auto* value = take(name);
  return value == nullptr ? std::nullopt : std::optional(read_integer(name, *value, rule));
}

std::optional<Money> ObjectReader::optional_money(std::string_view name, std::int64_t max, bool zero_ok) {
  const auto number = optional_integer(name, {.min = zero_ok ? 0 : 1, .max = max});
  return number ? std::optional(Money(*number)) : std::nullopt;
}

std::optional<bool> ObjectReader::optional_boolean(std::string_view name) {
  const auto* value = take(name);
  return value == nullptr ? std::nullopt : std::optional(read_boolean(name, *value));
}

std::optional<Uuid> ObjectReader::optional_uuid(std::string_view name) {
  const auto* value = take(name);
  return value == nullptr ? std::nullopt : std::optional(read_parsed(name, *value, &parse_uuid));
}

std::optional<Time> ObjectReader::optional_time(std::string_view name) {
  const auto* value = take(name);
  return value == nullptr ? std::nullopt : std::optional(read_parsed(name, *value, &parse_rfc3339));
}

std::optional<Day> ObjectReader::optional_day(std::string_view name) {
  const auto* value = take(name);
  return value == nullptr ? std::nullopt : std::optional(read_parsed(name, *value, &parse_day));
}

std::optional<std::size_t> ObjectReader::optional_one_of(std::string_view name,
                                                         std::span<const std::string_view> choices) {
  const auto* value = take(name);
  return value == nullptr ? std::nullopt : std::optional(read_choice(name, *value, choices));
}

std::optional<ObjectReader> ObjectReader::optional_object(std::string_view name) {
  const auto* value = take(name);
  return value == nullptr ? std::nullopt : std::optional(ObjectReader(*value, pointer(name)));
}

std::span<const json::value> ObjectReader::optional_list(std::string_view name, ListRule rule) {
  const auto* value = take(name);
  return value == nullptr ? std::span<const json::value>{} : read_list(name, *value, rule);
}

std::vector<std::string> ObjectReader::optional_texts(std::string_view name, ListRule list, TextRule rule) {
  std::vector<std::string> texts;
  const auto elements = optional_list(name, list);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const auto* text = elements[i].if_string();
    if (text == nullptr) {
      errors_.emplace_back(Errc::invalid_field, pointer(name, i),
                           "must be a text, not " + std::string(kind_name(elements[i])));
      continue;
    }
    auto read = checked_text({text->data(), text->size()}, rule);
    if (read)
      texts.push_back(std::move(*read));
    else
      errors_.emplace_back(read.error().code, pointer(name, i), read.error().detail, read.error().hint);
  }
  return texts;
}

std::vector<std::int64_t> ObjectReader::integers(std::string_view name, ListRule list, NumberRule rule) {
  std::vector<std::int64_t> numbers;
  const auto elements = this->list(name, list);
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const auto* number = elements[i].if_int64();
    if (number != nullptr && *number >= rule.min && *number <= rule.max)
      numbers.push_back(*number);
    else
      errors_.emplace_back(Errc::invalid_field, pointer(name, i),
                           "must be a whole number written in digits, " + range_text(rule));
  }
  return numbers;
}

void ObjectReader::absorb(ObjectReader& nested) {
  nested.refuse_unknown();
  std::move(nested.errors_.begin(), nested.errors_.end(), std::back_inserter(errors_));
  nested.errors_.clear();
}

void ObjectReader::refuse_unknown() {
  if (object_ == nullptr) return;
  std::size_t index = 0;
  for (const auto& field : *object_) {
    const bool asked = index < kTrackedFieldsMax && (asked_ >> index & 1U) != 0;
    ++index;
    if (asked) continue;
    const std::string_view name(field.key().data(), field.key().size());
    if (index > kTrackedFieldsMax) break;  // said once, by the constructor
    errors_.emplace_back(Errc::unknown_field, pointer(name), "is not a field of this request",
                         "Remove it, or check its spelling.");
    asked_ |= std::uint64_t{1} << (index - 1);
  }
}

std::optional<InputFailure> ObjectReader::finish() {
  refuse_unknown();
  if (errors_.empty()) return std::nullopt;
  return InputFailure(std::move(errors_));
}

}  // namespace bccid::http
