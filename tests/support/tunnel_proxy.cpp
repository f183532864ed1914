#include "tests/support/tunnel_proxy.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <memory>
#include <utility>

namespace bccid::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

// Both ends of a tunnel; the last pump that ends closes them.
struct Tunnel {
  Tunnel(tcp::socket client_in, tcp::socket server_in)
      : client(std::move(client_in)), server(std::move(server_in)) {}
  tcp::socket client;
  tcp::socket server;
};

asio::awaitable<void> pump(std::shared_ptr<Tunnel> tunnel, bool outward) {
  tcp::socket& from = outward ? tunnel->client : tunnel->server;
  tcp::socket& to = outward ? tunnel->server : tunnel->client;
  std::array<char, 4096> piece{};
  for (;;) {
    const auto [read_error, got] = co_await from.async_read_some(asio::buffer(piece), kTuple);
    if (read_error) break;
    const auto [write_error, sent] = co_await asio::async_write(to, asio::buffer(piece.data(), got), kTuple);
    if (write_error || sent != got) break;
  }
  boost::system::error_code ignored;
  to.shutdown(tcp::socket::shutdown_both, ignored);
}

}  // namespace

TunnelProxy::TunnelProxy(std::uint16_t target, std::string refusal)
    : acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      port_(acceptor_.local_endpoint().port()),
      target_(target),
      refusal_(std::move(refusal)) {
  asio::co_spawn(io_, accept_loop(), asio::detached);
  thread_ = std::thread([this] { io_.run(); });
}

TunnelProxy::~TunnelProxy() { stop(); }

void TunnelProxy::stop() {
  if (!thread_.joinable()) return;
  io_.stop();
  thread_.join();
}

asio::awaitable<void> TunnelProxy::accept_loop() {
  for (;;) {
    auto [error, client] = co_await acceptor_.async_accept(kTuple);
    if (error) co_return;
    asio::co_spawn(io_, serve(std::move(client)), asio::detached);
  }
}

asio::awaitable<void> TunnelProxy::serve(tcp::socket client) {
  std::string head;
  const auto [read_error, size] =
      co_await asio::async_read_until(client, asio::dynamic_buffer(head), "\r\n\r\n", kTuple);
  if (read_error || size == 0) co_return;
  heads_.push_back(head);
  if (refusal_ == "silence") {
    std::array<char, 1> nothing{};
    co_await client.async_read_some(asio::buffer(nothing), kTuple);  // until the client gives up
    co_return;
  }
  if (!refusal_.empty()) {
    co_await asio::async_write(client, asio::buffer(refusal_), kTuple);
    co_return;
  }
  tcp::socket server(io_);
  const tcp::endpoint to(asio::ip::address_v4::loopback(), target_);
  const auto [connect_error] = co_await server.async_connect(to, kTuple);
  const std::string answer = connect_error ? "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
                                           : "HTTP/1.1 200 Connection established\r\n\r\n";
  co_await asio::async_write(client, asio::buffer(answer), kTuple);
  if (connect_error) co_return;
  const auto tunnel = std::make_shared<Tunnel>(std::move(client), std::move(server));
  asio::co_spawn(io_, pump(tunnel, true), asio::detached);
  asio::co_spawn(io_, pump(tunnel, false), asio::detached);
}

}  // namespace bccid::test
