#pragma once

#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace bccid::http {

// What may follow a request's head.
struct Admission {
  std::size_t body_bytes_max = 0;
  bool spool = false;               // the body goes to a file: Request::file
  bool ask = false;                 // `authorize` must be awaited before the body is read
  std::optional<Response> refusal;  // answered at once; the body is not read
};

// What a listener serves. All calls come from the io thread.
class Application {
 public:
  Application() = default;
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;
  virtual ~Application() = default;

  // Called with a complete head and no body. Must not block: it is on the path of every scan.
  virtual Admission admit(Request& request) = 0;
  // Called when `admit` asked for it; a response refuses the request.
  virtual boost::asio::awaitable<std::optional<Response>> authorize(Request& request) = 0;
  // Called with the whole request. What it throws becomes a 500 and a log line.
  virtual boost::asio::awaitable<Response> handle(Request& request) = 0;
  // Told about every refusal before its answer is sent, whoever decided it: the guard, the route table, the
  // body reader, a handler. `route` is Request::route (-1: no route was found), `reason` an errc_name.
  virtual void refused(int route, std::string_view reason) = 0;
};

}  // namespace bccid::http
