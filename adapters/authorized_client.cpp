#include "adapters/authorized_client.hpp"

#include "adapters/json_reply.hpp"
#include "base/digest.hpp"
#include "base/limits.hpp"
#include "net/retry_policy.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <algorithm>
#include <cctype>
#include <span>
#include <utility>

namespace bccid {
namespace {

using std::chrono::seconds;
namespace asio = boost::asio;

constexpr std::size_t kTokenCharsMax = 8 * 1024;
constexpr seconds kLifetimeDefault{300};
// Above this the number is taken for milliseconds, as one SDK writes it; fetching early is harmless.
constexpr std::int64_t kLifetimeSecondsMax = 1'000'000;
constexpr seconds kMarginMax{60};
// How long a session lives has not been published; one that ended sooner is noticed by its refusal.
constexpr std::chrono::hours kSessionLifetime{12};

Failure no_token(const std::string& why) {
  return {Errc::unavailable, "no token: " + why, "Check token_url, client_id and client_secret."};
}

seconds lifetime_of(std::optional<std::int64_t> expires_in) {
  if (!expires_in || *expires_in <= 0) return kLifetimeDefault;
  return seconds{*expires_in >= kLifetimeSecondsMax ? *expires_in / 1000 : *expires_in};
}

// Wakes the callers that wait for a fetch, also when the fetching caller is cancelled.
class FetchUnderWay {
 public:
  FetchUnderWay(std::shared_ptr<asio::steady_timer>& slot, const asio::any_io_executor& executor)
      : slot_(slot) {
    slot_ = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
  }
  FetchUnderWay(const FetchUnderWay&) = delete;
  FetchUnderWay& operator=(const FetchUnderWay&) = delete;
  ~FetchUnderWay() { std::exchange(slot_, nullptr)->cancel(); }

 private:
  std::shared_ptr<asio::steady_timer>& slot_;
};

std::string basic_credentials(const EndpointBlock& endpoint) {
  const std::string pair = endpoint.client_id + ":" + endpoint.client_secret;
  const std::vector<std::uint8_t> bytes(pair.begin(), pair.end());
  return "Basic " + base64(std::span<const std::uint8_t>(bytes));
}

std::string form_credentials(const EndpointBlock& endpoint) {
  const auto& plain = boost::urls::unreserved_chars;
  return "&client_id=" + boost::urls::encode(endpoint.client_id, plain) +
         "&client_secret=" + boost::urls::encode(endpoint.client_secret, plain);
}

Status check_header_name(const std::string& key, const std::string& name) {
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; };
  if (!name.empty() && std::ranges::all_of(name, plain)) return {};
  return Failure(Errc::config, key + " \"" + name + "\" is no name of a header",
                 "Use letters, digits, '-' and '_'.");
}

Status check_secret_header(const EndpointBlock& endpoint) {
  if (auto named = check_header_name("secret_header", endpoint.secret_header); !named) return named;
  if (endpoint.client_secret.empty() || !net::valid_header_value(endpoint.client_secret))
    return Failure(Errc::config, "client_secret is empty or cannot stand in a header",
                   "Ask the counterpart for the value of " + endpoint.secret_header + ".");
  return {};
}

Status check_pair(const EndpointBlock& endpoint) {
  if (!endpoint.client_id.empty() && !endpoint.client_secret.empty()) return {};
  return Failure(Errc::config, "client_id or client_secret is empty", "Ask the counterpart for a pair.");
}

Status check_key(const EndpointBlock& endpoint) {
  if (endpoint.client_secret.empty() || endpoint.key_member.empty() || endpoint.token_member.empty())
    return Failure(Errc::config, "client_secret, key_member or token_member is empty",
                   "Ask the counterpart for its key and for how it is asked for a token.");
  return check_header_name("token_header", endpoint.token_header);
}

Status check_known(const EndpointBlock& endpoint) {
  if (!net::valid_header_value(endpoint.dst_code))
    return Failure(Errc::config, "dst_code cannot stand in a header", "Use printable ASCII.");
  switch (endpoint.sign_in) {
    case SignIn::header: return check_secret_header(endpoint);
    case SignIn::key_token: return check_key(endpoint);
    case SignIn::login:
      if (auto named = check_header_name("secret_header", endpoint.secret_header); !named) return named;
      break;
    case SignIn::basic:
    case SignIn::body:
    case SignIn::session: break;
  }
  return check_pair(endpoint);
}

// The text under a name, or under names in objects: "data.token".
std::string text_below(const boost::json::object& object, std::string_view path) {
  const auto dot = path.find('.');
  if (dot == std::string_view::npos) return text_member(object, path, kTokenCharsMax);
  const auto* inner = object.if_contains({path.data(), dot});
  if (inner == nullptr || !inner->is_object()) return {};
  return text_below(inner->get_object(), path.substr(dot + 1));
}

// Where a kind of counterpart gives its tokens, unless its block says otherwise.
std::string usual_token_url(const EndpointBlock& endpoint) {
  if (endpoint.sign_in == SignIn::login) return endpoint.base_url + "/GetAccessToken";
  return endpoint.base_url + (endpoint.sign_in == SignIn::session ? "/login" : "/token");
}

}  // namespace

