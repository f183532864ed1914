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
// Single values travel as text. Arrays travel in PostgreSQL's binary form, because reading text forms was
// 8 % of PostgreSQL's time in a profile of scan batches; so an array's element type must be exactly the
// declared one (integers: bigint), and the arrays of a statement stand together: driver version 6 takes one
// run of them.
class Params {
 public:
  struct Value {
    std::string bytes;
    bool null = false;
    bool binary = false;
  };

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
    values_.emplace_back().null = true;
    return *this;
  }
  template <class T>
  Params& add(const T& value) {
    if constexpr (Text<T>) {
      append_text(fresh(), seen(std::string_view(value)));
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
    using Element = std::remove_cvref_t<std::invoke_result_t<Projection&, decltype(*std::begin(range))>>;
    std::string& out = values_.emplace_back().bytes;
    values_.back().binary = true;
    begin_array(out, element_type(static_cast<const Element*>(nullptr)));
    std::uint32_t count = 0;
    bool with_null = false;
    for (const auto& item : range) {
      with_null |= !append_element(out, std::invoke(projection, item));
      ++count;
    }
    end_array(out, count, with_null);
    return *this;
  }

  const std::vector<Value>& values() const { return values_; }
  bool holds_nul() const { return holds_nul_; }

 private:
  std::string& fresh() { return values_.emplace_back().bytes; }
  std::string_view seen(std::string_view text) {
    holds_nul_ |= text.find('\0') != std::string_view::npos;
    return text;
  }

  // The OIDs of PostgreSQL's own types, fixed for ever (pg_type.dat).
  template <Text T>
  static std::uint32_t element_type(const T*) {
    return 25;
  }
  template <Integer T>
  static std::uint32_t element_type(const T*) {
    return 20;
  }
  static std::uint32_t element_type(const Money*) { return 20; }
  static std::uint32_t element_type(const bool*) { return 16; }
  static std::uint32_t element_type(const Time*) { return 1184; }
  static std::uint32_t element_type(const Uuid*) { return 2950; }
  static std::uint32_t element_type(const Day*) { return 1082; }
  template <class T>
  static std::uint32_t element_type(const std::optional<T>*) {
    return element_type(static_cast<const T*>(nullptr));
  }

  static void begin_array(std::string& out, std::uint32_t type);
  static void end_array(std::string& out, std::uint32_t count, bool with_null);
  static void append_binary(std::string& out, std::string_view text);
  static void append_binary(std::string& out, std::int64_t number);
  static void append_binary(std::string& out, bool truth);
  static void append_binary(std::string& out, Time at);
  static void append_binary(std::string& out, const Uuid& id);
  static void append_binary(std::string& out, Day day);
  static void append_null(std::string& out);

  // False for a NULL.
  template <class T>
  bool append_element(std::string& out, const T& value) {
    if constexpr (Text<T>) {
      append_binary(out, seen(std::string_view(value)));
    } else if constexpr (Integer<T>) {
      append_binary(out, static_cast<std::int64_t>(value));
    } else if constexpr (std::same_as<T, Money>) {
      append_binary(out, value.dong());
    } else {
      append_binary(out, value);
    }
    return true;
  }
  template <class T>
  bool append_element(std::string& out, const std::optional<T>& value) {
    if (value) return append_element(out, *value);
    append_null(out);
    return false;
  }

  std::vector<Value> values_;
  bool holds_nul_ = false;
};

}  // namespace bccid::sql
