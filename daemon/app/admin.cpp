#include "app/admin.hpp"

#include "base/version.hpp"
#include "http/problem.hpp"

#include <boost/json.hpp>

#include <array>

namespace bccid::app {
namespace {

namespace json = boost::json;
using Answer = boost::asio::awaitable<http::Response>;

Answer get_healthz(Admin&, const http::Request&) {
  json::object body{{"status", "alive"}, {"version", version()}};
  co_return http::json_response(200, body);
}

Answer get_readyz(Admin& admin, const http::Request& request) {
  const Failure draining(Errc::unavailable, "the daemon is starting or draining", "Ask again in a moment.");
  if (!admin.ready) co_return http::problem(draining, request);
  const auto reached = co_await admin.db.ping(deadline_in(std::chrono::seconds(2)));
  if (!reached) co_return http::problem(reached.error(), request);
  json::object body{{"status", "ready"}, {"version", version()}};
  co_return http::json_response(200, body);
}

Answer get_metrics(Admin& admin, const http::Request&) {
  co_return http::Response(200, "text/plain; version=0.0.4; charset=utf-8", admin.metrics.text());
}

constexpr std::array<http::Route<Admin>, 3> kRoutes{{
    {http::Method::get, "/healthz", http::RoleSet::anyone(), http::BodyKind::none, 0, &get_healthz},
    {http::Method::get, "/readyz", http::RoleSet::anyone(), http::BodyKind::none, 0, &get_readyz},
    {http::Method::get, "/metrics", http::RoleSet::anyone(), http::BodyKind::none, 0, &get_metrics},
}};

}  // namespace

std::span<const http::Route<Admin>> admin_routes() { return kRoutes; }

}  // namespace bccid::app
