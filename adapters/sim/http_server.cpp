#include "adapters/sim/http_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <sstream>

namespace bccid::sim {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

constexpr std::size_t kConnectionsMax = 2'000;
constexpr std::uint64_t kBodyBytesMax = 4 * 1024 * 1024;
constexpr std::chrono::seconds kIdleMax{300};
constexpr std::chrono::seconds kHangMax{120};
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);

std::string_view value_of(const std::vector<std::pair<std::string, std::string>>& pairs,
                          std::string_view name) {
  for (const auto& [key, value] : pairs)
    if (key == name) return value;
  return {};
}

std::string text_of(beast::string_view text) { return {text.data(), text.size()}; }

// Nothing when the target is no path.
std::optional<Call> call_of(http::request<http::string_body>& request) {
  const auto target = boost::urls::parse_origin_form(request.target());
  if (!target) return std::nullopt;
  Call call;
  call.method = text_of(request.method_string());
  call.path = target->path();
  for (const auto& parameter : target->params()) call.query.emplace_back(parameter.key, parameter.value);
  for (const auto& field : request) {
    std::string name = text_of(field.name_string());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    call.headers.emplace_back(std::move(name), text_of(field.value()));
  }
  call.body = std::move(request.body());
  return call;
}

http::response<http::string_body> response_of(Answer answer, bool keep_alive) {
  http::response<http::string_body> response;
  response.version(11);
  response.result(static_cast<unsigned>(answer.status));
  response.set(http::field::content_type, answer.content_type);
  for (const auto& [name, value] : answer.headers) response.set(name, value);
  response.body() = std::move(answer.body);
  response.keep_alive(keep_alive);
  response.prepare_payload();
  return response;
}

// Counts the open connections, whatever way they end.
class OpenConnection {
 public:
  explicit OpenConnection(std::shared_ptr<std::size_t> count) : count_(std::move(count)) { ++*count_; }
  OpenConnection(const OpenConnection&) = delete;
  OpenConnection& operator=(const OpenConnection&) = delete;
  ~OpenConnection() { --*count_; }

 private:
  std::shared_ptr<std::size_t> count_;
};

// Waits until the peer closes; what it still sends is thrown away.
asio::awaitable<void> hang(beast::tcp_stream& stream) {
  stream.expires_after(kHangMax);
  std::array<char, 512> ignored{};
  for (;;) {
    const auto [error, size] = co_await stream.async_read_some(asio::buffer(ignored), kTuple);
    if (error || size == 0) co_return;
  }
}

void tear_down(beast::tcp_stream& stream) {
  boost::system::error_code ignored;
  stream.socket().set_option(asio::socket_base::linger(true, 0), ignored);  // RST instead of FIN
  stream.socket().close(ignored);
}

asio::awaitable<void> send_half(beast::tcp_stream& stream,
                                const http::response<http::string_body>& response) {
  std::ostringstream printed;
  printed << response;
  std::string bytes = printed.str();
  bytes.resize(bytes.size() - bytes.size() / 4);  // the head is whole, the body is not
  co_await asio::async_write(stream, asio::buffer(bytes), kTuple);
  boost::system::error_code ignored;
  stream.socket().shutdown(Tcp::socket::shutdown_both, ignored);
}

}  // namespace

std::string_view Call::header(std::string_view name) const { return value_of(headers, name); }
std::string_view Call::parameter(std::string_view name) const { return value_of(query, name); }

HttpServer::HttpServer(const asio::any_io_executor& executor, const Tcp::endpoint& address, Handler handler)
    : acceptor_(executor, address, true), handler_(std::move(handler)) {}

void HttpServer::run() { asio::co_spawn(acceptor_.get_executor(), accept_loop(), asio::detached); }

asio::awaitable<void> HttpServer::accept_loop() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(kTuple);
    if (error == asio::error::operation_aborted) co_return;
    if (error || *open_ >= kConnectionsMax) continue;
    asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> HttpServer::serve(Tcp::socket socket) {
  const OpenConnection counted(open_);
  boost::system::error_code no_delay_error;
  socket.set_option(Tcp::no_delay(true), no_delay_error);
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer;
  for (;;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(kBodyBytesMax);
    stream.expires_after(kIdleMax);
    const auto [read_error, read_size] = co_await http::async_read(stream, buffer, parser, kTuple);
    if (read_error || read_size == 0) co_return;
    const bool keep_alive = parser.get().keep_alive();
    const auto call = call_of(parser.get());
    Answer answer = call ? handler_(*call) : Answer(400, "text/plain", "no path");
    if (answer.conduct == Conduct::hang) {
      co_await hang(stream);
      co_return;
    }
    if (answer.conduct == Conduct::reset) {
      tear_down(stream);
      co_return;
    }
    const bool is_cut = answer.conduct == Conduct::cut;
    auto response = response_of(std::move(answer), keep_alive);
    if (is_cut) {
      co_await send_half(stream, response);
      co_return;
    }
    const auto [write_error, write_size] = co_await http::async_write(stream, response, kTuple);
    if (write_error || write_size == 0 || !keep_alive) co_return;
  }
}

}  // namespace bccid::sim
