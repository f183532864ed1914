#pragma once

#include "base/result.hpp"
#include "http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bccid::http {

// Splits "/v1/orders/a%20b?limit=5" and decodes the parts. Dot segments, broken escapes, and escapes that
// hide a control character or invalid UTF-8 are refused. Errors: malformed.
Status split_target(std::string_view target, std::vector<std::string>& path, Pairs& query);

// Reads "a=1&b=x%20y+z". Errors: malformed, too_large (more than 100 names).
Status parse_pairs(std::string_view text, Pairs& out);

// "a b/ü" -> "a%20b%2F%C3%BC": for links that we print.
std::string percent_encode(std::string_view text);

}  // namespace bccid::http
