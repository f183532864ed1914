#include "app/config_check.hpp"

#include "app/subscription_terms.hpp"

#include "adapters/list.hpp"
#include "app/config_value.hpp"
#include "base/text.hpp"
#include "http/listener.hpp"
#include "net/origin.hpp"
#include "net/proxy.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <utility>

namespace bccid::app {
namespace {

constexpr const char* kLeaseHint =
    "A send must end before its lease does, or two daemons send the same message.";

// True for a unix socket and for 127.0.0.0/8 and ::1. An unreadable address was refused before.
bool stays_here(const std::string& address) {
  const auto parsed = http::parse_bind_address(address);
  if (!parsed || parsed->is_unix()) return true;
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(parsed->host, error);
  return !error && ip.is_loopback();
}

bool fixed_address(const std::string& address) {
  const auto parsed = http::parse_bind_address(address);
  return parsed && (parsed->is_unix() || parsed->port != 0);
}

// "carrier#2.kind" as people know it: "carrier.kind".
std::string without_number(std::string key) {
  const auto mark = key.find('#');
  if (mark != std::string::npos) key.erase(mark, key.find('.', mark) - mark);
  return key;
}

class CrossCheck {
 public:
  CrossCheck(LoadedConfig& loaded, const ConfigSource& source, const ConfigLines& lines)
      : loaded_(loaded), c_(loaded.config), source_(source), lines_(lines) {}

  void run() {
    check_listeners();
    check_database();
    check_times();
    check_blocks();
  }

 private:
  ConfigProblem problem(const std::string& key, std::string detail, std::string hint) const {
    const auto line = lines_.find(key);
    return {source_.file, line == lines_.end() ? 0 : line->second, without_number(key), std::move(detail),
            std::move(hint)};
  }

  void refuse(const std::string& key, std::string detail, std::string hint) {
    loaded_.problems.push_back(problem(key, std::move(detail), std::move(hint)));
  }

  bool complained(const std::string& key) const {
    return std::any_of(loaded_.problems.begin(), loaded_.problems.end(),
                       [&](const ConfigProblem& p) { return p.key == key; });
  }

  void check_listeners() {
    const bool certificate = !c_.http.tls_certificate.empty();
    const bool key = !c_.http.tls_key.file.empty();
    const bool judged = complained("http.tls_certificate") || complained("http.tls_key_file");
    if (certificate && !key && !judged && source_.secrets_required)
      refuse("http.tls_certificate", "needs http.tls_key_file beside it",
             "Name the key's file, or give the systemd credential http.tls_key.");
    if (key && !certificate && !judged)
      refuse("http.tls_key_file", "needs http.tls_certificate beside it", "Name the certificate's file.");
    for (const auto& address : c_.http.listen) {
      if (!stays_here(address) && !certificate)
        refuse("http.listen", '"' + address + "\" is not loopback and there is no TLS certificate",
               "Set http.tls_certificate and http.tls_key_file, or listen on 127.0.0.1 behind a TLS proxy.");
      if (address == c_.http.admin_listen && fixed_address(address))
        refuse("http.admin_listen", '"' + address + "\" is also an address of http.listen",
               "Give the admin listener its own port.");
    }
    if (!stays_here(c_.http.admin_listen))
      refuse("http.admin_listen",
             '"' + c_.http.admin_listen + "\" is not loopback, and this listener is plain HTTP",
             "Listen on 127.0.0.1 or a unix socket, and let a local agent or proxy carry the metrics.");
  }

  void check_database() {
    if (c_.database.dsn.empty() && source_.database_required && !complained("database.dsn"))
      refuse("database.dsn", "is missing",
             "Write for example dsn = \"host=/run/postgresql dbname=bccid\" below [database], or start with "
             "--embedded.");
    if (has_password(c_.database.dsn))
      refuse("database.dsn", "carries a password",
             "Put the password into a file of mode 600 and name it in database.password_file.");
  }

  // "password=" in the keyword form, "user:secret@" in the URI form.
  static bool has_password(std::string_view dsn) {
    if (dsn.find("password=") != std::string_view::npos || dsn.find("password =") != std::string_view::npos)
      return true;
    const auto scheme = dsn.find("://");
    if (scheme == std::string_view::npos) return false;
    const auto authority = dsn.substr(scheme + 3, dsn.find_first_of("/?", scheme + 3) - scheme - 3);
    const auto at = authority.rfind('@');
    return at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos;
  }

  template <class Value>
  void at_most(const std::string& small_key, Value small, const std::string& large_key, Value large,
               const char* why) {
    if (small <= large || complained(without_number(small_key)) || complained(without_number(large_key)))
      return;
    const bool blame_small = lines_.contains(small_key) || !lines_.contains(large_key);
    refuse(blame_small ? small_key : large_key,
           blame_small ? "is greater than " + without_number(large_key)
                       : "is less than " + without_number(small_key),
           why);
  }

