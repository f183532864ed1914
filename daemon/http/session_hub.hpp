#pragma once

#include "http/application.hpp"
#include "http/guard.hpp"
#include "http/listener.hpp"
#include "http/wire.hpp"
#include "net/deadline_watch.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include <memory>
#include <string>
#include <unordered_map>

namespace bccid::http {

using SessionHook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<struct SessionTag>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class SessionHub;

// A place among the connections, held from accept to close.
class ConnectionTicket {
 public:
  ConnectionTicket(std::shared_ptr<SessionHub> hub, std::string peer);
  ~ConnectionTicket();
  ConnectionTicket(const ConnectionTicket&) = delete;
  ConnectionTicket& operator=(const ConnectionTicket&) = delete;

  SessionHub& hub() const { return *hub_; }
  const std::string& peer() const { return peer_; }

 private:
  std::shared_ptr<SessionHub> hub_;
  std::string peer_;
};

// What the hub and the deadline watch may do to a connection from outside its coroutine.
class SessionControl : public net::Watched, public SessionHook {
 public:
  enum class Phase { idle, receiving, handling, sending };

  explicit SessionControl(ConnectionTicket& ticket);

  // Ends a wait for a request that may never come; a request under way is not disturbed.
  void drain();
  void cut() { close_io(); }

 protected:
  void on_deadline() override;
  virtual void cancel_io() = 0;
  virtual void close_io() = 0;

  SessionHub& hub_;
  const std::string& peer_;
  Phase phase_ = Phase::idle;
  std::size_t served_ = 0;
  bool late_ = false;
};

// What all connections of one listener share. Used from the io thread only.
class SessionHub {
 public:
  SessionHub(const boost::asio::any_io_executor& executor, Application& application,
             const ListenerSettings& settings);

  // False when a connection more from that peer, or at all, would be over a cap. Loopback, unix
  // sockets and trusted proxies have no cap of their own.
  bool has_room(const std::string& peer) const;
  void enter(const std::string& peer);
  void leave(const std::string& peer);
  void watch_over(SessionControl& session);

  // Room for a body that is kept in memory; false when all bodies together would be too large.
  bool take_body_bytes(std::size_t bytes);
  void give_body_bytes(std::size_t bytes) { body_bytes_ -= bytes; }

  // Marks the end: idle connections close, the others after their answer.
  void drain();
  void cut_all();
  // Completes when no connection is left or `deadline` passes; true when none is left.
  boost::asio::awaitable<bool> wait_empty(net::Steady::time_point deadline);

  Application& application;
  ServerLimits limits;
  SpoolPlace spool;  // with an executor
  GuardRules rules;
  TrustedProxies proxies;
  std::function<void(const Request&, const Response&, std::chrono::microseconds)> on_answer;
  net::DeadlineWatch watch;
  RequestIds ids;
  HttpDate date;
  ListenerFigures figures;
  bool draining = false;

 private:
  boost::asio::steady_timer empty_;
  boost::intrusive::list<SessionControl, boost::intrusive::constant_time_size<false>,
                         boost::intrusive::base_hook<SessionHook>>
      sessions_;
  std::unordered_map<std::string, std::size_t> per_peer_;
  std::size_t body_bytes_ = 0;
};

}  // namespace bccid::http
