#include "http/listener.hpp"

#include "base/log.hpp"
#include "http/listen_socket.hpp"
#include "http/session.hpp"
#include "http/session_hub.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <optional>
#include <utility>

namespace bccid::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// Accepted in one go before other work gets its turn.
constexpr int kAcceptBurst = 64;
constexpr int kDrainBursts = 16;

constexpr std::string_view kBusyAnswer =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nCache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";

}  // namespace

class Listener::Impl : public std::enable_shared_from_this<Listener::Impl> {
 public:
  Impl(asio::io_context& io, Application& application, ListenerSettings settings)
      : io_(io),
        settings_(std::move(settings)),
        hub_(std::make_shared<SessionHub>(io.get_executor(), application, settings_)),
        backoff_(io) {}

  void start() {
    if (stopped_ || acceptor_) return;
    const int fd = settings_.inherited_fd >= 0 ? settings_.inherited_fd : open_listening(settings_.address);
    port_ = bound_port(fd);
    acceptor_.emplace(io_, fd);
    acceptor_->non_blocking(true);
    asio::co_spawn(io_, accept_loop(shared_from_this()), asio::detached);
    log::info("http_listening",
              {{"listener", settings_.name}, {"port", port_}, {"path", settings_.address.path}});
  }

  asio::awaitable<void> stop() {
    if (std::exchange(stopped_, true)) co_return;
    // What waits in the backlog was accepted by the kernel already: serve it rather than reset it.
    for (int i = 0; acceptor_ && i < kDrainBursts && accept_waiting(); ++i) continue;
    hub_->drain();
    close_acceptor();
    if (co_await hub_->wait_empty(net::Steady::now() + settings_.limits.drain)) co_return;
    log::warn("http_drain_cut", {{"listener", settings_.name}, {"connections", hub_->figures.open}});
    hub_->cut_all();
    co_await hub_->wait_empty(net::Steady::now() + settings_.limits.linger);
  }

  void abandon() {
    stopped_ = true;
    hub_->draining = true;
    close_acceptor();
    hub_->cut_all();
  }

  std::uint16_t port() const { return port_; }
  const ListenerFigures& figures() const { return hub_->figures; }

 private:
  static asio::awaitable<void> accept_loop(std::shared_ptr<Impl> self) {
    while (!self->stopped_) {
      error_code error;
      co_await self->acceptor_->async_wait(asio::posix::stream_descriptor::wait_read,
                                           asio::redirect_error(asio::use_awaitable, error));
      if (error || self->stopped_) co_return;
      if (self->accept_waiting()) continue;
      // Out of descriptors or memory: without a pause this loop would spin on the waiting connection.
      self->backoff_.expires_after(self->settings_.limits.accept_backoff);
      co_await self->backoff_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
  }

  // False when accepting failed for want of something, so that a pause is due.
  bool accept_waiting() {
    for (int i = 0; i < kAcceptBurst; ++i) {
      Accepted one = accept_one(acceptor_->native_handle());
      if (one.fd >= 0) {
        welcome(one);
        continue;
      }
      if (one.error == EAGAIN) return true;
      if (one.error == EINTR || one.error == ECONNABORTED || one.error == EPROTO) continue;
      complain(one.error);
      return false;
    }
    return true;
  }

  void complain(int code) {
    const auto now = net::Steady::now();
    if (now < complain_again_) return;
    complain_again_ = now + std::chrono::seconds(10);
    log::error("http_accept_failed",
               {{"listener", settings_.name},
                {"error", error_code(code, boost::system::system_category()).message()}});
  }

  void welcome(Accepted& one) {
    ++hub_->figures.accepted;
    ServerSocket socket(io_, asio::generic::stream_protocol(one.family, 0), one.fd);
    if (!hub_->has_room(one.peer)) {
      ++hub_->figures.turned_away;
      hub_->application.refused(-1, errc_name(Errc::overloaded));
      turn_away(socket);
      return;
    }
    net::TlsContext tls = settings_.tls ? settings_.tls() : nullptr;
    // A listener that was told to speak TLS never speaks plain, whatever happened to its certificate.
    if (settings_.tls && !tls) return;
    auto ticket = std::make_unique<ConnectionTicket>(hub_, std::move(one.peer));
    asio::co_spawn(io_, run_session(std::move(ticket), std::move(socket), std::move(tls)),
                   [](const std::exception_ptr& thrown) { report(thrown); });
  }

  static void report(const std::exception_ptr& thrown) {
    if (!thrown) return;
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      log::error("http_session_failed", {{"error", error.what()}});
    }
  }

  // Best effort: a new socket's send buffer takes this without waiting.
  void turn_away(ServerSocket& socket) {
    if (settings_.tls) return;
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.send(asio::buffer(kBusyAnswer.data(), kBusyAnswer.size()), 0, ignored);
    socket.shutdown(asio::socket_base::shutdown_send, ignored);
  }

  void close_acceptor() {
    error_code ignored;
    if (acceptor_) acceptor_->close(ignored);
    backoff_.cancel();
    if (settings_.inherited_fd < 0 && settings_.address.is_unix() && port_known())
      remove_socket(settings_.address);
  }

  bool port_known() const { return acceptor_.has_value(); }

  asio::io_context& io_;
  ListenerSettings settings_;
  std::shared_ptr<SessionHub> hub_;
  asio::steady_timer backoff_;
  std::optional<asio::posix::stream_descriptor> acceptor_;
  std::uint16_t port_ = 0;
  bool stopped_ = false;
  net::Steady::time_point complain_again_{};
};

Listener::Listener(asio::io_context& io, Application& application, ListenerSettings settings)
    : impl_(std::make_shared<Impl>(io, application, std::move(settings))) {}

Listener::~Listener() { impl_->abandon(); }

asio::awaitable<void> Listener::start() {
  impl_->start();
  co_return;
}

asio::awaitable<void> Listener::stop() { return impl_->stop(); }

std::uint16_t Listener::port() const { return impl_->port(); }

ListenerFigures Listener::figures() const { return impl_->figures(); }

}  // namespace bccid::http
