#include "console/site.hpp"

#include "http/handlers/handlers.hpp"
#include "http/session_cookie.hpp"

// The console's pages and files. They hold no data, so everybody may have them; who is not signed in sees the
// page ask the API, hear 401, and go to the sign-in.
namespace bccid::http {
namespace {

using console::Site;

Response no_page(const Request& request) {
  return problem(Failure(Errc::not_found, "the console has no such page or file", "Begin at /."), request);
}

void protect(Response& response) {
  response.with("Content-Security-Policy", std::string(console::kContentSecurityPolicy));
  response.with("Cross-Origin-Opener-Policy", "same-origin");
  response.with("Cross-Origin-Resource-Policy", "same-origin");
}

}  // namespace

Answer get_console(Api&, const Request&) {
  Response out(303);
  out.with("Location", "/console/today");
  co_return out;
}

Answer get_console_page(Api&, const Request& request) {
  const auto language = console::language_of(cookie_of(request, "bccid-language"));
  const auto* page = Site::instance().page(request.param("page"), language);
  if (page == nullptr) co_return no_page(request);
  const bool known = request.headers.get("If-None-Match") == page->etag;
  Response out = known ? Response(304) : Response(200, "text/html; charset=utf-8", page->html);
  protect(out);
  out.with("Cache-Control", "no-cache").with("Vary", "Cookie").with("ETag", page->etag);
  co_return out;
}

Answer get_console_file(Api&, const Request& request) {
  const auto* file = Site::instance().file(request.param("version"), request.param("name"));
  if (file == nullptr) co_return no_page(request);
  Response out(200, std::string(file->type), std::string(file->content));
  protect(out);
  out.with("Cache-Control", "public, max-age=31536000, immutable");
  co_return out;
}

}  // namespace bccid::http
