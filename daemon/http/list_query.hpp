#pragma once

#include "flow/page.hpp"
#include "http/pairs_reader.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace bccid::http {

// What every list may be asked for. What is wrong is kept in the reader.

// ?after and ?limit.
PageOf read_page(PairsReader& reader);

// ?state: one of these; the first when it is not given.
std::string read_state(PairsReader& reader, std::initializer_list<std::string_view> states);

}  // namespace bccid::http
