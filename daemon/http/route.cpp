#include "http/route.hpp"

#include "base/log.hpp"
#include "http/json_body.hpp"
#include "http/pairs_reader.hpp"
#include "http/problem.hpp"

#include <algorithm>
#include <stdexcept>

namespace bccid::http {
namespace {

bool is_param(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// Errors: unknown_field, invalid_field (a name that comes twice).
Status check_query(const Pairs& query, std::string_view known) {
  PairsReader reader(query, "?");
  while (!known.empty()) {
    const auto end = std::min(known.find(' '), known.size());
    (void)reader.optional_text(known.substr(0, end), {.min = 0});
    known.remove_prefix(std::min(end + 1, known.size()));
  }
  if (const auto bad = reader.finish()) return bad->summary();
  return {};
}

// Two templates that match the same paths.
bool same_shape(const std::vector<std::string>& left, const std::vector<std::string>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const auto& a, const auto& b) { return a == b || (is_param(a) && is_param(b)); });
}

std::string_view announced_type(BodyKind kind) {
  return kind == BodyKind::json ? "application/json" : "application/x-www-form-urlencoded";
}

Response not_allowed(std::string allow, const Request& request) {
  const Failure failure(
      Errc::unsupported,
      "the method " + std::string(method_name(request.method)) + " is not served at this path",
      "Use one of: " + allow + ".");
  Response out = problem(failure, request.request_id, 405);
  out.with("Allow", std::move(allow));
  return out;
}

}  // namespace

RouteTable::RouteTable(std::vector<RouteRule> rules) : rules_(std::move(rules)) {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    names_.push_back(std::string(method_name(rules_[i].method)) + " " + std::string(rules_[i].path));
    Template made = compile(rules_[i], static_cast<int>(i));
    const std::size_t length = made.segments.size();
    if (by_length_.size() <= length) by_length_.resize(length + 1);
    for (const auto& other : by_length_[length])
      if (rule(other.route).method == rules_[i].method && same_shape(other.segments, made.segments))
        throw std::invalid_argument("two routes serve " + std::string(rules_[i].path));
    by_length_[length].push_back(std::move(made));
  }
  for (auto& bucket : by_length_)
    std::stable_sort(bucket.begin(), bucket.end(),
                     [](const Template& a, const Template& b) { return a.params < b.params; });
}

RouteTable::Template RouteTable::compile(const RouteRule& rule, int index) {
  Template out;
  out.route = index;
  std::string_view rest = rule.path;
  if (rest.empty() || rest.front() != '/') throw std::invalid_argument("a route's path must begin with /");
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const auto end = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, end);
    const bool braces = segment.find_first_of("{}") != std::string_view::npos;
    if (braces && !is_param(segment))
      throw std::invalid_argument("malformed route path " + std::string(rule.path));
    out.segments.emplace_back(segment);
    out.params += braces ? 1 : 0;
    rest.remove_prefix(end);
  }
  return out;
}

bool RouteTable::matches(const Template& candidate, const std::vector<std::string>& path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::string& segment = candidate.segments[i];
    const bool fits = is_param(segment) ? !path[i].empty() : segment == path[i];
    if (!fits) return false;
  }
  return true;
}

void RouteTable::bind(const Template& chosen, Request& request) const {
  request.route = chosen.route;
  request.params.clear();
  if (chosen.params == 0) return;
  for (std::size_t i = 0; i < request.path.size(); ++i) {
    const std::string& segment = chosen.segments[i];
    if (is_param(segment)) request.params.add(segment.substr(1, segment.size() - 2), request.path[i]);
  }
}

std::optional<Response> RouteTable::match(Request& request) const {
  const Method wanted = request.method == Method::head ? Method::get : request.method;
  const std::size_t length = request.path.size();
  std::string allow;
  const Template* chosen = nullptr;
  if (length < by_length_.size()) {
    for (const auto& candidate : by_length_[length]) {
      if (!matches(candidate, request.path)) continue;
      if (rule(candidate.route).method == wanted) {
        chosen = &candidate;
        break;
      }
      allow.append(allow.empty() ? "" : ", ").append(method_name(rule(candidate.route).method));
    }
  }
  if (chosen == nullptr && !allow.empty()) return not_allowed(std::move(allow), request);
  if (chosen == nullptr)
    return problem(
        Failure(Errc::not_found, "there is nothing at this path", "See /v1/openapi.yaml for the paths."),
        request);
  bind(*chosen, request);
  const RouteRule& found = rule(chosen->route);
  if (found.body == BodyKind::json || found.body == BodyKind::form)
    if (auto type = check_content_type(request, announced_type(found.body)); !type)
      return problem(type.error(), request);
  if (const auto known = check_query(request.query, found.query); !known)
    return problem(known.error(), request);
  return std::nullopt;
}

std::optional<Response> check_role(const RouteRule& rule, const Request& request) {
  if (rule.roles.is_open()) return std::nullopt;
  if (request.principal == nullptr)
    return refusal_of(
        Failure(Errc::unauthenticated, "this needs a token", "Send Authorization: Bearer <token>."), request);
  if (rule.roles.allows(request.principal->role)) return std::nullopt;
  log::warn("access_refused", {{"who", request.principal->id},
                               {"method", method_name(request.method)},
                               {"route", rule.path},
                               {"request", request.request_id}});
  return refusal_of(
      Failure(Errc::forbidden, "your role may not do this", "Ask an administrator for the right role."),
      request);
}

Response refusal_of(const Failure& failure, const Request& request) { return problem(failure, request); }

}  // namespace bccid::http