Result<Token> read_session_reply(int http_status, std::string_view body) {
  if (http_status != 200) return no_token("HTTP status " + std::to_string(http_status));
  const auto reply = json_object_of(body, limits::kReplyBytesMax);
  if (!reply) return no_token("the answer is not a JSON object");
  const auto code = integer_member(*reply, "error_code");
  if (code && *code != 0) return no_token("error_code " + std::to_string(*code));
  Token token;
  token.secret = text_member(*reply, "session", kTokenCharsMax);
  token.lifetime = kSessionLifetime;
  if (token.secret.empty()) return no_token("the answer has no session");
  return token;
}

Result<Token> read_token_reply(int http_status, std::string_view body, std::string_view member) {
  if (http_status != 200) return no_token("HTTP status " + std::to_string(http_status));
  const auto reply = json_object_of(body, limits::kReplyBytesMax);
  if (!reply) return no_token("the answer is not a JSON object");
  const std::string secret = text_below(*reply, member);
  if (secret.empty()) return no_token("the answer has no " + std::string(member));
  std::string kind = text_member(*reply, "token_type", 40);
  if (kind.empty() || kind == "bearer") kind = "Bearer";
  Token token;
  token.authorization = kind + " " + secret;
  token.secret = secret;
  token.lifetime = lifetime_of(integer_member(*reply, "expires_in"));
  if (!net::valid_header_value(token.authorization)) return no_token("the token cannot stand in a header");
  return token;
}

Result<Token> read_login_reply(int http_status, std::string_view body) {
  if (http_status != 200) return no_token("HTTP status " + std::to_string(http_status));
  const auto reply = json_object_of(body, limits::kReplyBytesMax);
  if (!reply) return no_token("the answer is not a JSON object");
  Token token;
  token.secret = text_member(*reply, "token", kTokenCharsMax);
  token.authorization = token.secret;
  token.lifetime = lifetime_of(integer_member(*reply, "expires_in"));
  if (token.secret.empty()) return no_token("the answer has no token");
  if (!net::valid_header_value(token.authorization)) return no_token("the token cannot stand in a header");
  return token;
}

Result<std::unique_ptr<AuthorizedClient>> AuthorizedClient::open(EndpointBlock endpoint,
                                                                 std::string counterpart,
                                                                 net::HttpsClient& client,
                                                                 const Clock& clock) {
  while (!endpoint.base_url.empty() && endpoint.base_url.back() == '/') endpoint.base_url.pop_back();
  if (auto base = net::parse_url(endpoint.base_url); !base)
    return Failure(Errc::config, "base_url: " + base.error().detail, base.error().hint);
  if (endpoint.token_url.empty()) endpoint.token_url = usual_token_url(endpoint);
  auto token_url = net::parse_url(endpoint.token_url);
  if (!token_url)
    return Failure(Errc::config, "token_url: " + token_url.error().detail, token_url.error().hint);
  if (const Status known = check_known(endpoint); !known) return known.error();
  return std::unique_ptr<AuthorizedClient>(new AuthorizedClient(std::move(endpoint), std::move(counterpart),
                                                                std::move(*token_url), client, clock));
}

AuthorizedClient::AuthorizedClient(EndpointBlock endpoint, std::string counterpart, net::Url token_url,
                                   net::HttpsClient& client, const Clock& clock)
    : endpoint_(std::move(endpoint)),
      counterpart_(std::move(counterpart)),
      token_url_(std::move(token_url)),
      client_(client),
      clock_(clock) {
  if (!fixed()) return;
  authorization_ = endpoint_.client_secret;
  fresh_until_ = Time::max();
}

Result<net::HttpRequest> AuthorizedClient::request(net::Verb verb, const std::string& path,
                                                   std::string_view call, const CallTag& tag) const {
  auto url = net::parse_url(endpoint_.base_url + path);
  if (!url) return url.error();
  net::HttpRequest out(verb, std::move(*url));
  out.deadline = endpoint_.timeout;
  out.header("Accept", "application/json");
  if (!tag.request_id.empty()) out.header("X-Request-Id", tag.request_id);
  if (!endpoint_.dst_code.empty()) out.header("dstcode", endpoint_.dst_code);
  out.call = CallName{counterpart_, std::string(call)};
  out.tag = tag;
  return out;
}

const std::string& AuthorizedClient::header_name() const {
  static const std::string kAuthorization = "Authorization";
  if (fixed() || endpoint_.sign_in == SignIn::login) return endpoint_.secret_header;
  return endpoint_.sign_in == SignIn::key_token ? endpoint_.token_header : kAuthorization;
}

std::string AuthorizedClient::worth(const Token& token) const {
  return in_body() || header_name() != "Authorization" ? token.secret : token.authorization;
}

