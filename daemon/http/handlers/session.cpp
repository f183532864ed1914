#include "base/text.hpp"
#include "flow/sign_in.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/object_reader.hpp"
#include "http/pairs_reader.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

// Tokens: client credentials for systems (RFC 6749 §4.4), name and password for staff. Both end in the same
// kind of reference token; only its lifetime differs.
namespace bccid::http {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::size_t kNameBytesMax = 64;
constexpr std::size_t kSecretBytesMax = 1024;

struct Credentials {
  std::string id;
  std::string secret;
  bool staff = false;
};

Failure bad_credentials() {
  return Failure(Errc::unauthenticated, "name or secret is wrong",
                 "Check both; after several refusals, wait.");
}

asio::awaitable<bool> verify_job(std::string encoded, std::string secret) {
  co_return verify_secret(encoded, secret);
}

// Argon2 takes tens of milliseconds: on the worker pool, so that nobody's scan waits for a sign-in.
asio::awaitable<bool> verify_off_loop(Api& api, const Candidate& candidate, const Credentials& given) {
  auto job = verify_job(candidate.secret_hash, given.secret);
  co_return co_await asio::co_spawn(api.cpu.get_executor(), std::move(job), asio::use_awaitable);
}

asio::awaitable<Result<IssuedToken>> sign_in(Api& api, const Request& request, const Credentials& given) {
  const Time now = api.clock.now();
  auto find = [&given, now](sql::Tx& tx) { return find_candidate(tx, given.id, now); };
  JobSpec find_spec = job_of(api, request, "principal_find");
  auto candidate = co_await api.db.run(std::move(find_spec), std::move(find));
  if (!candidate) co_return candidate.error();
  const bool right = co_await verify_off_loop(api, *candidate, given);
  const bool is_system = candidate->role == "agency";
  if (!right || !candidate->exists || is_system == given.staff) {
    auto note = [&given, &request, now](sql::Tx& tx) { note_refusal(tx, given.id, request.request_id, now); };
    JobSpec note_spec = job_of(api, request, "principal_refusal");
    (void)co_await api.db.run(std::move(note_spec), std::move(note));
    co_return bad_credentials();
  }
  const Duration lifetime = given.staff ? api.settings.session_lifetime : api.settings.token_lifetime;
  auto issue = [&candidate, lifetime, now](sql::Tx& tx) {
    return issue_token(tx, *candidate, lifetime, now);
  };
  JobSpec issue_spec = job_of(api, request, "token_issue");
  co_return co_await api.db.run(std::move(issue_spec), std::move(issue));
}

Response token_response(const Api& api, const IssuedToken& issued) {
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(issued.expires_at - api.clock.now());
  json::object body;
  body["access_token"] = issued.token;
  body["token_type"] = "Bearer";
  body["expires_in"] = left.count();
  return json_response(200, body);
}

// What a Basic header may hold: bytes are checked like every other text before a query sees them.
Result<Credentials> read_basic(std::string_view encoded) {
  const auto pair = parse_base64(trim(encoded));
  const auto colon = pair && valid_utf8(*pair) ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos || colon > kNameBytesMax || pair->size() - colon > kSecretBytesMax)
    return bad_credentials();
  Credentials given;
  given.id = pair->substr(0, colon);
  given.secret = pair->substr(colon + 1);
  return given;
}

// Basic credentials in the header, or client_id and client_secret in the form; RFC 6749 §2.3.1 asks for one.
Result<Credentials> read_client(const Request& request) {
  auto form = form_body(request);
  if (!form) return form.error();
  PairsReader reader(*form, "/");
  const std::string grant = reader.text("grant_type", {.max = 40});
  Credentials given;
  given.id = reader.optional_text("client_id", {.max = 64}).value_or("");
  given.secret = reader.optional_text("client_secret", {.max = 256}).value_or("");
  (void)reader.optional_text("scope", {.max = 200});
  if (auto bad = reader.finish()) return bad->summary();
  if (grant != "client_credentials")
    return Failure(Errc::invalid_field, "grant_type \"" + grant + "\" is not offered",
                   "Use client_credentials.", "/grant_type");
  constexpr std::string_view kScheme = "Basic ";
  const auto header = request.headers.get("Authorization");
  if (equal_ignoring_case(header.substr(0, kScheme.size()), kScheme))
    return read_basic(header.substr(kScheme.size()));
  if (given.id.empty() || given.secret.empty()) return bad_credentials();
  return given;
}

}  // namespace

Answer post_oauth_token(Api& api, const Request& request) {
  const auto given = read_client(request);
  if (!given) co_return problem(given.error(), request);
  const auto issued = co_await sign_in(api, request, *given);
  if (!issued) co_return problem(issued.error(), request);
  co_return token_response(api, *issued);
}

Answer post_session(Api& api, const Request& request) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  Credentials given;
  given.staff = true;
  given.id = reader.text("name", {.max = 64});
  given.secret = reader.text("password", {.max = 256});
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const auto issued = co_await sign_in(api, request, given);
  if (!issued) co_return problem(issued.error(), request);
  co_return token_response(api, *issued);
}

Answer delete_session(Api& api, const Request& request) {
  const std::string token(request.headers.get("Authorization").substr(7));
  const Time now = api.clock.now();
  api.tokens.forget(token);
  auto job = [&token, now](sql::Tx& tx) { revoke_token(tx, token, now); };
  JobSpec spec = job_of(api, request, "token_revoke");
  const auto done = co_await api.db.run(std::move(spec), std::move(job));
  if (!done) co_return problem(done.error(), request);
  co_return Response(204);
}

}  // namespace bccid::http
