#include "tests/support/pg_gate.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <mutex>
#include <regex>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace bccid::test {

namespace asio = boost::asio;

namespace {

using Local = asio::local::stream_protocol;

constexpr const char* kSocketName = "/.s.PGSQL.5432";

std::string value_of(const std::string& dsn, const std::string& key) {
  std::smatch found;
  if (!std::regex_search(dsn, found, std::regex(key + "='?([^' ]+)'?"))) {
    throw std::runtime_error("no " + key + " in " + dsn);
  }
  return found[1];
}

}  // namespace

class PgGate::Impl {
 public:
  Impl(const std::string& listen_at, std::string server)
      : acceptor_(io_, Local::endpoint(listen_at)), server_(std::move(server)) {
    asio::co_spawn(io_, accept(), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Impl() {
    io_.stop();
    thread_.join();
  }

  void arm(const std::string& text, bool hang) {
    const std::scoped_lock lock(mutex_);
    text_ = text;
    hang_ = hang;
  }

 private:
  struct Session {
    explicit Session(asio::io_context& io, Local::socket accepted)
        : client(std::move(accepted)), server(io) {}
    Local::socket client;
    Local::socket server;
    bool swallowing = false;
    bool hanging = false;
  };
  using SessionPtr = std::shared_ptr<Session>;

  asio::awaitable<void> accept() {
    for (;;) {
      auto session = std::make_shared<Session>(io_, co_await acceptor_.async_accept(asio::use_awaitable));
      co_await session->server.async_connect(Local::endpoint(server_), asio::use_awaitable);
      asio::co_spawn(io_, to_server(session), asio::detached);
      asio::co_spawn(io_, to_client(session), asio::detached);
    }
  }

  // The mode takes effect once, for the first connection that says the text.
  void look(Session& session, std::string_view message) {
    const std::scoped_lock lock(mutex_);
    if (text_.empty() || message.find(text_) == std::string_view::npos) return;
    (hang_ ? session.hanging : session.swallowing) = true;
    text_.clear();
  }

  asio::awaitable<void> to_server(SessionPtr session) {
    std::array<char, 65536> buffer{};
    boost::system::error_code ignored;
    try {
      for (;;) {
        const std::size_t size =
            co_await session->client.async_read_some(asio::buffer(buffer), asio::use_awaitable);
        look(*session, {buffer.data(), size});
        if (session->hanging) continue;
        co_await asio::async_write(session->server, asio::buffer(buffer, size), asio::use_awaitable);
      }
    } catch (const boost::system::system_error&) {
      session->server.close(ignored);
    }
  }

  asio::awaitable<void> to_client(SessionPtr session) {
    std::array<char, 65536> buffer{};
    boost::system::error_code ignored;
    try {
      for (;;) {
        const std::size_t size =
            co_await session->server.async_read_some(asio::buffer(buffer), asio::use_awaitable);
        if (session->swallowing) break;
        if (session->hanging) continue;
        co_await asio::async_write(session->client, asio::buffer(buffer, size), asio::use_awaitable);
      }
    } catch (const boost::system::system_error&) {
      // Either side ended: the other must see it too.
    }
    session->client.close(ignored);
    session->server.close(ignored);
  }

  asio::io_context io_;
  Local::acceptor acceptor_;
  const std::string server_;
  std::mutex mutex_;
  std::string text_;
  bool hang_ = false;
  std::thread thread_;
};

PgGate::PgGate(const std::string& dsn)
    : dsn_(std::regex_replace(
          std::regex_replace(dsn, std::regex("host='?[^' ]+'?"), "host=" + folder_.path().string()),
          std::regex("port=[0-9]+"), "port=5432")),
      impl_(std::make_unique<Impl>(folder_.path().string() + kSocketName,
                                   value_of(dsn, "host") + "/.s.PGSQL." + value_of(dsn, "port"))) {}

PgGate::~PgGate() = default;

void PgGate::swallow_answer_to(const std::string& text) { impl_->arm(text, false); }

void PgGate::hang_at(const std::string& text) { impl_->arm(text, true); }

}  // namespace bccid::test
