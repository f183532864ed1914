#include "http/session_hub.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace bccid::http {
namespace {

// A connection that was accepted just before the drain has a request on its way; a kept one has not.
constexpr std::chrono::milliseconds kFreshGrace{300};

std::vector<std::string> lower_case(std::vector<std::string> names) {
  for (auto& name : names)
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return names;
}

// A reverse proxy on this machine brings everybody's connections from one address; who else is on this
// machine needs no connections to do harm. The cap on all connections together holds for them too.
bool is_local(std::string_view peer) { return peer == "unix" || peer == "::1" || peer.starts_with("127."); }

}  // namespace

ConnectionTicket::ConnectionTicket(std::shared_ptr<SessionHub> hub, std::string peer)
    : hub_(std::move(hub)), peer_(std::move(peer)) {
  hub_->enter(peer_);
}

ConnectionTicket::~ConnectionTicket() { hub_->leave(peer_); }

SessionControl::SessionControl(ConnectionTicket& ticket) : hub_(ticket.hub()), peer_(ticket.peer()) {
  hub_.watch_over(*this);
}

void SessionControl::on_deadline() {
  late_ = true;
  ++hub_.figures.timeouts;
  if (phase_ == Phase::sending)
    close_io();
  else
    cancel_io();
}

void SessionControl::drain() {
  if (phase_ != Phase::idle) return;
  if (served_ == 0)
    arm(std::min(deadline(), net::Steady::now() + kFreshGrace));
  else
    cancel_io();
}

SessionHub::SessionHub(const boost::asio::any_io_executor& executor, Application& application_in,
                       const ListenerSettings& settings)
    : application(application_in),
      limits(settings.limits),
      spool(settings.spool),
      rules{settings.limits.header_bytes_max, settings.limits.header_fields_max,
            settings.limits.target_bytes_max, lower_case(settings.hosts)},
      proxies(settings.proxies),
      on_answer(settings.on_answer),
      watch(executor, settings.limits.tick),
      empty_(executor) {
  if (!spool.executor) spool.executor = executor;
}

bool SessionHub::has_room(const std::string& peer) const {
  if (figures.open >= limits.connections_max) return false;
  if (limits.connections_per_peer_max == 0 || is_local(peer) || proxies.trusts(peer)) return true;
  const auto found = per_peer_.find(peer);
  return found == per_peer_.end() || found->second < limits.connections_per_peer_max;
}

void SessionHub::enter(const std::string& peer) {
  ++per_peer_[peer];
  ++figures.open;
}

void SessionHub::watch_over(SessionControl& session) {
  sessions_.push_back(session);
  watch.add(session);
}

void SessionHub::leave(const std::string& peer) {
  --figures.open;
  const auto found = per_peer_.find(peer);
  if (found != per_peer_.end() && --found->second == 0) per_peer_.erase(found);
  if (figures.open == 0 && draining) empty_.cancel();
}

bool SessionHub::take_body_bytes(std::size_t bytes) {
  if (body_bytes_ + bytes > limits.body_bytes_in_flight_max) return false;
  body_bytes_ += bytes;
  return true;
}

void SessionHub::drain() {
  draining = true;
  for (auto& session : sessions_) session.drain();
}

void SessionHub::cut_all() {
  for (auto& session : sessions_) session.cut();
}

boost::asio::awaitable<bool> SessionHub::wait_empty(net::Steady::time_point deadline) {
  if (figures.open == 0) co_return true;
  boost::system::error_code ignored;
  empty_.expires_at(deadline);
  co_await empty_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  co_return figures.open == 0;
}

}  // namespace bccid::http
