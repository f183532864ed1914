#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Reading what counterparts really answer: tolerant about the shape of a value, strict about what it
// may be taken to prove.
namespace bccid {

// What the texts of a reply may hold. A feed repeats a stored row for ever, so one row with broken bytes must
// not hide all that follow; in every other reply they are a sign of damage.
enum class Utf8 : std::uint8_t { required, broken_is_shown };

// The object, when the whole body is one JSON object of at most `bytes_max`. Nothing for HTML, text,
// truncated or deeply nested JSON and, unless it may be shown, invalid UTF-8.
std::optional<boost::json::object> json_object_of(std::string_view body, std::size_t bytes_max,
                                                  Utf8 utf8 = Utf8::required);

// Any JSON under the same conditions, where a counterpart answers with lists, too.
std::optional<boost::json::value> json_value_of(std::string_view body, std::size_t bytes_max,
                                                Utf8 utf8 = Utf8::required);

// A member as an integer: 100, 100.0, "100". Nothing when it is missing or anything else.
std::optional<std::int64_t> integer_member(const boost::json::object& object, std::string_view name);
std::optional<std::int64_t> integer_of(const boost::json::value& value);

// A member as text in NFC, at most `chars_max` code points, control characters as blanks; numbers are
// printed. Empty when it is missing or neither text nor number.
std::string text_member(const boost::json::object& object, std::string_view name, std::size_t chars_max);

// Untrusted words of a counterpart made fit for a person's screen and for a log.
std::string presentable(std::string_view text, std::size_t chars_max);

}  // namespace bccid
