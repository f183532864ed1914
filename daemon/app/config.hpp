#pragma once

#include "adapters/blocks.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::app {

// A secret that came from a file or from a systemd credential. Never printed.
struct Secret {
  std::string file;   // where it was read from; empty when there is none
  std::string value;  // without the line end that editors add
};

struct DatabaseConfig {
  std::string dsn;
  Secret password;
  std::size_t interactive_workers = 0;
  std::size_t background_workers = 0;
  std::size_t queue_max = 0;
  std::chrono::milliseconds queue_wait{};
  std::chrono::milliseconds statement_timeout{};
  std::chrono::milliseconds lock_timeout{};
  std::chrono::milliseconds connect_timeout{};
  std::chrono::milliseconds idle_in_transaction_timeout{};
  std::chrono::milliseconds tcp_user_timeout{};
};

struct HttpConfig {
  std::vector<std::string> listen;  // each readable by http::parse_bind_address
  std::string admin_listen;         // the same; loopback or a unix socket
  std::string tls_certificate;
  Secret tls_key;
  std::vector<std::string> hosts;
  std::vector<std::string> trusted_proxies;  // each readable by http::TrustedProxies::parse
  std::chrono::milliseconds header_timeout{};
  std::chrono::milliseconds idle_timeout{};
  std::chrono::milliseconds request_timeout{};
  std::size_t connections_max = 0;
  std::size_t connections_per_ip_max = 0;
  std::chrono::milliseconds token_lifetime{};
  std::chrono::milliseconds session_idle{};
  std::chrono::milliseconds session_max{};
  std::chrono::milliseconds auth_cache{};
};

struct ScanConfig {
  Duration batch_wait{};
  std::size_t batch_items_max = 0;
  std::size_t writers = 0;
};

struct OutboxConfig {
  std::chrono::milliseconds poll_interval{};
  std::chrono::milliseconds lease{};
  std::size_t batch = 0;
  std::size_t in_flight = 0;
  std::size_t per_target = 0;
  std::size_t attempts_max = 0;
  std::vector<std::chrono::seconds> retry_schedule;
  std::chrono::milliseconds webhook_disable_after{};
};

struct JobsConfig {
  bool enabled = true;
};

struct FeedConfig {
  std::chrono::milliseconds poll_interval{};
};

struct ReconConfig {
  std::size_t window_days = 0;
  std::size_t remit_hours = 0;
  std::size_t warn_hours = 0;
  std::size_t transfer_hours = 0;
  std::size_t tolerance_short = 0;
  std::size_t tolerance_over = 0;
  std::vector<std::string> payers;
  std::chrono::milliseconds import_timeout{};
};

struct LogConfig {
  std::string level;
  std::string format;
};

struct NetConfig {
  std::vector<std::string> allow_cidrs;  // each readable by net::parse_cidr
  bool plain_http = false;
  std::chrono::milliseconds timeout{};
};

// Addresses that agencies' systems subscribe by themselves (POST /v1/webhooks).
struct SubscriptionsConfig {
  Secret seal_key;           // none: no subscriptions
  Secret previous_seal_key;  // opens what was sealed before the key changed
  std::vector<std::string> allow_cidrs;
  std::vector<std::string> ports;
  std::size_t per_agency = 0;
};

struct ShutdownConfig {
  std::chrono::milliseconds drain{};
};

struct RetentionConfig {
  std::size_t events_months = 0;
  std::size_t exchanges_months = 0;
  std::size_t audit_months = 0;
  std::size_t outbox_days = 0;
  std::size_t idempotency_days = 0;
};

// The secrets of the way to a counterpart; what else there is to it stands in its block.
struct TransportSecrets {
  Secret client_key;
  Secret proxy_credentials;
};

// [[carrier]]: one account with a post. `block` is complete, its secret included.
struct CarrierConfig {
  std::size_t in_flight = 0;   // tries at a time; 0: as outbox.per_target
  std::size_t per_second = 0;  // tries that begin in a second; 0: no limit
  CarrierBlock block;
  TransportSecrets transport;
  std::string legal_name;  // as its documents say it; empty: the account's name
  Secret client_secret;
  std::string sign_in;
  std::string event_time_unit;
  std::chrono::milliseconds unknown_settle{};
  std::size_t waybills_low = 0;
  std::string creation;
  std::chrono::milliseconds look_ready{}, look_waiting{}, look_ended{}, look_keep{};
  std::size_t looks_in_flight = 0;
};

// [[onestop]]: one agency's dossier system. `block` is complete, its secret included.
struct OnestopConfig {
  std::size_t in_flight = 0;   // tries at a time; 0: as outbox.per_target
  std::size_t per_second = 0;  // tries that begin in a second; 0: no limit
  OnestopBlock block;
  TransportSecrets transport;
  Secret client_secret;
  std::string sign_in;
};

