#pragma once

#include "adapters/onestop_rest/wire.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::onestop {

// Reads named members of one JSON object and keeps every error with its pointer. Unlike the reader of our
// own API it leaves unknown members alone. A member that is null or "" counts as absent.
class TriggerReader {
 public:
  // All three must outlive the reader.
  TriggerReader(const boost::json::object& object, std::string pointer, std::vector<FieldError>& faults)
      : object_(object), pointer_(std::move(pointer)), faults_(faults) {}

  bool has(std::string_view name) const;
  // NFC without control characters, at most `chars_max` code points. Empty when absent or refused.
  std::string text(std::string_view name, std::size_t chars_max);
  std::string required_text(std::string_view name, std::size_t chars_max);
  // Exactly `count` digits as text: a number would have lost its leading zeros.
  std::string digits(std::string_view name, std::size_t count);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<std::int64_t> required_integer(std::string_view name, std::int64_t min, std::int64_t max);
  // Null when absent or refused.
  const boost::json::object* object(std::string_view name);
  const boost::json::array* list(std::string_view name, std::size_t items_max);

  // `detail` goes on after the member's name: "is missing".
  void fault(std::string_view name, std::string_view detail, Errc code = Errc::invalid_field);
  std::string pointer(std::string_view name) const { return pointer_ + "/" + std::string(name); }

 private:
  const boost::json::value* find(std::string_view name) const;

  const boost::json::object& object_;
  std::string pointer_;
  std::vector<FieldError>& faults_;
};

// NFC of a received text. Errors: invalid_field (invalid UTF-8, a control character, too long).
Result<std::string> clean_text(std::string_view text, std::size_t chars_max);

}  // namespace bccid::onestop
