#pragma once

#include "base/spooled_file.hpp"
#include "http/principal.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bccid::http {

// Every method that a request may carry; others are refused before a route is looked for.
enum class Method : std::uint8_t { get, head, post, put, patch, remove, options };

// "GET", "DELETE", ...
std::string_view method_name(Method method);
// Exact, upper case. CONNECT and TRACE are not known here on purpose.
std::optional<Method> parse_method(std::string_view text);

// True when both are equal but for the case of ASCII letters.
bool equal_ignoring_case(std::string_view left, std::string_view right);

// Header fields in arrival order, kept as one block of text; names compare without case.
class Headers {
 public:
  void clear();
  void add(std::string_view name, std::string_view value);
  // The first value of that name; empty when absent.
  std::string_view get(std::string_view name) const;
  std::optional<std::string_view> find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }
  std::size_t size() const { return entries_.size(); }
  std::string_view name(std::size_t at) const;
  std::string_view value(std::size_t at) const;

 private:
  struct Entry {
    std::uint32_t at;
    std::uint32_t name_size;
    std::uint32_t value_size;
  };
  std::string text_;
  std::vector<Entry> entries_;
};

// Names with decoded values, in arrival order: the query, a form, the parameters of a path.
class Pairs {
 public:
  void clear() { pairs_.clear(); }
  void add(std::string name, std::string value) { pairs_.emplace_back(std::move(name), std::move(value)); }
  // The first value of that name; null when absent.
  const std::string* find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name) != nullptr; }
  // Two values of one name are ambiguous; readers refuse them.
  std::size_t count(std::string_view name) const;
  auto begin() const { return pairs_.begin(); }
  auto end() const { return pairs_.end(); }
  std::size_t size() const { return pairs_.size(); }
  bool empty() const { return pairs_.empty(); }

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

// One request, complete and validated as HTTP. Paths and queries are percent-decoded, valid UTF-8 and
// free of control characters; the body is bytes as they came.
struct Request {
  Method method = Method::get;
  std::string target;             // as sent, for logs: never with decoded bytes
  std::vector<std::string> path;  // decoded segments of "/v1/orders/7": {"v1", "orders", "7"}
  Pairs query;
  Pairs params;  // what the route's {names} matched
  Headers headers;
  std::string body;
  std::shared_ptr<SpooledFile> file;  // the body instead, on routes that take files
  std::string peer;        // the caller's address, also behind a trusted proxy; "unix" for a local socket
  std::string request_id;  // echoed to the caller and passed to everything that is called
  bool is_tls = false;     // here, or at a trusted proxy before us
  // When all of it was here: its deadline counts from then, whatever it waits for.
  std::chrono::steady_clock::time_point received_at = std::chrono::steady_clock::now();
  int route = -1;                              // index of the matched route
  std::shared_ptr<const Principal> principal;  // null on open routes

  // The value of a path parameter that the route names; empty when it names none so.
  std::string_view param(std::string_view name) const;
};

// What goes back. Security headers, length, date and request id are added by the writer; a header set
// here replaces the writer's own of the same name.
struct Response {
  int status = 200;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string_view problem;  // the errc_name of a problem; empty for every other answer

  Response() = default;
  explicit Response(int status_in) : status(status_in) {}
  Response(int status_in, std::string content_type_in, std::string body_in);
  Response& with(std::string name, std::string value);
};

Response json_response(int status, const boost::json::value& value);
// `body` is JSON text already.
Response json_text_response(int status, std::string body);

}  // namespace bccid::http
