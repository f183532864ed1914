#include "http/session_cookie.hpp"

namespace bccid::http {
namespace {

// Browsers keep the prefix's promise (Secure, no Domain) only over TLS, so plain loopback has a name of its
// own.
std::string_view session_name(const Request& request) {
  return request.is_tls ? "__Host-bccid-session" : "bccid-session";
}

std::string_view attributes(const Request& request) {
  return request.is_tls ? "; Path=/; HttpOnly; SameSite=Strict; Secure"
                        : "; Path=/; HttpOnly; SameSite=Strict";
}

std::string_view bearer(const Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto value = request.headers.get("Authorization");
  if (value.size() <= kScheme.size() || !equal_ignoring_case(value.substr(0, kScheme.size()), kScheme))
    return {};
  return value.substr(kScheme.size());
}

std::string_view after_scheme(std::string_view origin) {
  const auto at = origin.find("://");
  return at == std::string_view::npos ? origin : origin.substr(at + 3);
}

Failure foreign_page(std::string_view why) {
  return Failure(Errc::forbidden,
                 "the session's cookie came with a request that is not our page's: " + std::string(why),
                 "Use the console, or send Authorization: Bearer <token> instead of the cookie.");
}

}  // namespace

std::string_view cookie_of(const Request& request, std::string_view name) {
  std::string_view rest = request.headers.get("Cookie");
  while (!rest.empty()) {
    const auto end = rest.find(';');
    std::string_view pair = rest.substr(0, end);
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
      return pair.substr(name.size() + 1);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return {};
}

bool signed_in_by_cookie(const Request& request) {
  return !request.headers.has("Authorization") && !cookie_of(request, session_name(request)).empty();
}

std::string_view token_of(const Request& request) {
  return signed_in_by_cookie(request) ? cookie_of(request, session_name(request)) : bearer(request);
}

Status check_own_page(const Request& request) {
  const auto site = request.headers.get("Sec-Fetch-Site");
  const bool reads = request.method == Method::get || request.method == Method::head;
  const bool typed = reads && site == "none";  // by a person, or from a bookmark
  if (!site.empty() && site != "same-origin" && !typed)
    return foreign_page("Sec-Fetch-Site is not same-origin");
  const auto origin = request.headers.get("Origin");
  if (!origin.empty() && !equal_ignoring_case(after_scheme(origin), request.headers.get("Host")))
    return foreign_page("Origin is not this host");
  if (!reads && !request.headers.has("X-Console")) return foreign_page("X-Console is missing");
  return {};
}

std::string session_cookie(const Request& request, std::string_view token) {
  return std::string(session_name(request)) + "=" + std::string(token) + std::string(attributes(request));
}

std::string ended_session_cookie(const Request& request) {
  return session_cookie(request, "") + "; Max-Age=0";
}

}  // namespace bccid::http
