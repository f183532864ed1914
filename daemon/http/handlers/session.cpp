#include "base/text.hpp"
#include "flow/sign_in.hpp"
#include "http/dto/null_values.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/object_reader.hpp"
#include "http/pairs_reader.hpp"
#include "http/session_cookie.hpp"

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

// What the database says about them, and a token when it is right. Everything up to the answer is the same
// for a name that nobody has. Errors: unauthenticated, overloaded, and as the database says.
asio::awaitable<Result<IssuedToken>> check(Api& api, const Request& request, const Credentials& given,
                                           Time now) {
  auto find = [&given](sql::Tx& tx) { return find_candidate(tx, given.id); };
  JobSpec find_spec = job_of(api, request, "principal_find");
  const auto candidate = co_await api.db.run(std::move(find_spec), std::move(find));
  if (!candidate) co_return candidate.error();
  auto comparing = api.secrets.verify(candidate->secret_hash, given.secret);
  const auto right = co_await std::move(comparing);
  if (!right) co_return right.error();
  const bool is_system = candidate->role == "agency";
  if (!*right || !candidate->exists || is_system == given.staff) {
    auto note = [&candidate, &request, now](sql::Tx& tx) {
      note_refusal(tx, *candidate, {request.peer, request.request_id}, now);
    };
    JobSpec note_spec = job_of(api, request, "principal_refusal");
    (void)co_await api.db.run(std::move(note_spec), std::move(note));
    co_return bad_credentials();
  }
  const Duration lifetime = given.staff ? api.settings.session_lifetime : api.settings.token_lifetime;
  auto issue = [&candidate, &request, lifetime, now](sql::Tx& tx) {
    return issue_token(tx, *candidate, {request.peer, request.request_id}, lifetime, now);
  };
  JobSpec issue_spec = job_of(api, request, "token_issue");
  co_return co_await api.db.run(std::move(issue_spec), std::move(issue));
}

// Tells the throttle how a try that it admitted went; one that nobody tells of, because the database
// failed or the request was cancelled, told its caller nothing either and counts as not made.
class Try {
 public:
  Try(std::shared_ptr<SignInThrottle> throttle, std::string_view name, std::string_view peer)
      : throttle_(std::move(throttle)), name_(name), peer_(peer) {}
  Try(const Try&) = delete;
  Try& operator=(const Try&) = delete;
  ~Try() {
    if (!told_) throttle_->undone(name_, peer_);
  }
  void right() {
    told_ = true;
    throttle_->right(name_, peer_);
  }
  void wrong(Time now) {
    told_ = true;
    throttle_->wrong(name_, peer_, now);
  }

 private:
  std::shared_ptr<SignInThrottle> throttle_;
  std::string name_, peer_;
  bool told_ = false;
};

Response wait_first(std::chrono::seconds wait, const Request& request) {
  const std::string count = std::to_string(wait.count());
  Response out = problem(Failure(Errc::rate_limited, "too many refused sign-ins in a row",
                                 "Wait " + count + " seconds, then try again."),
                         request);
  std::erase_if(out.headers, [](const auto& header) { return header.first == "Retry-After"; });
  out.with("Retry-After", count);
  return out;
}

Response token_response(const Api& api, const Request&, const IssuedToken& issued) {
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(issued.expires_at - api.clock.now());
  json::object body;
  body["access_token"] = issued.token;
  body["token_type"] = "Bearer";
  body["expires_in"] = left.count();
  return json_response(200, body);
}

// The token goes into the cookie and nowhere else: no script ever holds it.
Response cookie_response(const Api&, const Request& request, const IssuedToken& issued) {
  Response out(204);
  out.with("Set-Cookie", session_cookie(request, issued.token));
  return out;
}

// How a token that was issued is handed over.
using HandOver = Response (*)(const Api&, const Request&, const IssuedToken&);

Answer sign_in(Api& api, const Request& request, const Credentials& given, HandOver hand_over) {
  const Time now = api.clock.now();
  const auto wait = api.sign_ins->admit(given.id, request.peer, now);
  if (wait > std::chrono::seconds(0)) co_return wait_first(wait, request);
  Try attempt(api.sign_ins, given.id, request.peer);
  const auto issued = co_await check(api, request, given, now);
  if (!issued) {
    if (issued.error().code == Errc::unauthenticated) attempt.wrong(now);
    co_return problem(issued.error(), request);
  }
  attempt.right();
  co_return hand_over(api, request, *issued);
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

// The refusal, if there is something wrong with the body.
std::optional<Response> read_staff(const Request& request, Credentials& given) {
  const auto body = json_body(request);
  if (!body) return problem(body.error(), request);
  ObjectReader reader(*body);
  given.staff = true;
  given.id = reader.text("name", {.max = 64});
  given.secret = reader.text("password", {.max = 256});
  if (const auto bad = reader.finish()) return problem(*bad, request);
  return std::nullopt;
}

}  // namespace

Answer post_oauth_token(Api& api, const Request& request) {
  const auto given = read_client(request);
  if (!given) co_return problem(given.error(), request);
  co_return co_await sign_in(api, request, *given, &token_response);
}

Answer post_session(Api& api, const Request& request) {
  Credentials given;
  if (auto refused = read_staff(request, given)) co_return std::move(*refused);
  co_return co_await sign_in(api, request, given, &token_response);
}

Answer post_console_session(Api& api, const Request& request) {
  if (const auto own = check_own_page(request); !own) co_return problem(own.error(), request);
  Credentials given;
  if (auto refused = read_staff(request, given)) co_return std::move(*refused);
  co_return co_await sign_in(api, request, given, &cookie_response);
}

Answer get_session(Api&, const Request& request) {
  const Principal& who = *request.principal;
  json::object body;
  body["name"] = who.id;
  body["role"] = role_text(who.role);
  body["agency"] = or_null(who.agency_id);
  body["office"] = or_null(who.office);
  co_return json_response(200, body);
}

Answer delete_session(Api& api, const Request& request) {
  const std::string token(token_of(request));
  const Time now = api.clock.now();
  api.tokens.forget(token);
  auto job = [&token, &request, now](sql::Tx& tx) {
    revoke_token(tx, token, {request.peer, request.request_id}, now);
  };
  JobSpec spec = job_of(api, request, "token_revoke");
  const auto done = co_await api.db.run(std::move(spec), std::move(job));
  if (!done) co_return problem(done.error(), request);
  Response out(204);
  if (signed_in_by_cookie(request)) out.with("Set-Cookie", ended_session_cookie(request));
  co_return out;
}

}  // namespace bccid::http
