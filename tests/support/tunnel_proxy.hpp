#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace bccid::test {

// An HTTP proxy on 127.0.0.1 that takes CONNECT on a thread of its own. Whatever name it is asked for, its
// tunnels lead to `target` on 127.0.0.1; with a text in `refusal` that is all it answers, and "silence" is no
// answer at all.
class TunnelProxy {
 public:
  explicit TunnelProxy(std::uint16_t target, std::string refusal = {});
  ~TunnelProxy();
  TunnelProxy(const TunnelProxy&) = delete;
  TunnelProxy& operator=(const TunnelProxy&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // The heads of all requests; read them after the proxy was stopped.
  const std::vector<std::string>& heads() const { return heads_; }
  void stop();

 private:
  boost::asio::awaitable<void> accept_loop();
  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket client);

  boost::asio::io_context io_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_;
  std::uint16_t target_;
  std::string refusal_;
  std::vector<std::string> heads_;
  std::thread thread_;
};

}  // namespace bccid::test
