#pragma once

#include "net/tls.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <thread>

namespace bccid::net {

// Takes one TLS connection and answers one request; counts the bytes of requests that reached it.
class TlsPeer {
 public:
  explicit TlsPeer(TlsContext context)
      : acceptor_(io_, boost::asio::ip::tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)) {
    thread_ = std::thread([this, context] {
      boost::system::error_code error;
      boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream(acceptor_.accept(error), *context);
      if (error) return;
      stream.handshake(boost::asio::ssl::stream_base::server, error);
      std::array<char, 4096> request{};
      if (!error) received_ = stream.read_some(boost::asio::buffer(request), error);
      if (error) return;
      const std::string reply = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
      boost::asio::write(stream, boost::asio::buffer(reply), error);
    });
  }
  ~TlsPeer() { join(); }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  // Waits until the connection has been served.
  std::size_t received() {
    join();
    return received_;
  }
  // Somebody connects and hangs up, for tests in which nobody came.
  void nobody_comes() {
    boost::asio::ip::tcp::socket caller(io_);
    boost::system::error_code ignored;
    caller.connect(acceptor_.local_endpoint(), ignored);
  }

 private:
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::size_t received_ = 0;
  std::thread thread_;
};

}  // namespace bccid::net
