#include "adapters/authorized_client.hpp"

#include "adapters/json_reply.hpp"
#include "base/digest.hpp"
#include "base/limits.hpp"
#include "net/retry_policy.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
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

Status check_secret_header(const EndpointBlock& endpoint) {
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; };
  if (endpoint.secret_header.empty() || !std::ranges::all_of(endpoint.secret_header, plain))
    return Failure(Errc::config, "secret_header \"" + endpoint.secret_header + "\" is no name of a header",
                   "Use letters, digits, '-' and '_'.");
  if (endpoint.client_secret.empty() || !net::valid_header_value(endpoint.client_secret))
    return Failure(Errc::config, "client_secret is empty or cannot stand in a header",
                   "Ask the counterpart for the value of " + endpoint.secret_header + ".");
  return {};
}

Status check_pair(const EndpointBlock& endpoint) {
  if (!endpoint.client_id.empty() && !endpoint.client_secret.empty()) return {};
  return Failure(Errc::config, "client_id or client_secret is empty", "Ask the counterpart for a pair.");
}

}  // namespace

Result<Token> read_token_reply(int http_status, std::string_view body) {
  if (http_status != 200) return no_token("HTTP status " + std::to_string(http_status));
  const auto reply = json_object_of(body, limits::kReplyBytesMax);
  if (!reply) return no_token("the answer is not a JSON object");
  const std::string secret = text_member(*reply, "access_token", kTokenCharsMax);
  if (secret.empty()) return no_token("the answer has no access_token");
  std::string kind = text_member(*reply, "token_type", 40);
  if (kind.empty() || kind == "bearer") kind = "Bearer";
  Token token;
  token.authorization = kind + " " + secret;
  token.lifetime = lifetime_of(integer_member(*reply, "expires_in"));
  if (!net::valid_header_value(token.authorization)) return no_token("the token cannot stand in a header");
  return token;
}

Result<std::unique_ptr<AuthorizedClient>> AuthorizedClient::open(EndpointBlock endpoint,
                                                                 net::HttpsClient& client,
                                                                 const Clock& clock) {
  while (!endpoint.base_url.empty() && endpoint.base_url.back() == '/') endpoint.base_url.pop_back();
  if (auto base = net::parse_url(endpoint.base_url); !base)
    return Failure(Errc::config, "base_url: " + base.error().detail, base.error().hint);
  if (endpoint.token_url.empty()) endpoint.token_url = endpoint.base_url + "/token";
  auto token_url = net::parse_url(endpoint.token_url);
  if (!token_url)
    return Failure(Errc::config, "token_url: " + token_url.error().detail, token_url.error().hint);
  const Status known =
      endpoint.sign_in == SignIn::header ? check_secret_header(endpoint) : check_pair(endpoint);
  if (!known) return known.error();
  return std::unique_ptr<AuthorizedClient>(
      new AuthorizedClient(std::move(endpoint), std::move(*token_url), client, clock));
}

AuthorizedClient::AuthorizedClient(EndpointBlock endpoint, net::Url token_url, net::HttpsClient& client,
                                   const Clock& clock)
    : endpoint_(std::move(endpoint)), token_url_(std::move(token_url)), client_(client), clock_(clock) {
  if (!fixed()) return;
  authorization_ = endpoint_.client_secret;
  fresh_until_ = Time::max();
}

Result<net::HttpRequest> AuthorizedClient::request(net::Verb verb, const std::string& path,
                                                   std::string_view request_id) const {
  auto url = net::parse_url(endpoint_.base_url + path);
  if (!url) return url.error();
  net::HttpRequest out(verb, std::move(*url));
  out.deadline = endpoint_.timeout;
  out.header("Accept", "application/json");
  if (!request_id.empty()) out.header("X-Request-Id", std::string(request_id));
  return out;
}

asio::awaitable<Result<net::HttpReply>> AuthorizedClient::send(net::HttpRequest request) {
  const std::size_t own_headers = request.headers.size();
  for (bool renewed = false;; renewed = true) {
    const Status ready = co_await ensure_token();
    if (!ready) co_return ready.error();
    const std::string used = authorization_;
    request.headers.resize(own_headers);
    request.header(fixed() ? endpoint_.secret_header : "Authorization", used);
    auto reply = co_await client_.send(request);
    if (!reply || reply->status != 401 || renewed || fixed()) co_return reply;
    if (authorization_ == used) authorization_.clear();  // unless another caller has renewed it already
  }
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

net::HttpRequest AuthorizedClient::token_request() const {
  std::string form = "grant_type=client_credentials";
  if (endpoint_.sign_in == SignIn::body) form += form_credentials(endpoint_);
  net::HttpRequest request(net::Verb::post, token_url_, std::move(form), "application/x-www-form-urlencoded");
  if (endpoint_.sign_in == SignIn::basic) request.header("Authorization", basic_credentials(endpoint_));
  request.header("Accept", "application/json");
  request.deadline = endpoint_.timeout;
  request.idempotent_replay_ok = true;
  return request;
}

asio::awaitable<Status> AuthorizedClient::fetch_token() {
  auto request = token_request();
  const auto reply = co_await client_.send(std::move(request));
  if (!reply) co_return no_token(reply.error().detail);
  auto token = read_token_reply(reply->status, judged_body(*reply));
  if (!token) co_return token.error();
  authorization_ = std::move(token->authorization);
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
