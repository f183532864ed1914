#include "net/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

namespace bccid::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

Failure not_connected(const asio::ip::tcp::endpoint& to, const error_code& error, bool late) {
  const std::string why = late ? "no answer in time" : error.message();
  return {Errc::unavailable,
          "no connection to " + to.address().to_string() + " port " + std::to_string(to.port()) + ": " + why,
          "Check that the counterpart is up and the firewall lets us through."};
}

}  // namespace

Connection::Connection(const asio::any_io_executor& executor, TlsContext tls)
    : context_(std::move(tls)), socket_(executor) {}

asio::awaitable<Status> Connection::open(const Origin& origin, const Addresses& addresses,
                                         const AddressFilter& filter, const Proxy* proxy) {
  const Origin& first = proxy == nullptr ? origin : proxy->origin;
  Status last = Failure(Errc::unavailable, "host \"" + first.host + "\" has no address", "Check the name.");
  for (const auto& address : addresses) {
    const asio::ip::tcp::endpoint to(address, first.port);
    last = co_await connect_one(to, filter);
    if (last || cut_ || last.error().code == Errc::forbidden) break;
  }
  if (last && proxy != nullptr) last = co_await tunnel(origin, *proxy);
  if (!last) co_return last;
  if (context_) last = co_await handshake(origin);
  co_return last;
}

asio::awaitable<Status> Connection::connect_one(const asio::ip::tcp::endpoint& to,
                                                const AddressFilter& filter) {
  error_code error;
  socket_.close(error);
  socket_.open(to.protocol(), error);
  if (error) co_return not_connected(to, error, false);
  socket_.set_option(asio::ip::tcp::no_delay(true), error);
  co_await socket_.async_connect(to, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return not_connected(to, error, cut_);
  const auto peer = socket_.remote_endpoint(error);
  if (error) co_return not_connected(to, error, cut_);
  if (peer.address() != to.address() || !filter.allows(peer.address()))
    co_return Failure(Errc::forbidden, "the connection went to another address than was checked",
                      "Look for a proxy or address translation in between.");
  co_return Status();
}

// The server speaks only when it is spoken to, so nothing may follow the head of the proxy's answer.
asio::awaitable<Status> Connection::tunnel(const Origin& origin, const Proxy& proxy) {
  constexpr std::size_t kHeadBytesMax = 8 * 1024;
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::string wish = tunnel_request(proxy, origin);
  error_code error;
  co_await write(wish, error);
  std::string head;
  std::array<char, 1024> piece{};
  while (!error && head.find(kEnd) == std::string::npos && head.size() < kHeadBytesMax) {
    const std::size_t got = co_await read(piece.data(), piece.size(), error);
    head.append(piece.data(), got);
  }
  const auto end = head.find(kEnd);
  if (cut_ || end == std::string::npos)
    co_return Failure(Errc::unavailable,
                      "proxy " + proxy.origin.host + " gave no answer " + (cut_ ? "in time" : "to CONNECT"),
                      "Check that the proxy is up and lets this daemon through.");
  const Status open = judge_tunnel_reply(head, proxy, origin);
  if (open && end + kEnd.size() != head.size())
    co_return Failure(Errc::unavailable, "proxy " + proxy.origin.host + " sent bytes that nobody asked for",
                      "Check that this address is an HTTP proxy that allows CONNECT.");
  co_return open;
}

asio::awaitable<Status> Connection::handshake(const Origin& origin) {
  tls_.emplace(socket_, *context_);
  error_code error;
  const auto literal = asio::ip::make_address(origin.host, error);
  static_cast<void>(literal);
  // Names go into SNI; addresses must not. (OpenSSL's macro for this is an old-style cast.)
  if (error)
    SSL_ctrl(tls_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(origin.host.c_str()));
  error.clear();
  tls_->set_verify_mode(asio::ssl::verify_peer, error);
  tls_->set_verify_callback(asio::ssl::host_name_verification(origin.host), error);
  co_await tls_->async_handshake(asio::ssl::stream_base::client,
                                 asio::redirect_error(asio::use_awaitable, error));
  if (!error) co_return Status();
  const long verdict = SSL_get_verify_result(tls_->native_handle());
  std::string why = cut_ ? "no answer in time" : error.message();
  if (verdict != X509_V_OK) why += std::string(" (") + X509_verify_cert_error_string(verdict) + ")";
  co_return Failure(Errc::unavailable, "no trusted TLS connection to \"" + origin.host + "\": " + why,
                    "Check the certificate's name, chain and dates.");
}

asio::awaitable<std::size_t> Connection::write(std::string_view bytes, error_code& error) {
  std::size_t sent = 0;
  while (sent < bytes.size() && !error) {
    const asio::const_buffer rest(bytes.data() + sent, bytes.size() - sent);
    if (tls_)
      sent += co_await tls_->async_write_some(rest, asio::redirect_error(asio::use_awaitable, error));
    else
      sent += co_await socket_.async_write_some(rest, asio::redirect_error(asio::use_awaitable, error));
  }
  co_return sent;
}

asio::awaitable<std::size_t> Connection::read(char* into, std::size_t size, error_code& error) {
  const asio::mutable_buffer room(into, size);
  if (tls_) return tls_->async_read_some(room, asio::redirect_error(asio::use_awaitable, error));
  return socket_.async_read_some(room, asio::redirect_error(asio::use_awaitable, error));
}

void Connection::begin(Steady::time_point deadline) {
  reply_byte_ = false;
  reusable_ = false;
  arm(deadline);
}

void Connection::end() {
  disarm();
  if (Watched::is_linked()) Watched::unlink();
  if (BusyHook::is_linked()) BusyHook::unlink();
}

void Connection::cut() {
  cut_ = true;
  error_code ignored;
  socket_.close(ignored);
}

bool Connection::still_quiet() {
  char byte = 0;
  const auto got = recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN);
}

}  // namespace bccid::net
