#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

#include <boost/json/value.hpp>

#include <string_view>

namespace bccid::http {

// Reads one JSON text strictly: valid UTF-8 without byte order mark or NUL, depth <= 64, at most 256 keys
// an object, no duplicate key, nothing behind the value, no -0 and no number beyond a double.
// The value lives in one arena that it owns. Errors: malformed, unsupported (byte order mark), too_large.
Result<boost::json::value> parse_json(std::string_view text);

// Also checks that the content type is application/json (charset utf-8 or none) and that there is no
// content encoding. Errors: as parse_json, and unsupported, missing_field (empty body).
Result<boost::json::value> json_body(const Request& request);

// Fields of an application/x-www-form-urlencoded body. Errors: unsupported, malformed, invalid_field (a
// name given twice).
Result<Pairs> form_body(const Request& request);

// Errors: unsupported, when the request's content type is not `expected` or its body is compressed.
Status check_content_type(const Request& request, std::string_view expected);

}  // namespace bccid::http
