#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bccid::sim {

// One request as the simulators see it.
struct Call {
  std::string method;
  std::string path;                                          // without the query
  std::vector<std::pair<std::string, std::string>> query;    // decoded
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  // The first value of that name; empty when absent.
  std::string_view header(std::string_view name) const;
  std::string_view parameter(std::string_view name) const;
};

// What becomes of a request after its effect, or the lack of one, has happened.
enum class Conduct {
  answer,
  hang,   // no byte ever; the connection stays until the peer gives up
  reset,  // the connection is torn down
  cut,    // half of the answer, then the connection is torn down
};

struct Answer {
  Answer() = default;
  Answer(int status_in, std::string content_type_in, std::string body_in)
      : status(status_in), content_type(std::move(content_type_in)), body(std::move(body_in)) {}

  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  Conduct conduct = Conduct::answer;
};

using Handler = std::function<Answer(const Call&)>;

// A small HTTP/1.1 server of our own: unlike the daemon's listener it must be able to hang and to reset.
// Connections, request sizes and the time a hanging request is held are limited.
class HttpServer {
 public:
  // Throws boost::system::system_error when the address cannot be bound.
  HttpServer(const boost::asio::any_io_executor& executor, const boost::asio::ip::tcp::endpoint& address,
             Handler handler);

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  // Runs until the executor stops.
  void run();

 private:
  boost::asio::awaitable<void> accept_loop();
  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);

  boost::asio::ip::tcp::acceptor acceptor_;
  Handler handler_;
  std::shared_ptr<std::size_t> open_ = std::make_shared<std::size_t>(0);  // outlived by cut connections
};

}  // namespace bccid::sim