  void check_times() {
    at_most("database.lock_timeout", c_.database.lock_timeout, "database.statement_timeout",
            c_.database.statement_timeout,
            "A lock wait longer than the statement's own limit never ends as itself.");
    at_most("http.session_idle", c_.http.session_idle, "http.session_max", c_.http.session_max,
            "A session cannot be idle longer than it lives.");
    at_most("outbox.per_target", c_.outbox.per_target, "outbox.in_flight", c_.outbox.in_flight,
            "One receiver cannot have more messages on their way than all together.");
    at_most("net.timeout", c_.net.timeout, "outbox.lease", c_.outbox.lease, kLeaseHint);
    for (std::size_t i = 0; i < c_.carriers.size(); ++i)
      at_most(block_key("carrier", i, "timeout"), c_.carriers[i].block.endpoint.timeout, "outbox.lease",
              c_.outbox.lease, kLeaseHint);
    for (std::size_t i = 0; i < c_.onestops.size(); ++i)
      at_most(block_key("onestop", i, "timeout"), c_.onestops[i].block.endpoint.timeout, "outbox.lease",
              c_.outbox.lease, kLeaseHint);
    for (std::size_t i = 0; i < c_.portals.size(); ++i)
      at_most(block_key("portal", i, "timeout"), c_.portals[i].block.endpoint.timeout, "outbox.lease",
              c_.outbox.lease, kLeaseHint);
    for (std::size_t i = 0; i < c_.citizen_dbs.size(); ++i)
      at_most(block_key("citizen_db", i, "timeout"), c_.citizen_dbs[i].block.endpoint.timeout,
              "http.request_timeout", c_.http.request_timeout,
              "Who asks waits for the answer no longer than for any other request.");
    for (std::size_t i = 0; i < c_.receipt_providers.size(); ++i) {
      const auto& provider = c_.receipt_providers[i];
      at_most(block_key("receipt_provider", i, "timeout"), provider.block.timeout, "outbox.lease",
              c_.outbox.lease, kLeaseHint);
      at_most(block_key("receipt_provider", i, "timeout"), provider.block.timeout,
              block_key("receipt_provider", i, "unknown_settle"), provider.unknown_settle,
              "A request that is still on its way may make a document after the provider was asked for it.");
    }
  }

  void check_blocks() {
    for (std::size_t i = 0; i < c_.carriers.size(); ++i) {
      check_kind(block_key("carrier", i, "kind"), c_.carriers[i].block.kind, carrier_kinds());
      check_endpoint("carrier", i, c_.carriers[i]);
      if (const auto opened = open_remittance_file(c_.carriers[i].block); !opened)
        refuse(block_key("carrier", i, "remittance_mapping_file"), opened.error().detail,
               opened.error().hint);
    }
    for (std::size_t i = 0; i < c_.onestops.size(); ++i) {
      check_kind(block_key("onestop", i, "kind"), c_.onestops[i].block.kind, onestop_kinds());
      check_endpoint("onestop", i, c_.onestops[i]);
    }
    for (std::size_t i = 0; i < c_.portals.size(); ++i) {
      check_kind(block_key("portal", i, "kind"), c_.portals[i].block.kind, portal_kinds());
      check_endpoint("portal", i, c_.portals[i]);
    }
    for (std::size_t i = 0; i < c_.citizen_dbs.size(); ++i) {
      check_kind(block_key("citizen_db", i, "kind"), c_.citizen_dbs[i].block.kind, citizen_db_kinds());
      check_endpoint("citizen_db", i, c_.citizen_dbs[i]);
      if (i > 0)
        refuse(block_key("citizen_db", i, "name"), "is a second citizen database",
               "Keep the one that recipients are to be looked up in.");
    }
    for (std::size_t i = 0; i < c_.receipt_providers.size(); ++i) {
      const auto& block = c_.receipt_providers[i].block;
      check_kind(block_key("receipt_provider", i, "kind"), block.kind, receipt_provider_kinds());
      check_plain_url(block_key("receipt_provider", i, "service_url"), block.service_url);
      check_transport("receipt_provider", i, block.transport, c_.receipt_providers[i].transport);
    }
    for (std::size_t i = 0; i < c_.webhooks.size(); ++i) {
      check_plain_url(block_key("webhook", i, "url"), c_.webhooks[i].url);
      if (c_.webhooks[i].id.starts_with("sub-"))
        refuse(block_key("webhook", i, "id"), "begins with sub-, as the names of subscriptions do",
               "Choose another name.");
    }
    check_subscriptions();
    for (std::size_t i = 0; i < c_.banks.size(); ++i) {
      check_kind(block_key("bank", i, "kind"), c_.banks[i].block.kind, bank_kinds());
      check_mapping(block_key("bank", i, "mapping_file"), c_.banks[i].block);
    }
    for (std::size_t i = 0; i < c_.platforms.size(); ++i)
      check_kind(block_key("payment_platform", i, "kind"), c_.platforms[i].block.kind, platform_kinds());
  }