// [[portal]]: a system of the state that hears of dossiers beside their own one-stop system. `block` is
// complete, its secret included.
struct PortalConfig {
  PortalBlock block;
  TransportSecrets transport;
  Secret client_secret;
  std::string sign_in;
  std::vector<std::string> agencies;  // whose dossiers; empty: all
  std::size_t in_flight = 0;          // at a time; 0: as outbox.per_target says
  std::size_t per_second = 0;         // tries that begin in a second; 0: no limit
};

// [[citizen_db]]: who answers whether a recipient's data are right. `block` is complete, its secret included.
struct CitizenDbConfig {
  CitizenDbBlock block;
  TransportSecrets transport;
  Secret client_secret;
  std::string sign_in;
};

// [[webhook]]: one receiver of our events.
struct WebhookConfig {
  std::size_t in_flight = 0;   // tries at a time; 0: as outbox.per_target
  std::size_t per_second = 0;  // tries that begin in a second; 0: no limit
  std::string id;
  std::string url;
  Secret secret;
  Secret previous_secret;           // also signed with while the receiver changes over; usually none
  std::vector<std::string> events;  // empty: all
  std::string agency;               // empty: of all agencies
};

// [[payment_platform]]: whose daily files are imported.
struct PlatformConfig {
  PlatformBlock block;
};

// [[bank]]: one account whose statements are imported.
struct BankConfig {
  BankBlock block;
  std::string account;
  std::string agency;  // empty: of several agencies
};

// [[receipt_provider]]: who issues the electronic documents of one agency's receipts. `block` is complete,
// its secrets included.
struct ReceiptProviderConfig {
  std::size_t in_flight = 0;   // tries at a time; 0: as outbox.per_target
  std::size_t per_second = 0;  // tries that begin in a second; 0: no limit
  ReceiptProviderBlock block;
  TransportSecrets transport;
  Secret account_password;
  Secret password;
  std::chrono::milliseconds unknown_settle{};
};

// What the daemon runs with. Filled from the key table of config_table.cpp, in one place; nobody else
// looks a key up by its name.
struct Config {
  std::string province;
  std::string instance;
  std::string state_dir;
  DatabaseConfig database;
  HttpConfig http;
  ScanConfig scan;
  OutboxConfig outbox;
  JobsConfig jobs;
  FeedConfig feed;
  ReconConfig recon;
  LogConfig log;
  NetConfig net;
  SubscriptionsConfig subscriptions;
  ShutdownConfig shutdown;
  RetentionConfig retention;
  std::vector<CarrierConfig> carriers;
  std::vector<OnestopConfig> onestops;
  std::vector<PortalConfig> portals;
  std::vector<CitizenDbConfig> citizen_dbs;
  std::vector<WebhookConfig> webhooks;
  std::vector<BankConfig> banks;
  std::vector<PlatformConfig> platforms;
  std::vector<ReceiptProviderConfig> receipt_providers;
};

inline constexpr std::string_view kDefaultConfigFile = "/etc/bccid/bccid.toml";

struct ConfigSource {
  std::string file;               // named in every problem
  std::string credentials_dir;    // $CREDENTIALS_DIRECTORY; empty outside systemd
  bool database_required = true;  // false when the daemon brings its own (demo, --embedded)
  // False for commands that speak to nobody but the database: the daemon's credentials are the daemon's
  // alone.
  bool secrets_required = true;
};

struct ConfigProblem {
  std::string file;
  std::size_t line = 0;  // 0: the file as a whole, or a key that is not in it
  std::string key;
  std::string detail;
  std::string hint;

  // "bccid.toml:12: http.idle_timeout: ...\nHINT: ..."
  std::string text() const;
};

struct LoadedConfig {
  Config config;  // to be used only when there are no problems
  std::vector<ConfigProblem> problems;
  std::vector<ConfigProblem> warnings;

  bool ok() const { return problems.empty(); }
  // All problems in one Failure (config), for a caller that has no list to print.
  Failure failure() const;
};

// Reads `source.file`. A missing file is a problem.
LoadedConfig load_config(const ConfigSource& source);
// The same for a text that is not in a file; `source.file` is only its name.
LoadedConfig parse_config(std::string_view toml, const ConfigSource& source);

// Every key at its default, no blocks.
Config default_config();

// The effective configuration as TOML that can be read back; secrets show where they came from, never
// what they are.
std::string print_config(const Config& config);

// Every key with help, default, range and whether a reload takes it, as a TOML file to copy from.
std::string config_reference();

// Keys that differ and that a reload (SIGHUP) does not take, for the log line that says so.
std::vector<std::string> keys_needing_restart(const Config& running, const Config& wanted);

}  // namespace bccid::app
