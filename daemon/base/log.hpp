#pragma once

#include "base/result.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace bccid::log {

enum class Level { debug, info, warn, error };

// One value of a log event. Numbers and truth values are printed without quotes in JSON.
class Value {
 public:
  Value(std::string_view text) : text_(text) {}    // NOLINT(google-explicit-constructor)
  Value(const char* text) : text_(text) {}         // NOLINT(google-explicit-constructor)
  Value(const std::string& text) : text_(text) {}  // NOLINT(google-explicit-constructor)
  template <class Integer>
  requires std::is_integral_v<Integer> Value(Integer number)
      : text_(spell(number)), number_(true) {}  // NOLINT(google-explicit-constructor)

  const std::string& text() const { return text_; }
  bool number() const { return number_; }

 private:
  template <class Integer>
  static std::string spell(Integer number) {
    if constexpr (std::is_same_v<Integer, bool>)
      return number ? "true" : "false";
    else
      return std::to_string(number);
  }

  std::string text_;
  bool number_ = false;
};

using Field = std::pair<std::string_view, Value>;
using Fields = std::initializer_list<Field>;

// `json`: one JSON object a line; otherwise readable text. Goes to standard error, which systemd keeps.
void open(Level level, bool json);
void set_level(Level level);
Result<Level> parse_level(std::string_view text);

// `event` is a fixed lower-case name such as "order_placed"; what varies goes into the fields.
// No phone, id number, full name or address at info level or above: callers log ids only.
void write(Level level, std::string_view event, Fields fields = {});
inline void debug(std::string_view event, Fields fields = {}) { write(Level::debug, event, fields); }
inline void info(std::string_view event, Fields fields = {}) { write(Level::info, event, fields); }
inline void warn(std::string_view event, Fields fields = {}) { write(Level::warn, event, fields); }
inline void error(std::string_view event, Fields fields = {}) { write(Level::error, event, fields); }

}  // namespace bccid::log
