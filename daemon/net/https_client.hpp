#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"
#include "net/address_filter.hpp"
#include "net/origin.hpp"
#include "net/proxy.hpp"
#include "net/resolver.hpp"
#include "net/tls.hpp"
#include "ports/call_tag.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bccid::net {

enum class Verb : std::uint8_t { get, post, put, patch, remove };

// One outgoing request. Host, Content-Length and Connection are the client's own.
struct HttpRequest {
  HttpRequest() = default;
  HttpRequest(Verb verb_in, Url url_in, std::string body_in = {}, std::string content_type_in = {});
  HttpRequest& header(std::string name, std::string value);

  Verb verb = Verb::get;
  Url url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type;
  std::string body;
  std::chrono::milliseconds deadline{15'000};  // resolve, connect, send and read together
  std::size_t reply_bytes_max = limits::kReplyBytesMax;
  // The peer recognises a repetition, so the request may be sent again, once and on a new connection,
  // when a kept connection turns out to be dead.
  bool idempotent_replay_ok = false;
  // For the trace: nothing of them goes out.
  CallName call;
  CallTag tag;
};

struct HttpReply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool truncated = false;  // the body was longer than `reply_bytes_max`; its beginning is here

  // The first value of that name, without regard to case; empty when absent.
  std::string_view header(std::string_view name) const;
};

// Sees each call when it has ended, with what came of it and how long it took. Must not throw.
using CallObserver =
    std::function<void(const HttpRequest&, const Result<HttpReply>&, std::chrono::microseconds took)>;

struct HttpsClientSettings {
  AddressFilter filter;
  TlsContext tls;              // null: the system's authorities
  std::optional<Proxy> proxy;  // every connection goes through it
  bool plain_ok = false;       // http:// is refused, unless a demo or a test says so
  std::string user_agent = "bccid";
  std::size_t idle_per_origin_max = 32;
  std::size_t idle_max = 256;
  std::chrono::milliseconds idle_max_age{30'000};
  std::chrono::milliseconds tick{20};  // how late a deadline may fire
};

struct HttpsClientFigures {
  std::uint64_t requests = 0;
  std::uint64_t connections_opened = 0;
  std::uint64_t replays = 0;
  std::uint64_t addresses_refused = 0;
  std::uint64_t idle = 0;
};

// HTTP/1.1 over kept connections. Redirects are answers like any other. Every answer of the name's
// resolution must pass the filter, the connection goes to exactly that address, and the peer's address
// is checked once more. With a proxy the filter judges the proxy's addresses and addresses that stand in the
// URL itself; names of counterparts are the proxy's to resolve. All calls come from the io thread.
class HttpsClient {
 public:
  // `resolver` null: the system's. Throws std::runtime_error when no TLS context can be made.
  HttpsClient(boost::asio::any_io_executor executor, HttpsClientSettings settings,
              std::unique_ptr<Resolver> resolver = nullptr);
  ~HttpsClient();
  HttpsClient(const HttpsClient&) = delete;
  HttpsClient& operator=(const HttpsClient&) = delete;

  // A reply of any status is a success here; judging it is the caller's. `request` must outlive the call.
  // Errors that mean NOT SENT: invalid_field (a header or target that must not go out), forbidden (scheme
  // or address refused), unavailable (no name, no connection, no valid certificate, or no time left
  // before the first byte went out), overloaded.
  // Error that means PERHAPS DONE: outcome_unknown (writing had begun; then a timeout, a reset, or a
  // reply that cannot be read).
  boost::asio::awaitable<Result<HttpReply>> send(const HttpRequest& request);

  // Before the first call.
  void observe(CallObserver observer);

  // Closes idle connections and fails the requests in flight.
  void close();
  HttpsClientFigures figures() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace bccid::net
