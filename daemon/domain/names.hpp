#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace bccid {

// The stable text of every enumerator, in enumerator order; specialised beside each enum. The texts
// are what the CSV files, the database and the API write, so they never change.
template <class Enum>
struct EnumNames;

template <class Enum>
concept Named = requires {
  EnumNames<Enum>::kNames.size();
};

template <Named Enum>
inline constexpr std::size_t kCount = EnumNames<Enum>::kNames.size();

template <Named Enum>
constexpr std::size_t index_of(Enum value) {
  return static_cast<std::size_t>(value);
}

template <Named Enum>
constexpr std::string_view name(Enum value) {
  return EnumNames<Enum>::kNames.at(index_of(value));
}

// Nothing when no enumerator has exactly this text.
template <Named Enum>
constexpr std::optional<Enum> from_name(std::string_view text) {
  for (std::size_t at = 0; at < kCount<Enum>; ++at) {
    if (EnumNames<Enum>::kNames[at] == text) return static_cast<Enum>(at);
  }
  return std::nullopt;
}

}  // namespace bccid
