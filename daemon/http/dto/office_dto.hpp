#pragma once

#include "http/object_reader.hpp"

#include <optional>
#include <string>

namespace bccid::http {

// The field "office": a code as the table of post offices writes it, 3 to 12 capital letters and digits.
// Nothing when it is absent.
std::optional<std::string> optional_office(ObjectReader& reader);

}  // namespace bccid::http
