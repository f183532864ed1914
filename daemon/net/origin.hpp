#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace bccid::net {

// Scheme, host and port of a counterpart.
struct Origin {
  bool tls = true;
  std::string host;  // lower case, without brackets
  std::uint16_t port = 443;

  // "https://example.gov.vn:8443".
  std::string to_text() const;
  // What goes into the Host header.
  std::string host_header() const;
  bool operator==(const Origin&) const = default;
};

struct Url {
  Origin origin;
  std::string target;  // path and query, at least "/"
};

// Reads an absolute http or https URL. No user info, no fragment, no non-ASCII byte (write punycode), no
// trailing dot, and no address in the odd spellings that name resolution would accept (2130706433,
// 0x7f.1, 0177.0.0.1, 127.1). Errors: invalid_field.
Result<Url> parse_url(std::string_view text);

// True when the text may stand in a request line behind the method: printable ASCII without blanks.
bool valid_target(std::string_view text);
// True when the text may stand as a header's value: printable ASCII and blanks.
bool valid_header_value(std::string_view text);
// True for an HTTP token (RFC 9110 section 5.6.2).
bool valid_header_name(std::string_view text);

}  // namespace bccid::net
