#pragma once

#include "adapters/blocks.hpp"
#include "base/clock.hpp"
#include "net/https_client.hpp"
#include "ports/carrier_port.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace bccid {

// What a token endpoint (RFC 6749 section 4.4) answered.
struct Token {
  std::string authorization;  // the value of the header that bears it
  std::string secret;         // the token alone
  std::chrono::seconds lifetime{0};
};

// `member` bears the token; "data.token" looks into an object. Errors: unavailable (status, unreadable body,
// a token that cannot stand in a header).
Result<Token> read_token_reply(int http_status, std::string_view body,
                               std::string_view member = "access_token");

// What a sign-in for a session answered. Errors: unavailable (the same, or an error_code that is not 0).
Result<Token> read_session_reply(int http_status, std::string_view body);

// What a login answered with {success, token}: how long the token lives it does not say. Errors: unavailable.
Result<Token> read_login_reply(int http_status, std::string_view body);

// Sends requests to one counterpart, which recognises us as its block says. A token is kept until shortly
// before it expires, fetched by one caller while the others wait, and fetched anew once when a request is
// answered 401, or 403 after a login; a fixed secret is sent as it is; a session stands in bodies, which are
// the caller's to write. `client` and `clock` must outlive it; all calls from the io thread.
class AuthorizedClient {
 public:
  // Errors: config (a URL or header name that cannot be used, or no credentials).
  // `counterpart` is whom the traces of its calls name.
  static Result<std::unique_ptr<AuthorizedClient>> open(EndpointBlock endpoint, std::string counterpart,
                                                        net::HttpsClient& client, const Clock& clock);

  // A request to `path` (with its query) below the base URL; `call` is its name in the trace.
  Result<net::HttpRequest> request(net::Verb verb, const std::string& path, std::string_view call,
                                   const CallTag& tag) const;

  // Errors: as HttpsClient::send; also unavailable when no token could be had, which means NOT SENT.
  boost::asio::awaitable<Result<net::HttpReply>> send(net::HttpRequest request);

  // SignIn::session: what each body repeats. Errors: unavailable.
  boost::asio::awaitable<Result<std::string>> session();
  // The counterpart knows that session no longer: the next one is asked for. Another caller's newer one
  // stays.
  void forget(const std::string& session);

 private:
  AuthorizedClient(EndpointBlock endpoint, std::string counterpart, net::Url token_url,
                   net::HttpsClient& client, const Clock& clock);

  boost::asio::awaitable<Status> ensure_token();
  boost::asio::awaitable<Status> fetch_token();
  net::HttpRequest token_request() const;
  net::HttpRequest form_request() const;
  net::HttpRequest json_request() const;
  bool token_fresh() const;
  bool fixed() const { return endpoint_.sign_in == SignIn::header; }
  bool in_body() const { return endpoint_.sign_in == SignIn::session; }
  bool token_refused(int http_status) const;
  Result<Token> read_reply(const net::HttpReply& reply) const;
  const std::string& header_name() const;
  // What of a token goes into that header.
  std::string worth(const Token& token) const;

  EndpointBlock endpoint_;
  std::string counterpart_;
  net::Url token_url_;
  net::HttpsClient& client_;
  const Clock& clock_;
  std::string authorization_;
  Time fresh_until_{};
  Status last_fetch_;
  std::shared_ptr<boost::asio::steady_timer> fetch_;  // cancelled when the fetch under way has ended
};

// A send that brought no reply, as the report that its Failure proves.
SendReport report_of(const Failure& failure);

// The body to judge: empty when it was cut, because the beginning of a text proves nothing.
std::string_view judged_body(const net::HttpReply& reply);

// The counterpart's wish in Retry-After; 0 when it said nothing readable.
Duration retry_after_of(const net::HttpReply& reply, Time now);

}  // namespace bccid
