#pragma once

#include "domain/names.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace bccid {

// Reads the name of an enumerator from a column whose CHECK or machine allows no other. Throws
// std::logic_error otherwise: schema and program disagree, which is our own error.
template <Named Enum>
Enum stored_name(std::string_view text) {
  const auto value = from_name<Enum>(text);
  if (!value) throw std::logic_error("the database holds the unknown name \"" + std::string(text) + "\"");
  return *value;
}

}  // namespace bccid
