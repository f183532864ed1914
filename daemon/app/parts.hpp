#pragma once

#include "app/admin.hpp"
#include "app/config.hpp"
#include "app/counterparts.hpp"
#include "app/metrics.hpp"
#include "flow/exchange_book.hpp"
#include "flow/scan_gate.hpp"
#include "http/api.hpp"
#include "http/listener.hpp"
#include "http/refusals.hpp"
#include "http/token_cache.hpp"
#include "jobs/exchange_writer.hpp"
#include "jobs/housekeeper.hpp"
#include "jobs/order_looker.hpp"
#include "jobs/outbox_sender.hpp"
#include "net/https_client.hpp"
#include "net/tls.hpp"
#include "store/db.hpp"
#include "store/notify_listener.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace bccid::app {

// Every part of the running daemon, built from the configuration and wired by hand. Members stand in the
// order in which they depend on each other, so destruction is safe in reverse.
class Parts {
 public:
  // Throws std::runtime_error, with a text for the operator, when a part cannot be built.
  Parts(boost::asio::io_context& io, const Config& config, const std::string& dsn);

  // In order of starting; stop them in reverse.
  const std::vector<Service*>& services() const { return services_; }
  Admin& admin() { return admin_; }
  net::ServerCertificate* certificate() { return certificate_.get(); }
  Db& db() { return db_; }
  // Those of them that wait for callers, counterparts or long statements; they may stop side by side.
  const std::vector<Service*>& outward() const { return outward_; }

  // Who is configured, written to the database once it is connected: subscribers, posts, one-stop systems.
  boost::asio::awaitable<Status> publish_counterparts();

 private:
  void listen_public(boost::asio::io_context& io, const Config& config);
  void listen_admin(boost::asio::io_context& io, const Config& config);
  void build_jobs(boost::asio::io_context& io, const Config& config, const std::string& dsn);
  void watch_figures();
  void watch_money();
  void watch_looks();
  std::function<void()> watch_post(const boost::asio::any_io_executor& executor, const Config& config,
                                   const CarrierAccount& account);

  SystemClock clock_;
  std::vector<WebhookConfig> webhooks_;
  Metrics metrics_;
  Db db_;
  Admin admin_;
  ExchangeBook book_;
  net::HttpsClient client_;
  net::HttpsClient subscription_client_;
  boost::asio::thread_pool cpu_;
  boost::asio::thread_pool disk_;
  std::filesystem::path uploads_;
  http::SecretQueue secrets_;
  http::PrintQueue prints_;
  std::shared_ptr<http::SignInThrottle> sign_ins_ = std::make_shared<http::SignInThrottle>();
  ScanGate scans_;
  http::TokenCache tokens_;
  http::Refusals refusals_;
  Counterparts counterparts_;
  ExchangeWriter writer_;
  http::Api api_;
  std::unique_ptr<http::Router<http::Api>> public_router_;
  std::unique_ptr<http::Router<Admin>> admin_router_;
  std::unique_ptr<net::ServerCertificate> certificate_;
  std::vector<std::unique_ptr<http::Listener>> listeners_;
  std::vector<std::unique_ptr<Deliverer>> deliverers_;
  std::vector<std::unique_ptr<Service>> jobs_;
  OutboxSender* sender_ = nullptr;
  Housekeeper* housekeeper_ = nullptr;
  std::map<std::string, OrderLooker*> lookers_;  // by carrier
  std::vector<Service*> services_, outward_;
};

}  // namespace bccid::app
