#pragma once

#include "flow/exchange_book.hpp"
#include "http/api.hpp"
#include "http/listener.hpp"
#include "net/https_client.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/talking_post.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace bccid::test {

struct ApiCall {
  std::string method = "GET";
  std::string target;
  std::string token;  // bearer; empty: none
  std::string body;
  std::string content_type;  // empty: none, or application/json with a body
  std::vector<std::pair<std::string, std::string>> headers;
};

struct ApiReply {
  int status = 0;  // 0: the connection ended without an answer
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  std::string header(std::string_view name) const;  // empty when absent
  boost::json::value json() const;                  // null when the body is none
  std::string text(std::string_view member) const;  // of the body's object; empty when absent
};

// One kept-alive connection, blocking.
class ApiClient {
 public:
  // `from` is the caller's address, one of 127.0.0.0/8.
  explicit ApiClient(std::uint16_t port, std::string from = "127.0.0.1")
      : port_(port), from_(std::move(from)) {}
  ApiReply send(const ApiCall& call);

 private:
  std::uint16_t port_;
  std::string from_;
  std::optional<RawSocket> socket_;
};

struct ApiServerSettings {
  Time now{};
  std::chrono::milliseconds keep_tokens{0};  // 0: every request asks the database whose token it is
  ScanGateConfig gate;
  http::SignInRules sign_ins;
  std::size_t sign_ins_waiting_max = 32;
  std::string paper_family{kPaperFamily};
  CitizenPort* citizens = nullptr;  // must outlive the server
};

// The real routes, handlers and listener over a migrated database, on loopback and an io thread of its own.
// kAgencyA has a one-stop connection, account 115000123456 has statements, and the
// carrier "post" is a TalkingPost.
class ApiServer {
 public:
  ApiServer(const std::string& dsn, const ApiServerSettings& settings);
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  static constexpr const char* kAccount = "115000123456";

  std::uint16_t port() const { return listener_->port(); }
  void advance(Duration by);
  // Writes the refusals that were counted so far.
  void flush_refusals();
  // The traces of calls from counterparts since the last time.
  std::vector<ExchangeRow> take_traces();

 private:
  void on_io(const std::function<void()>& work);
  void on_io(boost::asio::awaitable<void> work);

  boost::asio::io_context io_;
  ManualClock clock_;
  ExchangeBook book_{clock_, {}};
  Db db_;
  net::HttpsClient client_;
  boost::asio::thread_pool cpu_{1};
  http::SecretQueue secrets_;
  http::PrintQueue prints_;
  std::shared_ptr<http::SignInThrottle> sign_ins_;
  ScanGate scans_;
  http::TokenCache tokens_;
  http::Refusals refusals_;
  std::unique_ptr<OnestopPort> onestop_;
  std::unique_ptr<BankFilePort> bank_;
  std::unique_ptr<RemittanceFilePort> lists_;
  TalkingPost post_;
  http::Api api_;
  std::unique_ptr<http::Router<http::Api>> router_;
  std::unique_ptr<http::Listener> listener_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace bccid::test
