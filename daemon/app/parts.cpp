#include "app/parts.hpp"

#include "flow/webhook_endpoints.hpp"

#include <stdexcept>

namespace bccid::app {
namespace {

DbConfig db_config(const Config& config, const std::string& dsn) {
  DbConfig db;
  db.dsn = dsn;
  db.application_name = config.instance.empty() ? "bccid" : config.instance;
  db.interactive_workers = static_cast<unsigned>(config.database.interactive_workers);
  db.background_workers = static_cast<unsigned>(config.database.background_workers);
  db.queue_max = config.database.queue_max;
  db.queue_wait_max = config.database.queue_wait;
  db.connect_timeout = std::chrono::ceil<std::chrono::seconds>(config.database.connect_timeout);
  db.tcp_user_timeout = config.database.tcp_user_timeout;
  db.interactive_statement_timeout = config.database.statement_timeout;
  db.lock_timeout = config.database.lock_timeout;
  db.idle_in_transaction_timeout = config.database.idle_in_transaction_timeout;
  return db;
}

net::HttpsClientSettings client_settings(const Config& config) {
  net::HttpsClientSettings settings;
  auto filter = net::AddressFilter::parse(config.net.allow_cidrs);
  if (!filter) throw std::runtime_error("net.allow_cidrs: " + filter.error().text());
  settings.filter = std::move(*filter);
  settings.plain_ok = config.net.plain_http;
  settings.user_agent = "bccid";
  return settings;
}

ScanGateConfig gate_config(const Config& config) {
  ScanGateConfig gate;
  gate.writers = config.scan.writers;
  gate.batch_items_max = config.scan.batch_items_max;
  gate.wait_max = config.scan.batch_wait;
  gate.deadline = config.http.request_timeout;
  return gate;
}

http::ApiSettings api_settings(const Config& config) {
  http::ApiSettings settings;
  settings.province = config.province;
  if (!config.carriers.empty()) settings.carrier = config.carriers.front().block.name;
  settings.request_timeout = config.http.request_timeout;
  settings.token_lifetime = config.http.token_lifetime;
  settings.session_lifetime = config.http.session_max;
  return settings;
}

http::ListenerSettings listener_settings(const Config& config, const std::string& address, std::string name) {
  auto bound = http::parse_bind_address(address);
  if (!bound) throw std::runtime_error(bound.error().text());
  http::ListenerSettings settings;
  settings.name = std::move(name);
  settings.address = std::move(*bound);
  settings.hosts = config.http.hosts;
  settings.limits.head_deadline = config.http.header_timeout;
  settings.limits.idle = config.http.idle_timeout;
  settings.limits.connections_max = config.http.connections_max;
  settings.limits.connections_per_peer_max = config.http.connections_per_ip_max;
  settings.limits.drain = config.shutdown.drain;
  return settings;
}

}  // namespace

Parts::Parts(boost::asio::io_context& io, const Config& config, const std::string& dsn)
    : webhooks_(config.webhooks),
      db_(db_config(config, dsn)),
      admin_{db_, metrics_},
      client_(io.get_executor(), client_settings(config)),
      cpu_(1),
      scans_(db_, clock_, gate_config(config)),
      tokens_(config.http.auth_cache),
      refusals_(io.get_executor(), db_, clock_),
      counterparts_(open_counterparts(config, client_, clock_)),
      api_{db_, scans_, clock_, tokens_, refusals_, cpu_, api_settings(config), {}, {}} {
  for (const auto& [agency, port] : counterparts_.onestops) api_.onestops[agency] = port.get();
  for (const auto& [account, port] : counterparts_.banks) api_.banks[account] = port.get();
  services_ = {&db_, &refusals_, &scans_};
  build_jobs(io, config, dsn);
  listen_admin(io, config);
  listen_public(io, config);
  watch_figures();
}

void Parts::listen_public(boost::asio::io_context& io, const Config& config) {
  public_router_ =
      std::make_unique<http::Router<http::Api>>(api_, http::api_routes(), http::api_authentication(api_));
  if (!config.http.tls_certificate.empty()) {
    certificate_ = std::make_unique<net::ServerCertificate>(config.http.tls_certificate, config.http.tls_key.file);
    if (const auto read = certificate_->reload(); !read) throw std::runtime_error(read.error().text());
  }
  for (const auto& address : config.http.listen) {
    auto settings = listener_settings(config, address, "public");
    if (certificate_ && !settings.address.is_unix()) settings.tls = [this] { return certificate_->current(); };
    settings.on_answer = [this](const http::Request&, int status, std::chrono::microseconds took) {
      metrics_.answered(status, took);
    };
    listeners_.push_back(std::make_unique<http::Listener>(io, *public_router_, std::move(settings)));
    services_.push_back(listeners_.back().get());
  }
}

void Parts::listen_admin(boost::asio::io_context& io, const Config& config) {
  if (config.http.admin_listen.empty()) return;
  admin_router_ = std::make_unique<http::Router<Admin>>(admin_, admin_routes(), http::Authentication{});
  auto settings = listener_settings(config, config.http.admin_listen, "admin");
  listeners_.push_back(std::make_unique<http::Listener>(io, *admin_router_, std::move(settings)));
  services_.push_back(listeners_.back().get());
}

boost::asio::awaitable<Status> Parts::publish_endpoints() {
  std::vector<WebhookEndpoint> endpoints;
  for (const auto& webhook : webhooks_)
    endpoints.push_back(WebhookEndpoint{webhook.id, webhook.url, webhook.agency, webhook.events});
  auto job = [&endpoints](sql::Tx& tx) { put_webhook_endpoints(tx, endpoints); };
  co_return co_await db_.run(Lane::background, deadline_in(std::chrono::seconds(10)), "webhook_put", std::move(job));
}

void Parts::watch_figures() {
  const auto number = [](auto read) {
    return [read]() { return static_cast<double>(read()); };
  };
  metrics_.watch("bccid_scans_total", "Scans taken into batches", true, number([this] { return scans_.figures().items; }));
  metrics_.watch("bccid_scan_batches_total", "Group commits of scans", true,
                 number([this] { return scans_.figures().batches; }));
  metrics_.watch("bccid_scans_waiting", "Scans that wait for a writer", false,
                 number([this] { return scans_.figures().waiting; }));
  metrics_.watch("bccid_refusals_total", "Refused inputs", true, number([this] { return refusals_.total(); }));
  metrics_.watch("bccid_db_jobs_total", "Finished database jobs", true,
                 number([this] { return db_.counters().jobs_done; }));
  metrics_.watch("bccid_db_jobs_failed_total", "Failed database jobs", true,
                 number([this] { return db_.counters().jobs_failed; }));
  metrics_.watch("bccid_db_waiting", "Jobs that wait for a connection", false, number([this] {
                   return db_.counters().interactive_waiting + db_.counters().background_waiting;
                 }));
  metrics_.watch("bccid_db_connections", "Open database connections", false,
                 number([this] { return db_.counters().connections; }));
  metrics_.watch("bccid_outbox_delivered_total", "Delivered messages", true,
                 number([this] { return sender_->figures().totals.delivered; }));
  metrics_.watch("bccid_outbox_retried_total", "Tries that failed and come again", true,
                 number([this] { return sender_->figures().totals.retried; }));
  metrics_.watch("bccid_outbox_dead_total", "Messages given up", true,
                 number([this] { return sender_->figures().totals.dead; }));
  metrics_.watch("bccid_outbox_in_flight", "Messages being sent", false,
                 number([this] { return sender_->figures().in_flight; }));
  metrics_.watch("bccid_outbox_breakers_open", "Counterparts that are not asked now", false,
                 number([this] { return sender_->figures().breakers_open; }));
}

}  // namespace bccid::app
