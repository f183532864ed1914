#include "net/https_client.hpp"

#include "net/connection_pool.hpp"
#include "net/exchange.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <stdexcept>

namespace bccid::net {

namespace asio = boost::asio;

HttpRequest::HttpRequest(Verb verb_in, Url url_in, std::string body_in, std::string content_type_in)
    : verb(verb_in),
      url(std::move(url_in)),
      content_type(std::move(content_type_in)),
      body(std::move(body_in)) {}

HttpRequest& HttpRequest::header(std::string name, std::string value) {
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

std::string_view HttpReply::header(std::string_view name) const {
  const auto same = [&](const auto& field) {
    return std::equal(field.first.begin(), field.first.end(), name.begin(), name.end(), [](char a, char b) {
      const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
      return lower(a) == lower(b);
    });
  };
  const auto found = std::find_if(headers.begin(), headers.end(), same);
  return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

class HttpsClient::Impl : public std::enable_shared_from_this<HttpsClient::Impl> {
 public:
  Impl(asio::any_io_executor executor, HttpsClientSettings settings, std::unique_ptr<Resolver> resolver)
      : executor_(std::move(executor)),
        settings_(std::move(settings)),
        resolver_(resolver ? std::move(resolver) : system_resolver(executor_)),
        watch_(executor_, settings_.tick),
        pool_(settings_.idle_per_origin_max, settings_.idle_max, settings_.idle_max_age) {
    if (settings_.tls) return;
    auto made = client_tls();
    if (!made) throw std::runtime_error(made.error().text());
    settings_.tls = std::move(*made);
  }

  asio::awaitable<Result<HttpReply>> send(const HttpRequest& request) {
    const auto alive = shared_from_this();
    const auto began = Steady::now();
    auto reply = co_await send_unseen(request);
    if (observer_)
      observer_(request, reply, std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - began));
    co_return reply;
  }

  void observe(CallObserver observer) { observer_ = std::move(observer); }

  void close() {
    pool_.clear();
    for (auto& one : busy_) one.cut();
  }

  HttpsClientFigures figures() const {
    HttpsClientFigures out = figures_;
    out.idle = pool_.size();
    return out;
  }

 private:
  asio::awaitable<Result<HttpReply>> send_unseen(const HttpRequest& request) {
    ++figures_.requests;
    Result<std::string> head = request_head(request, settings_.user_agent);
    if (!head) co_return head.error();
    if (!request.url.origin.tls && !settings_.plain_ok)
      co_return Failure(Errc::forbidden, "plain http to \"" + request.url.origin.host + "\" is refused",
                        "Use https.");
    const auto deadline = Steady::now() + request.deadline;
    const std::string key = request.url.origin.to_text();
    if (auto kept = pool_.take(key)) {
      adopt(*kept, deadline);
      Result<HttpReply> reply = co_await exchange(*kept, request, *head);
      if (reply || !replayable(*kept, request)) co_return give_back(key, std::move(kept), std::move(reply));
      ++figures_.replays;
    }
    co_return co_await send_fresh(request, key, *head, deadline);
  }

  asio::awaitable<Result<HttpReply>> send_fresh(const HttpRequest& request, const std::string& key,
                                                const std::string& head, Steady::time_point deadline) {
    auto fresh = std::make_unique<Connection>(executor_, request.url.origin.tls ? settings_.tls : nullptr);
    adopt(*fresh, deadline);
    const Status open = co_await connect(*fresh, request.url.origin, deadline);
    if (!open) co_return open.error();
    Result<HttpReply> reply = co_await exchange(*fresh, request, head);
    co_return give_back(key, std::move(fresh), std::move(reply));
  }

  void adopt(Connection& connection, Steady::time_point deadline) {
    connection.begin(deadline);
    watch_.add(connection);
    busy_.push_back(connection);
  }

  static bool replayable(const Connection& connection, const HttpRequest& request) {
    return request.idempotent_replay_ok && !connection.any_reply_byte() && !connection.was_cut() &&
           Steady::now() < connection.deadline();
  }

  Result<HttpReply> give_back(const std::string& key, std::unique_ptr<Connection> connection,
                              Result<HttpReply> reply) {
    connection->end();
    if (reply && connection->reusable()) pool_.put(key, std::move(connection));
    return reply;
  }

  asio::awaitable<Status> connect(Connection& connection, const Origin& origin, Steady::time_point deadline) {
    const Proxy* proxy = settings_.proxy ? &*settings_.proxy : nullptr;
    if (proxy != nullptr) {
      const Status allowed = check_literal(origin.host);
      if (!allowed) co_return allowed;
    }
    const std::string& host = proxy == nullptr ? origin.host : proxy->origin.host;
    Result<Addresses> found = co_await addresses_of(host, deadline);
    if (!found) co_return found.error();
    const Status allowed = check_addresses(host, *found);
    if (!allowed) co_return allowed;
    ++figures_.connections_opened;
    const Status open = co_await connection.open(origin, *found, settings_.filter, proxy);
    co_return open;
  }

  Status check_addresses(const std::string& host, const Addresses& found) {
    for (const auto& address : found) {
      if (settings_.filter.allows(address)) continue;
      ++figures_.addresses_refused;
      return Failure(
          Errc::forbidden,
          "host \"" + host + "\" has the address " + address.to_string() + ", which must not be connected to",
          "Use a public address, or let the operator allow its block.");
    }
    return {};
  }

  // An address that stands in the URL must not be reached around the filter by way of a proxy.
  Status check_literal(const std::string& host) {
    boost::system::error_code error;
    const auto literal = asio::ip::make_address(host, error);
    return error ? Status{} : check_addresses(host, Addresses(1, literal));
  }

  asio::awaitable<Result<Addresses>> addresses_of(const std::string& host, Steady::time_point deadline) {
    boost::system::error_code error;
    const auto literal = asio::ip::make_address(host, error);
    if (!error) co_return Addresses(1, literal);
    co_return co_await resolver_->resolve(host, deadline);
  }

  asio::any_io_executor executor_;
  HttpsClientSettings settings_;
  std::unique_ptr<Resolver> resolver_;
  DeadlineWatch watch_;
  ConnectionPool pool_;
  boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>,
                         boost::intrusive::base_hook<BusyHook>>
      busy_;
  HttpsClientFigures figures_;
  CallObserver observer_;
};

HttpsClient::HttpsClient(asio::any_io_executor executor, HttpsClientSettings settings,
                         std::unique_ptr<Resolver> resolver)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(settings), std::move(resolver))) {}

HttpsClient::~HttpsClient() { impl_->close(); }

asio::awaitable<Result<HttpReply>> HttpsClient::send(const HttpRequest& request) {
  return impl_->send(request);
}

void HttpsClient::observe(CallObserver observer) { impl_->observe(std::move(observer)); }

void HttpsClient::close() { impl_->close(); }

HttpsClientFigures HttpsClient::figures() const { return impl_->figures(); }

}  // namespace bccid::net
