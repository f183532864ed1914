#include "http/json_body.hpp"

#include "base/text.hpp"
#include "http/target.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse_options.hpp>
#include <boost/json/storage_ptr.hpp>
#include <boost/json/value_stack.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace bccid::http {
namespace {

namespace json = boost::json;
using boost::system::error_code;

constexpr std::size_t kObjectKeysMax = 256;

// Builds a value from parse events, and refuses what Boost.JSON would let pass: NUL, -0, numbers beyond
// a double, objects with very many keys. Counts keys, since duplicates vanish without a word.
class StrictHandler {
 public:
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();

  StrictHandler(json::storage_ptr storage, unsigned char* scratch, std::size_t scratch_size)
      : stack_({}, scratch, scratch_size) {
    stack_.reset(std::move(storage));
  }

  const char* refusal() const { return refusal_; }
  std::size_t keys() const { return keys_; }
  json::value take() { return stack_.release(); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(std::size_t count, error_code& error) {
    if (count > kObjectKeysMax) return refuse("an object has more than 256 fields", error);
    keys_ += count;
    stack_.push_object(count);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t count, error_code&) {
    stack_.push_array(count);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, error_code& error) {
    if (has_nul(part)) return refuse("a field name holds a NUL character", error);
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, error_code& error) {
    if (has_nul(part)) return refuse("a field name holds a NUL character", error);
    stack_.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, error_code& error) {
    if (has_nul(part)) return refuse("a text holds a NUL character", error);
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, error_code& error) {
    if (has_nul(part)) return refuse("a text holds a NUL character", error);
    stack_.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view text, error_code& error) {
    if (number == 0 && !text.empty() && text.front() == '-') return refuse("-0 is not a number here", error);
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, error_code&) {
    stack_.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view, error_code& error) {
    if (!std::isfinite(number)) return refuse("a number is too large", error);
    stack_.push_double(number);
    return true;
  }
  bool on_bool(bool value, error_code&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(error_code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }

 private:
  static bool has_nul(json::string_view text) { return text.find('\0') != json::string_view::npos; }
  bool refuse(const char* why, error_code& error) {
    refusal_ = why;
    error = json::error::syntax;
    return false;
  }

  json::value_stack stack_;
  const char* refusal_ = nullptr;
  std::size_t keys_ = 0;
};

std::size_t count_keys(const json::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& field : *object)
      if (field.value().is_structured()) count += count_keys(field.value());
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array)
      if (element.is_structured()) count += count_keys(element);
  }
  return count;
}

Failure bad_json(std::string detail) {
  return {Errc::malformed, std::move(detail), "Send one JSON value in UTF-8."};
}

}  // namespace

Result<json::value> parse_json(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF")
    return Failure(Errc::unsupported, "the JSON begins with a byte order mark", "Send UTF-8 without it.");
  json::parse_options options;
  options.max_depth = limits::kJsonDepthMax;
  std::array<unsigned char, 4096> scratch;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  // One arena for the whole value: hundreds of small texts and objects, freed at once.
  auto arena = json::make_shared_resource<json::monotonic_resource>(text.size() + 512);
  json::basic_parser<StrictHandler> parser(options, std::move(arena), scratch.data(), scratch.size());
  error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (const char* why = parser.handler().refusal()) return bad_json(why);
  if (error == json::error::too_deep) return bad_json("the JSON is nested deeper than 64 levels");
  if (error == json::error::incomplete) return bad_json("the JSON ends too early");
  if (error) return bad_json("not JSON at byte " + std::to_string(used) + ": " + error.message());
  if (const auto rest = text.find_first_not_of(" \t\r\n", used); rest != std::string_view::npos)
    return bad_json("something follows the JSON at byte " + std::to_string(rest));
  json::value value = parser.handler().take();
  if (parser.handler().keys() != count_keys(value)) return bad_json("an object names a field twice");
  return value;
}

Status check_content_type(const Request& request, std::string_view expected) {
  const std::string_view encoding = request.headers.get("Content-Encoding");
  if (!encoding.empty() && !equal_ignoring_case(encoding, "identity"))
    return Failure(Errc::unsupported, "content encoding \"" + shown(encoding, 40) + "\" is not read",
                   "Send the body uncompressed.");
  const std::string_view full = request.headers.get("Content-Type");
  const auto semicolon = full.find(';');
  const std::string_view type = trim(full.substr(0, semicolon));
  bool fits = equal_ignoring_case(type, expected);
  if (fits && semicolon != std::string_view::npos) {
    const std::string_view parameter = trim(full.substr(semicolon + 1));
    fits = parameter.empty() || equal_ignoring_case(parameter, "charset=utf-8") ||
           equal_ignoring_case(parameter, "charset=\"utf-8\"");
  }
  if (fits) return {};
  return Failure(Errc::unsupported, "content type \"" + shown(full, 80) + "\" is not read here",
                 "Send " + std::string(expected) + " in UTF-8.");
}

Result<json::value> json_body(const Request& request) {
  if (auto type = check_content_type(request, "application/json"); !type) return type.error();
  if (request.body.empty()) return Failure(Errc::missing_field, "the body is empty", "Send a JSON body.");
  return parse_json(request.body);
}

Result<Pairs> form_body(const Request& request) {
  if (auto type = check_content_type(request, "application/x-www-form-urlencoded"); !type)
    return type.error();
  Pairs out;
  if (auto read = parse_pairs(request.body, out); !read) return read.error();
  for (const auto& [name, value] : out)
    if (out.count(name) > 1)
      return Failure(Errc::invalid_field, "the form names \"" + name + "\" twice", "Send each name once.",
                     "/" + name);
  return out;
}

}  // namespace bccid::http