asio::awaitable<Result<std::string>> AuthorizedClient::session() {
  const Status ready = co_await ensure_token();
  if (!ready) co_return ready.error();
  co_return authorization_;
}

void AuthorizedClient::forget(const std::string& session) {
  if (authorization_ == session) authorization_.clear();
}

asio::awaitable<Result<net::HttpReply>> AuthorizedClient::send(net::HttpRequest request) {
  if (in_body()) co_return co_await client_.send(request);
  const std::size_t own_headers = request.headers.size();
  for (bool renewed = false;; renewed = true) {
    const Status ready = co_await ensure_token();
    if (!ready) co_return ready.error();
    const std::string used = authorization_;
    request.headers.resize(own_headers);
    request.header(header_name(), used);
    auto reply = co_await client_.send(request);
    if (!reply || !token_refused(reply->status) || renewed || fixed()) co_return reply;
    forget(used);
  }
}

bool AuthorizedClient::token_refused(int http_status) const {
  return http_status == 401 || (http_status == 403 && endpoint_.sign_in == SignIn::login);
}

bool AuthorizedClient::token_fresh() const { return !authorization_.empty() && clock_.now() < fresh_until_; }

asio::awaitable<Status> AuthorizedClient::ensure_token() {
  while (!token_fresh()) {
    if (!fetch_) {
      const auto executor = co_await asio::this_coro::executor;
      const FetchUnderWay under_way(fetch_, executor);
      last_fetch_ = no_token("the fetch was abandoned");
      last_fetch_ = co_await fetch_token();
      co_return last_fetch_;
    }
    const auto running = fetch_;
    co_await running->async_wait(asio::as_tuple(asio::use_awaitable));
    if (!token_fresh() && !fetch_) co_return last_fetch_;
  }
  co_return Status{};
}

net::HttpRequest AuthorizedClient::json_request() const {
  boost::json::object body;
  if (endpoint_.sign_in == SignIn::key_token) {
    body[endpoint_.key_member] = endpoint_.client_secret;
  } else {
    body["username"] = endpoint_.client_id;
    body["password"] = endpoint_.client_secret;
  }
  if (endpoint_.sign_in == SignIn::login) body["customerCode"] = endpoint_.customer_code;
  net::HttpRequest request(net::Verb::post, token_url_, boost::json::serialize(body),
                           "application/json; charset=utf-8");
  if (!endpoint_.dst_code.empty()) request.header("dstcode", endpoint_.dst_code);
  return request;
}

net::HttpRequest AuthorizedClient::form_request() const {
  std::string form = "grant_type=client_credentials";
  if (endpoint_.sign_in == SignIn::body) form += form_credentials(endpoint_);
  net::HttpRequest request(net::Verb::post, token_url_, std::move(form), "application/x-www-form-urlencoded");
  if (endpoint_.sign_in == SignIn::basic) request.header("Authorization", basic_credentials(endpoint_));
  return request;
}

net::HttpRequest AuthorizedClient::token_request() const {
  const bool json = in_body() || endpoint_.sign_in == SignIn::key_token || endpoint_.sign_in == SignIn::login;
  net::HttpRequest request = json ? json_request() : form_request();
  request.header("Accept", "application/json");
  request.deadline = endpoint_.timeout;
  request.idempotent_replay_ok = true;
  request.call = CallName{counterpart_, "token"};
  return request;
}

Result<Token> AuthorizedClient::read_reply(const net::HttpReply& reply) const {
  const auto body = judged_body(reply);
  if (in_body()) return read_session_reply(reply.status, body);
  if (endpoint_.sign_in == SignIn::login) return read_login_reply(reply.status, body);
  const bool keyed = endpoint_.sign_in == SignIn::key_token;
  return read_token_reply(reply.status, body, keyed ? endpoint_.token_member : "access_token");
}

asio::awaitable<Status> AuthorizedClient::fetch_token() {
  auto request = token_request();
  const auto reply = co_await client_.send(std::move(request));
  if (!reply) co_return no_token(reply.error().detail);
  auto token = read_reply(*reply);
  if (!token) co_return token.error();
  authorization_ = worth(*token);
  fresh_until_ = clock_.now() + token->lifetime - std::min(kMarginMax, token->lifetime / 10);
  co_return Status{};
}

SendReport report_of(const Failure& failure) {
  SendReport report;
  const bool perhaps = failure.code == Errc::outcome_unknown || failure.code == Errc::timed_out ||
                       failure.code == Errc::internal;
  report.outcome = perhaps ? SendOutcome::unknown : SendOutcome::not_sent;
  report.reason = failure.detail;
  return report;
}

std::string_view judged_body(const net::HttpReply& reply) {
  return reply.truncated ? std::string_view{} : std::string_view{reply.body};
}

Duration retry_after_of(const net::HttpReply& reply, Time now) {
  return net::parse_retry_after(reply.header("Retry-After"), now).value_or(seconds{0});
}

}  // namespace bccid
