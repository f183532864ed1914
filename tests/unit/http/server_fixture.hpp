#pragma once

#include "http/listener.hpp"

#include "base/log.hpp"
#include "http/problem.hpp"
#include "tests/support/loopback.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace bccid::http::server_test {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using test::RawSocket;

inline constexpr std::string_view kGet = "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n";

// Echoes bodies; "/hold" waits until the test lets it go, "/throw" throws, "/peer" names the caller, "/files"
// takes large bodies.
class Echo final : public Application {
 public:
  explicit Echo(asio::io_context& io) : gate(io, std::chrono::steady_clock::time_point::max()) {}

  Admission admit(Request& request) override {
    Admission out;
    out.body_bytes_max = request.path.front() == "files" ? 1024 * 1024 : 1000;
    if (request.path.front() == "missing")
      out.refusal = problem(Failure(Errc::not_found, "nothing here"), request);
    out.ask = request.path.front() == "ask";
    return out;
  }
  asio::awaitable<std::optional<Response>> authorize(Request& request) override {
    co_return problem(Failure(Errc::unauthenticated, "who are you"), request);
  }
  asio::awaitable<Response> handle(Request& request) override {
    ++calls;
    if (request.path.front() == "throw") throw std::runtime_error("secret detail");
    if (request.path.front() == "peer") co_return Response(200, "text/plain", "from " + request.peer);
    if (request.path.front() == "inject") co_return Response(303).with("Location", "/\r\nX-Evil: 1");
    if (request.path.front() == "hold") {
      held.set_value();
      boost::system::error_code ignored;
      co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    co_return Response(200, "text/plain", request.body.empty() ? request.target : request.body);
  }

  void refused(int, std::string_view reason) override { refusals.emplace_back(reason); }

  std::atomic<int> calls{0};
  std::vector<std::string> refusals;  // io thread only
  std::promise<void> held;
  asio::steady_timer gate;
};

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    log::open(log::Level::error, false);
    settings_.address = parse_bind_address("127.0.0.1:0").value();
    settings_.limits.tick = milliseconds(2);
  }
  ~ServerTest() override {
    if (!thread_.joinable()) return;
    stop().wait();
    guard_.reset();
    thread_.join();
  }

  void start() {
    listener_ = std::make_unique<Listener>(io_, echo_, settings_);
    thread_ = std::thread([this] { io_.run(); });
    asio::co_spawn(io_, listener_->start(), asio::use_future).get();
  }
  std::future<void> stop() { return asio::co_spawn(io_, listener_->stop(), asio::use_future); }
  RawSocket connect() const { return RawSocket::connect(listener_->port()); }

  // Sends bytes and reads to the end of the connection.
  std::string exchange(std::string_view bytes) const {
    const RawSocket socket = connect();
    socket.send(bytes);
    return socket.receive_all();
  }
  ListenerFigures figures() {
    std::promise<ListenerFigures> out;
    asio::post(io_, [&] { out.set_value(listener_->figures()); });
    return out.get_future().get();
  }

  // The reasons of what was refused so far.
  std::vector<std::string> refusals() {
    std::promise<std::vector<std::string>> out;
    asio::post(io_, [&] { out.set_value(echo_.refusals); });
    return out.get_future().get();
  }

  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard_{io_.get_executor()};
  Echo echo_{io_};
  ListenerSettings settings_;
  std::unique_ptr<Listener> listener_;
  std::thread thread_;
};

inline bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// How many answers the text holds.
inline std::size_t answers(const std::string& text) {
  constexpr std::string_view kOnEach = "X-Request-Id: ";
  std::size_t count = 0;
  for (auto at = text.find(kOnEach); at != std::string::npos; at = text.find(kOnEach, at + 1)) ++count;
  return count;
}

}  // namespace bccid::http::server_test
