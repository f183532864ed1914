#pragma once

#include "base/result.hpp"
#include "http/message.hpp"

#include <string>
#include <string_view>

namespace bccid::http {

// The browser's way to carry a token. It lies in a cookie that no script can read (HttpOnly), that no other
// site can have sent (SameSite=Strict) and that never travels in the clear where there is TLS (Secure,
// __Host-). A request that changes something must also show that our own page made it: see check_own_page.

// The first value of that cookie; empty when absent.
std::string_view cookie_of(const Request& request, std::string_view name);

// The token of the Authorization header or, without that header, of the session's cookie; empty when neither
// is there.
std::string_view token_of(const Request& request);
// True when the token of the request is that of its cookie.
bool signed_in_by_cookie(const Request& request);

// A browser says where a request comes from (Sec-Fetch-Site, Origin); only our own header X-Console cannot be
// set by another site without asking us. Reading needs no more than not being cross-site. Errors: forbidden.
Status check_own_page(const Request& request);

// Values of Set-Cookie: the session with this token, and its end.
std::string session_cookie(const Request& request, std::string_view token);
std::string ended_session_cookie(const Request& request);

}  // namespace bccid::http
