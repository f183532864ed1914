#pragma once

#include "base/result.hpp"
#include "base/service.hpp"
#include "http/application.hpp"
#include "http/server_limits.hpp"
#include "http/trusted_proxies.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace bccid::http {

// Where to listen: "127.0.0.1:8080", "[::]:8443" or "unix:/run/bccid/http.sock".
struct BindAddress {
  std::string host;  // an address literal; empty for a unix socket
  std::uint16_t port = 0;
  std::string path;  // of a unix socket
  bool is_unix() const { return !path.empty(); }
};

// Errors: invalid_field.
Result<BindAddress> parse_bind_address(std::string_view text);

// Where bodies go that are too large for the memory.
struct SpoolPlace {
  std::filesystem::path directory = std::filesystem::temp_directory_path();
  // Where writing may wait for the disk; null: the io thread.
  boost::asio::any_io_executor executor = {};
};

struct ListenerSettings {
  std::string name = "public";  // for logs
  BindAddress address;
  int inherited_fd = -1;           // a listening socket from systemd; used instead of `address`
  std::vector<std::string> hosts;  // accepted Host names, without port; empty: any well-formed one
  TrustedProxies proxies;          // whose X-Forwarded-For names the caller
  // The context for new connections; null: plain HTTP. Asked at each accept, so a reload needs no restart.
  std::function<std::shared_ptr<boost::asio::ssl::context>()> tls;
  // Told about each answered request, for metrics and the access log.
  std::function<void(const Request&, const Response&, std::chrono::microseconds took)> on_answer;
  ServerLimits limits;
  SpoolPlace spool;
};

// Counters since start; for metrics.
struct ListenerFigures {
  std::uint64_t accepted = 0;
  std::uint64_t turned_away = 0;  // over a connection cap
  std::uint64_t requests = 0;
  std::uint64_t bad_heads = 0;  // refused by the guard
  std::uint64_t timeouts = 0;
  std::uint64_t open = 0;  // connections now
};

// Accepts connections and runs one coroutine for each. `application` must outlive the listener and
// every request in flight. `stop` drains: no new connection, requests in flight are answered with
// "Connection: close", and what is left after the drain deadline is cut.
class Listener final : public Service {
 public:
  Listener(boost::asio::io_context& io, Application& application, ListenerSettings settings);
  ~Listener() override;

  const char* name() const override { return "http_listener"; }
  boost::asio::awaitable<void> start() override;
  boost::asio::awaitable<void> stop() override;

  // The bound port, useful when the address said 0; 0 before start and for unix sockets.
  std::uint16_t port() const;
  ListenerFigures figures() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace bccid::http
