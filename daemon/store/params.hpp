#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "base/time_text.hpp"

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::sql {

// What one SQL value can be made of. Each overload appends PostgreSQL's own text form.
void append_text(std::string& out, std::string_view text);
void append_text(std::string& out, std::int64_t number);
void append_text(std::string& out, bool truth);
void append_text(std::string& out, Time at);
void append_text(std::string& out, const Uuid& id);
void append_text(std::string& out, Money amount);
void append_text(std::string& out, Day day);

template <class T>
concept Text = std::convertible_to<const T&, std::string_view>;
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;

// The values of one statement, in the order of $1, $2, ... Copies what it is given.
// A text with a NUL byte, which PostgreSQL cannot hold, is refused when the statement runs.
class Params {
 public:
  Params() = default;

  // Params::of(id, state, now): the usual way.
  template <class... T>
  static Params of(const T&... values) {
    Params made;
    made.values_.reserve(sizeof...(values));
    (made.add(values), ...);
    return made;
  }

  Params& add(std::nullptr_t) {
    values_.emplace_back();
    return *this;
  }
  template <class T>
  Params& add(const T& value) {
    if constexpr (Text<T>) {
      append_text(fresh(), std::string_view(value));
    } else if constexpr (Integer<T>) {
      append_text(fresh(), static_cast<std::int64_t>(value));
    } else {
      append_text(fresh(), value);
    }
    return *this;
  }
  template <class T>
  Params& add(const std::optional<T>& value) {
    return value ? add(*value) : add(nullptr);
  }

  // A bytea value.
  Params& add_bytes(std::string_view bytes);
  Params& add_bytes(std::span<const std::uint8_t> bytes);

  // One array from many things: add_array(scans, &Scan::code), or with a lambda, or of plain values.
  // Elements may be optional; an empty one becomes NULL. Cast in the statement: unnest($1::text[]).
  template <class Range, class Projection = std::identity>
  Params& add_array(const Range& range, Projection projection = {}) {
    std::string& out = fresh();
    out += '{';
    for (const auto& item : range) {
      if (out.size() > 1) out += ',';
      append_element(out, std::invoke(projection, item));
    }
    out += '}';
    return *this;
  }

  const std::vector<std::optional<std::string>>& values() const { return values_; }

 private:
  std::string& fresh() { return values_.emplace_back(std::in_place).value(); }

  static void append_quoted(std::string& out, std::string_view text);

  template <class T>
  static void append_element(std::string& out, const T& value) {
    if constexpr (Text<T>) {
      append_quoted(out, std::string_view(value));
    } else if constexpr (Integer<T>) {
      append_text(out, static_cast<std::int64_t>(value));
    } else {
      append_text(out, value);
    }
  }
  template <class T>
  static void append_element(std::string& out, const std::optional<T>& value) {
    if (value) {
      append_element(out, *value);
    } else {
      out += "NULL";
    }
  }

  std::vector<std::optional<std::string>> values_;
};

}  // namespace bccid::sql
