#include "adapters/onestop_rest/trigger_reader.hpp"

#include "adapters/json_reply.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace bccid::onestop {

Result<std::string> clean_text(std::string_view text, std::size_t chars_max) {
  if (!valid_utf8(text)) return Failure(Errc::invalid_field, "is not valid text");
  const bool controls = std::any_of(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7F'; });
  if (controls) return Failure(Errc::invalid_field, "holds a control character");
  if (text.size() > chars_max * 8)
    return Failure(Errc::invalid_field, "is longer than " + std::to_string(chars_max) + " characters");
  std::string composed = to_nfc(trim(text));
  if (code_points(composed) > chars_max)
    return Failure(Errc::invalid_field, "is longer than " + std::to_string(chars_max) + " characters");
  return composed;
}

const boost::json::value* TriggerReader::find(std::string_view name) const {
  const auto* value = object_.if_contains({name.data(), name.size()});
  if (value == nullptr || value->is_null()) return nullptr;
  if (value->is_string() && value->get_string().empty()) return nullptr;
  return value;
}

bool TriggerReader::has(std::string_view name) const { return find(name) != nullptr; }

std::string TriggerReader::text(std::string_view name, std::size_t chars_max) {
  const auto* value = find(name);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    fault(name, "must be text");
    return {};
  }
  auto clean = clean_text({value->get_string().data(), value->get_string().size()}, chars_max);
  if (clean) return std::move(*clean);
  fault(name, clean.error().detail);
  return {};
}

std::string TriggerReader::required_text(std::string_view name, std::size_t chars_max) {
  if (!has(name)) {
    fault(name, "is missing", Errc::missing_field);
    return {};
  }
  const std::size_t before = faults_.size();
  std::string out = text(name, chars_max);
  if (out.empty() && faults_.size() == before) fault(name, "is blank", Errc::missing_field);
  return out;
}

std::string TriggerReader::digits(std::string_view name, std::size_t count) {
  const std::size_t before = faults_.size();
  std::string out = required_text(name, count * 4);
  if (faults_.size() != before) return {};
  const bool good =
      out.size() == count && std::all_of(out.begin(), out.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (good) return out;
  fault(name, "must be text of " + std::to_string(count) + " digits");
  return {};
}

std::optional<std::int64_t> TriggerReader::integer(std::string_view name, std::int64_t min,
                                                   std::int64_t max) {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto number = integer_of(*value);
  if (number && *number >= min && *number <= max) return number;
  fault(name, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return std::nullopt;
}

std::optional<std::int64_t> TriggerReader::required_integer(std::string_view name, std::int64_t min,
                                                            std::int64_t max) {
  if (has(name)) return integer(name, min, max);
  fault(name, "is missing", Errc::missing_field);
  return std::nullopt;
}

const boost::json::object* TriggerReader::object(std::string_view name) {
  const auto* value = find(name);
  if (value == nullptr) return nullptr;
  if (value->is_object()) return &value->get_object();
  fault(name, "must be an object");
  return nullptr;
}

const boost::json::array* TriggerReader::list(std::string_view name, std::size_t items_max) {
  const auto* value = find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_array()) {
    fault(name, "must be a list");
    return nullptr;
  }
  if (value->get_array().size() <= items_max) return &value->get_array();
  fault(name, "has more than " + std::to_string(items_max) + " items");
  return nullptr;
}

void TriggerReader::fault(std::string_view name, std::string_view detail, Errc code) {
  faults_.emplace_back(code, pointer(name), std::string(name) + ' ' + std::string(detail));
}

}  // namespace bccid::onestop
