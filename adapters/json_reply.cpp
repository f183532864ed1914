#include "adapters/json_reply.hpp"

#include "base/text.hpp"

#include <boost/json/parse.hpp>

#include <charconv>
#include <cmath>

namespace bccid {
namespace {

constexpr std::size_t kDepthMax = 32;

// Cuts at a code point; the text is valid UTF-8.
std::string_view first_code_points(std::string_view text, std::size_t chars_max) {
  std::size_t chars = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (begins && ++chars > chars_max) return text.substr(0, at);
  }
  return text;
}

std::optional<std::int64_t> integer_of_text(std::string_view text) {
  text = trim(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> integer_of_double(double value) {
  constexpr double kExactMax = 9007199254740992.0;  // 2^53
  if (!std::isfinite(value) || std::fabs(value) > kExactMax || std::trunc(value) != value)
    return std::nullopt;
  return static_cast<std::int64_t>(value);
}

}  // namespace

std::optional<boost::json::value> json_value_of(std::string_view body, std::size_t bytes_max, Utf8 utf8) {
  if (body.size() > bytes_max) return std::nullopt;
  if (body.substr(0, 3) == "\xEF\xBB\xBF") body.remove_prefix(3);
  boost::json::parse_options options;
  options.max_depth = kDepthMax;
  options.allow_invalid_utf8 = utf8 == Utf8::broken_is_shown;
  boost::system::error_code error;
  auto value = boost::json::parse({body.data(), body.size()}, error, {}, options);
  if (error) return std::nullopt;
  return value;
}

std::optional<boost::json::object> json_object_of(std::string_view body, std::size_t bytes_max, Utf8 utf8) {
  auto value = json_value_of(body, bytes_max, utf8);
  if (!value || !value->is_object()) return std::nullopt;
  return std::move(value->get_object());
}

std::optional<std::int64_t> integer_of(const boost::json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_double()) return integer_of_double(value.get_double());
  if (value.is_string()) return integer_of_text({value.get_string().data(), value.get_string().size()});
  return std::nullopt;
}

std::optional<std::int64_t> integer_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  return value == nullptr ? std::nullopt : integer_of(*value);
}

std::string text_member(const boost::json::object& object, std::string_view name, std::size_t chars_max) {
  const auto* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr) return {};
  if (value->is_string())
    return presentable({value->get_string().data(), value->get_string().size()}, chars_max);
  const auto number = integer_of(*value);
  return number ? std::to_string(*number) : std::string{};
}

std::string presentable(std::string_view text, std::size_t chars_max) {
  if (!valid_utf8(text)) {
    std::string ascii;
    for (const char c : text.substr(0, chars_max)) ascii += (c >= ' ' && c <= '~') ? c : '?';
    return ascii;
  }
  std::string composed = to_nfc(first_code_points(text, chars_max * 4));
  for (char& c : composed)
    if (static_cast<unsigned char>(c) < 0x20U || c == '\x7F') c = ' ';
  return std::string(trim(first_code_points(composed, chars_max)));
}

}  // namespace bccid
