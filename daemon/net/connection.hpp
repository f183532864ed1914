#pragma once

#include "base/result.hpp"
#include "net/address_filter.hpp"
#include "net/deadline_watch.hpp"
#include "net/origin.hpp"
#include "net/proxy.hpp"
#include "net/resolver.hpp"
#include "net/tls.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/intrusive/list.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace bccid::net {

using BusyHook = boost::intrusive::list_base_hook<boost::intrusive::tag<struct BusyTag>,
                                                  boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// One outgoing connection, plain or TLS, with the deadline of the request that it carries now.
class Connection final : public Watched, public BusyHook {
 public:
  // `tls` null: plain.
  Connection(const boost::asio::any_io_executor& executor, TlsContext tls);

  // Tries the addresses in turn until one is connected and, for TLS, verified. With `proxy` they are the
  // proxy's, and a tunnel through it leads to `origin`. Errors: unavailable, forbidden (the peer is not who
  // we connected to).
  boost::asio::awaitable<Status> open(const Origin& origin, const Addresses& addresses,
                                      const AddressFilter& filter, const Proxy* proxy = nullptr);

  boost::asio::awaitable<std::size_t> write(std::string_view bytes, boost::system::error_code& error);
  // Reads into the free end of `buffer`.
  boost::asio::awaitable<std::size_t> read(char* into, std::size_t size, boost::system::error_code& error);

  // Starts and ends the service of one request.
  void begin(Steady::time_point deadline);
  void end();
  // Stops whatever is going on; the operation under way fails.
  void cut();
  bool was_cut() const { return cut_; }

  // False when the peer has closed, or sent what nobody asked for.
  bool still_quiet();
  void note_reply_byte() { reply_byte_ = true; }
  bool any_reply_byte() const { return reply_byte_; }
  void set_reusable(bool reusable) { reusable_ = reusable; }
  bool reusable() const { return reusable_ && !cut_; }

  Steady::time_point idle_since{};

 private:
  void on_deadline() override { cut(); }
  boost::asio::awaitable<Status> connect_one(const boost::asio::ip::tcp::endpoint& to,
                                             const AddressFilter& filter);
  boost::asio::awaitable<Status> tunnel(const Origin& origin, const Proxy& proxy);
  boost::asio::awaitable<Status> handshake(const Origin& origin);

  TlsContext context_;
  boost::asio::ip::tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
  bool cut_ = false;
  bool reply_byte_ = false;
  bool reusable_ = false;
};

}  // namespace bccid::net
