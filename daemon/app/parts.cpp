#include "app/parts.hpp"

#include "app/subscription_terms.hpp"
#include "base/log.hpp"
#include "flow/configured_counterparts.hpp"
#include "flow/webhook_subscribers.hpp"
#include "http/inbound_trace.hpp"
#include "jobs/carrier_deliverer.hpp"
#include "jobs/feed_poller.hpp"
#include "jobs/onestop_deliverer.hpp"
#include "jobs/portal_deliverer.hpp"
#include "jobs/receipt_deliverer.hpp"
#include "jobs/webhook_deliverer.hpp"

#include <algorithm>
#include <filesystem>
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

// Strangers choose where this one goes.
net::HttpsClientSettings subscription_client_settings(const Config& config) {
  auto settings = client_settings(config);
  settings.filter = subscription_terms(config).value().addresses.filter;
  return settings;
}

ScanGateConfig gate_config(const Config& config) {
  ScanGateConfig gate;
  gate.writers = config.scan.writers;
  gate.batch_items_max = config.scan.batch_items_max;
  gate.wait_max = config.scan.batch_wait;
  return gate;
}

ReconRules recon_rules(const Config& config) {
  return ReconRules{static_cast<int>(config.recon.window_days),
                    std::chrono::hours(static_cast<int>(config.recon.remit_hours)),
                    config.recon.payers,
                    std::chrono::hours(static_cast<int>(config.recon.warn_hours)),
                    Tolerance{Money(static_cast<std::int64_t>(config.recon.tolerance_short)),
                              Money(static_cast<std::int64_t>(config.recon.tolerance_over))},
                    std::chrono::hours(static_cast<int>(config.recon.transfer_hours))};
}

http::ApiSettings api_settings(const Config& config) {
  http::ApiSettings settings;
  settings.recon = recon_rules(config);
  settings.province = config.province;
  if (!config.carriers.empty()) settings.carrier = config.carriers.front().block.name;
  for (const auto& carrier : config.carriers)
    if (!carrier.legal_name.empty()) settings.carrier_names[carrier.block.name] = carrier.legal_name;
  settings.request_timeout = config.http.request_timeout;
  settings.import_timeout = config.recon.import_timeout;
  settings.token_lifetime = config.http.token_lifetime;
  settings.session_lifetime = config.http.session_max;
  settings.idle = IdleRule{config.http.session_idle, config.http.auth_cache};
  settings.subscriptions = subscription_terms(config).value();
  return settings;
}

// Files on their way in stand here without a name. Where a file system gives them one, a crash may leave it
// behind.
std::filesystem::path upload_directory(const Config& config) {
  const auto directory = std::filesystem::path(config.state_dir) / "uploads";
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error) std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  if (error)
    log::warn("no_uploads",
              {{"directory", directory.string()},
               {"error", error.message()},
               {"hint", "Statements cannot be imported. Set state_dir to a writable directory."}});
  for (const auto& left : std::filesystem::directory_iterator(directory, error))
    if (left.path().filename().string().starts_with("upload-")) std::filesystem::remove(left.path(), error);
  return directory;
}

