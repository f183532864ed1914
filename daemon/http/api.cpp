#include "http/api.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "flow/once.hpp"
#include "http/field_rules.hpp"
#include "http/list_query.hpp"
#include "http/pairs_reader.hpp"
#include "http/problem.hpp"
#include "http/session_cookie.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace bccid::http {
namespace {

struct RoleName {
  Role role;
  std::string_view text;
};
constexpr std::array<RoleName, 5> kRoles{{{Role::post_clerk, "clerk"},
                                          {Role::agency_system, "agency"},
                                          {Role::finance, "finance"},
                                          {Role::auditor, "auditor"},
                                          {Role::admin, "admin"}}};

Failure no_token() {
  return Failure(Errc::unauthenticated, "the request carries no valid bearer token",
                 "Get one from POST /oauth/token or POST /v1/session.");
}

boost::asio::awaitable<Result<PrincipalPtr>> check_token(Api& api, const Request& request) {
  if (signed_in_by_cookie(request))
    if (const auto own = check_own_page(request); !own) co_return own.error();
  const std::string token(token_of(request));
  if (token.empty() || token.size() > 200) co_return no_token();
  const Time now = api.clock.now();
  auto job = [&api, &token, now](sql::Tx& tx) { return read_token(tx, token, api.settings.idle, now); };
  JobSpec spec = job_of(api, request, "token_read");
  spec.in_mode(TxMode::one_statement);
  auto holder = co_await api.db.run(std::move(spec), std::move(job));
  if (!holder) co_return holder.error();
  if (!*holder) co_return no_token();
  const auto role = parse_role((*holder)->actor.role);
  if (!role) co_return role.error();
  auto principal = std::make_shared<Principal>();
  principal->kind = *role == Role::agency_system ? PrincipalKind::agency_system : PrincipalKind::staff;
  principal->id = (*holder)->actor.id;
  principal->role = *role;
  principal->agency_id = (*holder)->actor.agency;
  principal->office = (*holder)->actor.office;
  api.tokens.put(token, principal, now, (*holder)->expires_at);
  co_return PrincipalPtr(std::move(principal));
}

Result<OnceKey> key_of(const Request& request, bool required) {
  OnceKey key;
  const auto header = request.headers.find("Idempotency-Key");
  if (!header) {
    if (!required) return key;
    return Failure(Errc::missing_field, "the request carries no Idempotency-Key",
                   "Make a key for each new effect, store it, and send it with every repetition.",
                   "Idempotency-Key");
  }
  auto text = idempotency_key(*header);
  if (!text) return text.error();
  key.scope = request.principal->id + " " + std::string(method_name(request.method)) + " " + request.target;
  key.key = std::move(*text);
  key.body_hash = sha256(request.body);
  return key;
}

}  // namespace

Actor actor_of(const Request& request) {
  const Principal& who = *request.principal;
  return Actor{who.id, std::string(role_text(who.role)), who.agency_id, who.office, request.request_id};
}

std::string_view role_text(Role role) {
  for (const auto& known : kRoles)
    if (known.role == role) return known.text;
  return "service";
}

Result<Role> parse_role(std::string_view text) {
  for (const auto& known : kRoles)
    if (known.text == text) return known.role;
  return Failure(Errc::internal, "the database holds the unknown role \"" + std::string(text) + "\"");
}

Deadline deadline_of(const Api& api, const Request& request) {
  return request.received_at + api.settings.request_timeout;
}

JobSpec job_of(const Api& api, const Request& request, const char* name) {
  JobSpec spec(Lane::interactive, deadline_of(api, request), name);
  spec.for_request(request.request_id);
  return spec;
}

JobSpec report_job_of(const Api& api, const Request& request, const char* name) {
  JobSpec spec(Lane::background, request.received_at + api.settings.report_timeout, name);
  spec.for_request(request.request_id);
  return spec;
}

boost::asio::awaitable<Response> answer_once(Api& api, const Request& request, const char* name,
                                             bool key_required, OnceEffect effect) {
  auto key = key_of(request, key_required);
  if (!key) co_return problem(key.error(), request);
  JobSpec spec = job_of(api, request, name);
  auto answer = co_await once(api.db, std::move(spec), std::move(*key), std::move(effect));
  if (!answer) co_return problem(answer.error(), request);
  Response response = json_text_response(answer->status, std::move(answer->body));
  if (!answer->location.empty()) response.with("Location", answer->location);
  if (answer->replayed) response.with("Idempotency-Replayed", "true");
  co_return response;
}

Result<bool> flag_param(const Request& request, std::string_view name) {
  const std::string* value = request.query.find(name);
  if (value == nullptr || *value == "false") return false;
  if (*value == "true") return true;
  return Failure(Errc::invalid_field, std::string(name) + " is \"" + shown(*value) + "\"",
                 "Say true or false.", "?" + std::string(name));
}

Result<std::int64_t> number_param(const Request& request, std::string_view what, std::string_view list) {
  const auto text = request.param("id");
  std::int64_t id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  if (read.ec == std::errc{} && read.ptr == text.data() + text.size()) return id;
  return Failure(Errc::not_found, "there is no " + std::string(what) + " \"" + std::string(text) + '"',
                 "Use an id of " + std::string(list) + ".");
}

boost::asio::awaitable<Response> answer_printed(Api& api, const Request& request, Document document,
                                                std::string file_name) {
  auto printing = api.prints.print(std::move(document));
  auto pdf = co_await std::move(printing);
  if (!pdf) {
    log::error("paper_not_printed", {{"request", request.request_id}, {"reason", pdf.error().text()}});
    co_return problem(pdf.error(), request);
  }
  Response response(200, "application/pdf", std::move(*pdf));
  response.with("Content-Disposition", "inline; filename=\"" + file_name + "\"");
  co_return response;
}

Result<PageOf> page_of(const Request& request, std::string_view filter) {
  PairsReader reader(request.query, "?");
  const PageOf page = read_page(reader);
  if (!filter.empty()) (void)reader.optional_text(filter, {.max = 34});
  if (const auto bad = reader.finish()) return bad->summary();
  return page;
}

std::unique_ptr<Router<Api>> api_router(Api& api) {
  Authentication how;
  // What a cookie must show beside itself is looked at each time, so its token is only then asked for here.
  how.cached = [&api](const Request& request) -> PrincipalPtr {
    if (signed_in_by_cookie(request) && !check_own_page(request)) return nullptr;
    return api.tokens.find(token_of(request));
  };
  how.check = [&api](const Request& request) { return check_token(api, request); };
  std::vector<Route<Api>> routes(api_routes().begin(), api_routes().end());
  routes.insert(routes.end(), console_routes().begin(), console_routes().end());
  return std::make_unique<Router<Api>>(
      api, routes, std::move(how),
      [&api](std::string_view route, std::string_view reason) { api.refusals.count(route, reason); });
}

}  // namespace bccid::http
