#pragma once

#include "base/result.hpp"
#include "http/application.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::http {

enum class BodyKind : std::uint8_t { none, json, form, file };

// One line of the route table; an aggregate, so that a table is one constexpr array.
// `path` is a template such as "/v1/orders/{id}"; a {name} matches one non-empty segment.
template <class Context>
struct Route {
  Method method = Method::get;
  std::string_view path;
  RoleSet roles;  // nobody, unless named
  BodyKind body = BodyKind::none;
  std::size_t body_bytes_max = 0;
  boost::asio::awaitable<Response> (*handler)(Context&, const Request&) = nullptr;
  std::string_view query = {};  // the names that its query may hold, each once: "after limit"
};

// What the matcher needs of a route.
struct RouteRule {
  Method method = Method::get;
  std::string_view path;
  RoleSet roles;
  BodyKind body = BodyKind::none;
  std::size_t body_bytes_max = 0;
  std::string_view query = {};
};

using PrincipalPtr = std::shared_ptr<const Principal>;

// How a caller is known. `cached` is asked first and must not block; null means "not known here".
// `check` decides. Errors: unauthenticated, rate_limited, unavailable.
struct Authentication {
  std::function<PrincipalPtr(const Request&)> cached;
  std::function<boost::asio::awaitable<Result<PrincipalPtr>>(const Request&)> check;
};

// Where refusals are counted: under the route's method and template ("GET /v1/orders/{id}"), or kNoRoute.
using RefusalCounter = std::function<void(std::string_view route, std::string_view reason)>;
inline constexpr std::string_view kNoRoute = "(no route)";

// Finds routes and decides who may use them; knows nothing of handlers.
class RouteTable {
 public:
  // Throws std::invalid_argument for two routes with the same method and path, or a malformed template.
  explicit RouteTable(std::vector<RouteRule> rules);

  // Sets `request.route` and `request.params`. The refusal is 404, 405 with Allow, 415, or 400 for a
  // name in the query that the route does not know, or that comes twice.
  std::optional<Response> match(Request& request) const;
  const RouteRule& rule(int route) const { return rules_[static_cast<std::size_t>(route)]; }
  std::size_t size() const { return rules_.size(); }
  // "GET /v1/orders/{id}"; kNoRoute for -1. Never a text of the caller's.
  std::string_view name(int route) const {
    return route < 0 ? kNoRoute : std::string_view(names_[static_cast<std::size_t>(route)]);
  }

 private:
  struct Template {
    int route = 0;
    std::vector<std::string> segments;  // "{id}" keeps its braces
    std::size_t params = 0;
  };
  static Template compile(const RouteRule& rule, int index);
  static bool matches(const Template& candidate, const std::vector<std::string>& path);
  void bind(const Template& chosen, Request& request) const;

  std::vector<RouteRule> rules_;
  std::vector<std::string> names_;
  std::vector<std::vector<Template>> by_length_;  // templates with few parameters first
};

// Decides by role. The refusal is 401 with WWW-Authenticate, or 403.
std::optional<Response> check_role(const RouteRule& rule, const Request& request);

// The route table's application: match, know the caller, check the role, run the handler.
template <class Context>
class Router final : public Application {
 public:
  Router(Context& context, std::span<const Route<Context>> routes, Authentication authentication,
         RefusalCounter count_refusal = {})
      : context_(context),
        routes_(routes.begin(), routes.end()),
        table_(rules_of(routes)),
        authentication_(std::move(authentication)),
        count_refusal_(std::move(count_refusal)) {}

  const RouteTable& table() const { return table_; }

  Admission admit(Request& request) override {
    Admission out;
    out.refusal = table_.match(request);
    if (out.refusal) return out;
    const RouteRule& rule = table_.rule(request.route);
    out.body_bytes_max = rule.body_bytes_max;
    out.spool = rule.body == BodyKind::file;
    if (rule.roles.is_open()) return out;
    if (authentication_.cached) request.principal = authentication_.cached(request);
    if (request.principal == nullptr)
      out.ask = true;
    else
      out.refusal = check_role(rule, request);
    return out;
  }

  boost::asio::awaitable<std::optional<Response>> authorize(Request& request) override {
    if (authentication_.check) {
      Result<PrincipalPtr> known = co_await authentication_.check(request);
      if (!known) co_return refuse(known.error(), request);
      request.principal = std::move(*known);
    }
    co_return check_role(table_.rule(request.route), request);
  }

  boost::asio::awaitable<Response> handle(Request& request) override {
    return routes_[static_cast<std::size_t>(request.route)].handler(context_, request);
  }

  void refused(int route, std::string_view reason) override {
    if (count_refusal_) count_refusal_(table_.name(route), reason);
  }

 private:
  static std::vector<RouteRule> rules_of(std::span<const Route<Context>> routes) {
    std::vector<RouteRule> rules;
    for (const auto& route : routes)
      rules.push_back({route.method, route.path, route.roles, route.body, route.body_bytes_max, route.query});
    return rules;
  }
  static std::optional<Response> refuse(const Failure& failure, const Request& request);

  Context& context_;
  std::vector<Route<Context>> routes_;
  RouteTable table_;
  Authentication authentication_;
  RefusalCounter count_refusal_;
};

Response refusal_of(const Failure& failure, const Request& request);

template <class Context>
std::optional<Response> Router<Context>::refuse(const Failure& failure, const Request& request) {
  return refusal_of(failure, request);
}

}  // namespace bccid::http