http::ListenerSettings listener_settings(const Config& config, const std::string& address, std::string name) {
  auto bound = http::parse_bind_address(address);
  if (!bound) throw std::runtime_error(bound.error().text());
  http::ListenerSettings settings;
  settings.name = std::move(name);
  settings.address = std::move(*bound);
  settings.hosts = config.http.hosts;
  auto proxies = http::TrustedProxies::parse(config.http.trusted_proxies);
  if (!proxies) throw std::runtime_error("http.trusted_proxies: " + proxies.error().text());
  settings.proxies = std::move(*proxies);
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
      book_(clock_, counterpart_secrets(config)),
      client_(io.get_executor(), client_settings(config)),
      subscription_client_(io.get_executor(), subscription_client_settings(config)),
      cpu_(1),
      disk_(1),
      uploads_(upload_directory(config)),
      scans_(db_, clock_, gate_config(config)),
      tokens_(config.http.auth_cache),
      refusals_(io.get_executor(), db_, clock_),
      counterparts_(open_counterparts(config, io.get_executor(), client_, clock_)),
      writer_(io.get_executor(), db_, book_),
      api_{db_, scans_, clock_, tokens_, refusals_, cpu_, secrets_, prints_, sign_ins_, api_settings(config),
           {},  {}} {
  for (const auto& [agency, port] : counterparts_.onestops) api_.onestops[agency] = port.get();
  api_.citizens = counterparts_.citizens.get();
  for (const auto& [account, port] : counterparts_.banks) api_.banks[account] = port.get();
  for (const auto& [name, port] : counterparts_.platforms) api_.platforms[name] = port.get();
  for (const auto& carrier : counterparts_.carriers) {
    api_.remittance_files[carrier.name] = carrier.remittance_files.get();
    api_.carriers[carrier.name] = carrier.port.get();
  }
  const auto observer = [this](const net::HttpRequest& request, const Result<net::HttpReply>& reply,
                               std::chrono::microseconds took) { book_.note(request, reply, took); };
  client_.observe(observer);
  subscription_client_.observe(observer);
  for (const auto& client : counterparts_.clients) client->observe(observer);
  services_ = {&db_, &refusals_, &writer_, &scans_};
  build_jobs(io, config, dsn);
  listen_admin(io, config);
  listen_public(io, config);
  watch_figures();
}

void Parts::listen_public(boost::asio::io_context& io, const Config& config) {
  public_router_ = http::api_router(api_);
  if (!config.http.tls_certificate.empty()) {
    certificate_ =
        std::make_unique<net::ServerCertificate>(config.http.tls_certificate, config.http.tls_key.file);
    if (const auto read = certificate_->reload(); !read) throw std::runtime_error(read.error().text());
  }
  for (const auto& address : config.http.listen) {
    auto settings = listener_settings(config, address, "public");
    settings.spool = {uploads_, disk_.get_executor()};
    if (certificate_ && !settings.address.is_unix())
      settings.tls = [this] { return certificate_->current(); };
    settings.on_answer = [this](const http::Request& request, const http::Response& response,
                                std::chrono::microseconds took) {
      metrics_.answered(response.status, took);
      if (const auto call = http::inbound_call(*public_router_, request, response, took)) book_.note(*call);
    };
    listeners_.push_back(std::make_unique<http::Listener>(io, *public_router_, std::move(settings)));
    services_.push_back(listeners_.back().get());
    outward_.push_back(listeners_.back().get());
  }
}

void Parts::listen_admin(boost::asio::io_context& io, const Config& config) {
  if (config.http.admin_listen.empty()) return;
  admin_router_ = std::make_unique<http::Router<Admin>>(admin_, admin_routes(), http::Authentication{});
  auto settings = listener_settings(config, config.http.admin_listen, "admin");
  listeners_.push_back(std::make_unique<http::Listener>(io, *admin_router_, std::move(settings)));
  services_.push_back(listeners_.back().get());
  outward_.push_back(listeners_.back().get());
}

namespace {

net::RetryPolicy retry_policy(const Config& config) {
  net::RetryPolicy policy;
  policy.schedule = config.outbox.retry_schedule;
  // More attempts than waits: the last wait repeats.
  while (policy.schedule.size() < config.outbox.attempts_max)
    policy.schedule.push_back(policy.schedule.back());
  policy.schedule.resize(config.outbox.attempts_max);
  return policy;
}

// A counterpart that carries dossiers must not be given up on after a bad night: its messages are tried for
// as long as the schedule says, and a dead one is on the attention list.
OutboxSenderConfig sender_config(const Config& config) {
  OutboxSenderConfig sender;
  sender.claim_rows_max = config.outbox.batch;
  sender.in_flight_max = config.outbox.in_flight;
  sender.lease = config.outbox.lease;
  sender.heartbeat = config.outbox.lease / 3;
  sender.poll = config.outbox.poll_interval;
  sender.drain = std::min(sender.drain, config.shutdown.drain);
  return sender;
}

HousekeeperConfig housekeeper_config(const Config& config) {
  HousekeeperConfig chores;
  chores.recon = recon_rules(config);
  chores.attempts_max = static_cast<int>(config.outbox.attempts_max);
  chores.idempotency_keep = std::chrono::hours(24) * static_cast<int>(config.retention.idempotency_days);
  chores.outbox_keep_days = static_cast<int>(config.retention.outbox_days);
  chores.exchange_keep_days = 31 * static_cast<int>(config.retention.exchanges_months);
  chores.audit_keep_days = 31 * static_cast<int>(config.retention.audit_months);
  chores.parcel_event_keep_days = 31 * static_cast<int>(config.retention.events_months);
  return chores;
}

std::vector<WebhookEndpoint> webhook_endpoints(const Config& config) {
  std::vector<WebhookEndpoint> endpoints;
  for (const auto& webhook : config.webhooks) {
    auto url = net::parse_url(webhook.url);
    if (!url) throw std::runtime_error("[[webhook]] " + webhook.id + ": " + url.error().text());
    WebhookEndpoint endpoint{webhook.id, std::move(*url), {}};
    for (const auto* given : {&webhook.secret, &webhook.previous_secret}) {
      if (given->file.empty()) continue;
      auto secret = net::WebhookSecret::parse(given->value);
      if (!secret)
        throw std::runtime_error("[[webhook]] " + webhook.id + ": " + given->file + ": " +
                                 secret.error().text());
      endpoint.secrets.push_back(std::move(*secret));
    }
    endpoints.push_back(std::move(endpoint));
  }
  return endpoints;
}

}  // namespace

// How what the post knows is read: its feed, or order by order. Returns what makes that happen soon.
std::function<void()> Parts::watch_post(const boost::asio::any_io_executor& executor, const Config& config,
                                        const CarrierAccount& account) {
  if (account.port->abilities().feed) {
    FeedPollerConfig feed;
    feed.every = config.feed.poll_interval;
    auto poller = std::make_unique<FeedPoller>(executor, db_, clock_, *account.port, feed, &book_);
    auto wake = [poller = poller.get()] { poller->wake(); };
    jobs_.push_back(std::move(poller));
    return wake;
  }
  OrderLookerConfig looks;
  looks.in_flight_max = account.looks_in_flight;
  looks.pace = account.pace;
  // Two calls and the fetching of a token.
  looks.lease = std::max(looks.lease, 4 * account.timeout);
  auto looker = std::make_unique<OrderLooker>(executor, db_, clock_, *account.port, looks);
  auto wake = [looker = looker.get()] { looker->wake(); };
  lookers_[account.name] = looker.get();
  jobs_.push_back(std::move(looker));
  return wake;
}

void Parts::build_jobs(boost::asio::io_context& io, const Config& config, const std::string& dsn) {
  if (!config.jobs.enabled) return;
  const auto executor = io.get_executor();
  // First of the jobs, because the partitions of this month are there when it has started.
  auto housekeeper = std::make_unique<Housekeeper>(executor, db_, clock_, housekeeper_config(config));
  housekeeper_ = housekeeper.get();
  jobs_.push_back(std::move(housekeeper));
  CarrierDelivererConfig posts;
  for (const auto& account : counterparts_.carriers)
    posts.settle =
        std::max(posts.settle, std::chrono::duration_cast<std::chrono::milliseconds>(account.unknown_settle));
  if (counterparts_.carriers.size() == 1)
    posts.settle =
        std::chrono::duration_cast<std::chrono::milliseconds>(counterparts_.carriers.front().unknown_settle);
  auto carriers = std::make_unique<CarrierDeliverer>(db_, clock_, posts);
  auto onestops = std::make_unique<OnestopDeliverer>(db_, clock_);
  WebhookDelivererConfig posting;
  posting.timeout = config.net.timeout;
  posting.disable_after = config.outbox.webhook_disable_after;
  auto webhooks = std::make_unique<WebhookDeliverer>(
      db_, clock_, client_, posting, webhook_endpoints(config),
      SubscriptionDelivery{&subscription_client_, api_.settings.subscriptions});
  for (const auto& account : counterparts_.carriers)
    carriers->add(*account.port, watch_post(executor, config, account), account.waybills_low);
  for (const auto& [agency, port] : counterparts_.onestops) onestops->add(*port);
  auto portals = std::make_unique<PortalDeliverer>(db_, clock_);
  for (const auto& portal : counterparts_.portals) portals->add(*portal.port);
  auto receipts = std::make_unique<ReceiptDeliverer>(db_, clock_);
  for (const auto& provider : counterparts_.receipt_providers)
    receipts->add(*provider.port, provider.unknown_settle);
  const net::RetryPolicy policy = retry_policy(config);
  std::vector<TargetFamily> families{{"carrier:", carriers.get(), config.outbox.per_target, policy},
                                     {"onestop:", onestops.get(), config.outbox.per_target, policy},
                                     {"portal:", portals.get(), config.outbox.per_target, policy},
                                     {"receipt:", receipts.get(), config.outbox.per_target, policy},
                                     {"webhook:", webhooks.get(), config.outbox.per_target, policy}};
  for (auto& family : families) family.paces = target_paces(config);
  auto sender = std::make_unique<OutboxSender>(executor, db_, clock_, sender_config(config),
                                               std::move(families), &book_, config.instance);
  sender_ = sender.get();
  sql::SessionOptions session;
  session.dsn = dsn;
  session.application_name = "bccid-listen";
  auto bell = std::make_unique<NotifyListener>(executor, session);
  bell->on(kOutboxChannel, [this](const std::string&) { sender_->wake(); });
  bell->on(kLookChannel, [this](const std::string& carrier) {
    if (const auto looker = lookers_.find(carrier); looker != lookers_.end()) looker->second->wake();
  });
  jobs_.push_back(std::move(sender));
  jobs_.push_back(std::move(bell));
  deliverers_.push_back(std::move(carriers));
  deliverers_.push_back(std::move(onestops));
  deliverers_.push_back(std::move(portals));
  deliverers_.push_back(std::move(receipts));
  deliverers_.push_back(std::move(webhooks));
  for (const auto& job : jobs_) {
    services_.push_back(job.get());
    outward_.push_back(job.get());
  }
}

boost::asio::awaitable<Status> Parts::publish_counterparts() {
  std::vector<WebhookSubscriber> endpoints;
  for (const auto& webhook : webhooks_)
    endpoints.push_back(WebhookSubscriber{webhook.id, webhook.url, webhook.agency, webhook.events});
  std::vector<std::string> carriers, agencies, issuers;
  // Only feeds can fall silent; a post that is asked order by order is watched by its orders.
  for (const auto& account : counterparts_.carriers)
    if (account.port->abilities().feed) carriers.push_back(account.port->name());
  for (const auto& [agency, port] : counterparts_.onestops) agencies.push_back(port->agency());
  for (const auto& provider : counterparts_.receipt_providers) issuers.push_back(provider.port->issuer());
  std::vector<ConfiguredPortal> portals;
  for (const auto& portal : counterparts_.portals) portals.push_back({portal.port->name(), portal.agencies});
  auto job = [&endpoints, &carriers, &agencies, &issuers, &portals, now = clock_.now()](sql::Tx& tx) {
    put_webhook_subscribers(tx, endpoints);
    put_configured_carriers(tx, carriers, now);
    put_configured_onestops(tx, agencies);
    put_configured_portals(tx, portals);
    put_configured_receipt_providers(tx, issuers);
  };
  co_return co_await db_.run(Lane::background, deadline_in(std::chrono::seconds(10)), "counterparts_put",
                             std::move(job));
}

}  // namespace bccid::app