  void check_subscriptions() {
    if (const auto terms = subscription_terms(c_); !terms)
      refuse(terms.error().pointer, terms.error().detail, terms.error().hint);
  }

  template <class Counterpart>
  void check_endpoint(const char* block, std::size_t i, const Counterpart& counterpart) {
    const EndpointBlock& endpoint = counterpart.block.endpoint;
    check_plain_url(block_key(block, i, "base_url"), endpoint.base_url);
    check_plain_url(block_key(block, i, "token_url"), endpoint.token_url);
    check_transport(block, i, endpoint.transport, counterpart.transport);
    const std::string& sign_in = counterpart.sign_in;
    if (sign_in == "session" && counterpart.block.kind != "dvcqg")
      refuse(block_key(block, i, "sign_in"), "is \"session\", which only the kind dvcqg puts into its bodies",
             "Use basic, body, header or key_token.");
    if (sign_in == "header" || sign_in == "key_token" || !endpoint.client_id.empty()) return;
    refuse(block_key(block, i, "client_id"), "sign_in is \"" + sign_in + "\", which needs a client_id",
           "Set the id that the counterpart gave, or sign_in = \"header\" for a fixed secret in a header.");
  }

  void check_transport(const char* block, std::size_t i, const TransportBlock& transport,
                       const TransportSecrets& secrets) {
    const std::string certificate = block_key(block, i, "client_certificate_file");
    const bool key = !secrets.client_key.file.empty();
    if (transport.client_certificate_file.empty() == key && (key || source_.secrets_required))
      refuse(key ? block_key(block, i, "client_key_file") : certificate,
             key ? "needs client_certificate_file beside it" : "needs client_key_file beside it",
             "Mutual TLS takes a certificate and its key.");
    check_proxy(block_key(block, i, "proxy"), transport.proxy, secrets);
    if (!transport.legacy_tls) return;
    loaded_.warnings.push_back(
        problem(block_key(block, i, "legacy_tls"), "allows TLS that is known to be breakable",
                "Ask the counterpart for TLS 1.2, and take this away as soon as it has it."));
  }

  void check_proxy(const std::string& key, const std::string& url, const TransportSecrets& secrets) {
    if (url.empty()) return;
    if (const auto proxy = net::parse_proxy(url, secrets.proxy_credentials.value); !proxy)
      refuse(key, proxy.error().detail, proxy.error().hint);
  }

  void check_mapping(const std::string& key, const BankBlock& block) {
    if (block.mapping_file.empty() || block.name.empty() || block.kind != "bank_table") return;
    if (const auto opened = open_bank(block); !opened)
      refuse(key, opened.error().detail, opened.error().hint);
  }

  template <class Kinds>
  void check_kind(const std::string& key, const std::string& kind, const Kinds& kinds) {
    std::vector<std::string_view> known;
    for (const auto& entry : kinds) known.push_back(entry.kind);
    if (kind.empty() || std::find(known.begin(), known.end(), kind) != known.end()) return;
    const auto close = nearest(kind, known);
    std::string hint = close.empty() ? "" : "Did you mean \"" + std::string(close) + "\"? ";
    hint += "Known:";
    for (const auto name : known) hint += ' ' + std::string(name);
    refuse(key, '"' + shown(kind) + "\" is not an adapter of this daemon", hint + '.');
  }

  // Some counterparts are reached through a private network without TLS; the operator shall know.
  void check_plain_url(const std::string& key, const std::string& text) {
    const auto url = net::parse_url(text);
    if (!url || url->origin.tls) return;
    boost::system::error_code error;
    const auto ip = boost::asio::ip::make_address(url->origin.host, error);
    if (url->origin.host == "localhost" || (!error && ip.is_loopback())) return;
    loaded_.warnings.push_back(problem(key,
                                       "sends secrets and personal data without TLS to " + url->origin.host,
                                       "Use https, or make sure that the network in between is yours."));
  }

  LoadedConfig& loaded_;
  const Config& c_;
  const ConfigSource& source_;
  const ConfigLines& lines_;
};

}  // namespace

std::string block_key(std::string_view block, std::size_t number, std::string_view key) {
  return std::string(block) + '#' + std::to_string(number) + '.' + std::string(key);
}

void check_config(LoadedConfig& loaded, const ConfigSource& source, const ConfigLines& lines) {
  CrossCheck(loaded, source, lines).run();
}

}  // namespace bccid::app
