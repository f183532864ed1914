#include "store/pq.hpp"

#include "store/sqlstate.hpp"

#include <pqxx/pqxx>

#include <array>
#include <set>
#include <string_view>
#include <utility>

#if PQXX_VERSION_MAJOR < 7
#include <list>
#endif

// g++ and clang tell of the address sanitizer in two ways.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BCCID_ADDRESS_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define BCCID_ADDRESS_SANITIZER
#endif

#if defined(BCCID_ADDRESS_SANITIZER) && PQXX_VERSION_MAJOR < 7
// Version 6 leaks the one PGresult that it holds while it finds its connection lost; not ours to mend.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx\n"; }
#endif

// libpqxx 6.4 (Debian 12) and 7.10 (Debian 13) differ in how parameters are passed, statements executed,
// reconnection forbidden and notifications heard. Each difference is one function of this file.
namespace bccid::sql {

namespace {

const Query*& query_list() noexcept {
  static const Query* head = nullptr;
  return head;
}

#if PQXX_VERSION_MAJOR < 7

// Version 6 takes values of one form at a time, so they come in three runs.
struct DriverParams {
  std::vector<const char*> before;
  std::vector<pqxx::binarystring> arrays;
  std::vector<const char*> after;
};

DriverParams driver_params(const Params& params) {
  DriverParams made;
  made.arrays.reserve(params.values().size());
  for (const auto& value : params.values()) {
    if (!value.binary) {
      (made.arrays.empty() ? made.before : made.after).push_back(value.null ? nullptr : value.bytes.c_str());
    } else if (made.after.empty()) {
      made.arrays.emplace_back(value.bytes.data(), value.bytes.size());
    } else {
      throw std::logic_error("the arrays of a statement do not stand together");
    }
  }
  return made;
}

pqxx::result driver_exec(pqxx::transaction_base& tx, const char* name, const DriverParams& params) {
  using pqxx::prepare::make_dynamic_params;
  return tx.exec_prepared(name, make_dynamic_params(params.before), make_dynamic_params(params.arrays),
                          make_dynamic_params(params.after));
}

pqxx::result driver_exec_text(pqxx::transaction_base& tx, const std::string& text,
                              const DriverParams& params) {
  using pqxx::prepare::make_dynamic_params;
  return tx.exec_params(text, make_dynamic_params(params.before), make_dynamic_params(params.arrays),
                        make_dynamic_params(params.after));
}

void forbid_reconnecting(pqxx::connection& connection) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

class Receiver final : public pqxx::notification_receiver {
 public:
  Receiver(pqxx::connection& connection, const std::string& channel, std::vector<Notification>& heard)
      : pqxx::notification_receiver(connection, channel), heard_(heard) {}
  void operator()(const std::string& payload, int) override { heard_.push_back({channel(), payload}); }

 private:
  std::vector<Notification>& heard_;
};

#else

pqxx::params driver_params(const Params& params) {
  pqxx::params made;
  made.reserve(params.values().size());
  for (const auto& value : params.values()) {
    if (value.null) {
      made.append();
    } else if (value.binary) {
      made.append(
          pqxx::bytes_view(reinterpret_cast<const std::byte*>(value.bytes.data()), value.bytes.size()));
    } else {
      made.append(pqxx::zview(value.bytes));
    }
  }
  return made;
}

#if PQXX_VERSION_MINOR >= 10 || PQXX_VERSION_MAJOR > 7
pqxx::result driver_exec(pqxx::transaction_base& tx, const char* name, const pqxx::params& params) {
  return tx.exec(pqxx::prepped(name), params);
}

pqxx::result driver_exec_text(pqxx::transaction_base& tx, const std::string& text,
                              const pqxx::params& params) {
  return tx.exec(text, params);
}
#else
pqxx::result driver_exec(pqxx::transaction_base& tx, const char* name, const pqxx::params& params) {
  return tx.exec_prepared(name, params);
}

pqxx::result driver_exec_text(pqxx::transaction_base& tx, const std::string& text,
                              const pqxx::params& params) {
  return tx.exec_params(text, params);
}
#endif

void forbid_reconnecting(pqxx::connection&) {}  // version 7 never does

#endif

Rows copied(const pqxx::result& result) {
  const auto columns = static_cast<std::size_t>(result.columns());
  Rows rows(columns, static_cast<std::int64_t>(columns == 0 ? result.affected_rows() : result.size()));
  rows.reserve(static_cast<std::size_t>(result.size()), 0);
  for (const auto& row : result) {
    for (const auto& field : row) {
      if (field.is_null()) {
        rows.append_null();
      } else {
        rows.append({field.c_str(), field.size()});
      }
    }
  }
  return rows;
}

// Our defaults go before the DSN, whose own words then win; in a URI, after it and only when it is silent.
std::string connection_text(const SessionOptions& options) {
  const std::array<std::pair<std::string_view, std::string>, 7> defaults = {{
      {"connect_timeout", std::to_string(options.connect_timeout.count())},
      {"tcp_user_timeout", std::to_string(options.tcp_user_timeout.count())},
      {"keepalives_idle", "10"},
      {"keepalives_interval", "3"},
      {"keepalives_count", "3"},
      {"application_name", options.application_name},
      {"target_session_attrs", "read-write"},
  }};
  const bool uri = options.dsn.starts_with("postgresql://") || options.dsn.starts_with("postgres://");
  std::string text = uri ? options.dsn : std::string();
  for (const auto& [key, value] : defaults) {
    if (uri) {
      if (options.dsn.find(std::string(key) + "=") != std::string::npos) continue;
      text += (text.find('?') == std::string::npos ? '?' : '&') + std::string(key) + '=' + value;
    } else {
      text += std::string(key) + '=' + value + ' ';
    }
  }
  return uri ? text : text + options.dsn;
}

// Set once after connecting; the driver is kept from reconnecting, so they hold for the session's life.
std::string session_settings(const SessionOptions& options) {
  const auto ms = [](std::chrono::milliseconds span) { return std::to_string(span.count()); };
  return "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET client_min_messages = error;"
         " SET standard_conforming_strings = on; SET bytea_output = 'hex';"
         // Compiling a statement takes longer than any of ours runs: it is run over thousands of rows, and
         // the estimates of batches are high.
         " SET jit = off;"
         " SET statement_timeout = " +
         ms(options.statement_timeout) + "; SET lock_timeout = " + ms(options.lock_timeout) +
         "; SET idle_in_transaction_session_timeout = " + ms(options.idle_in_transaction_timeout);
}

void refuse_nul(const Params& params) {
  if (!params.holds_nul()) return;
  throw SqlError(Trouble::refused,
                 Failure(Errc::invalid_field, "a text holds a NUL byte", "Send text without NUL."), "22021");
}

}  // namespace

Query::Query(const char* name_in, const char* text_in) noexcept
    : name(name_in), text(text_in), next(std::exchange(query_list(), this)) {}

const Query* first_query() noexcept { return query_list(); }

SqlError::SqlError(Trouble trouble, Failure failure, std::string sqlstate, std::string server_text)
    : std::runtime_error(failure.text()),
      trouble_(trouble),
      failure_(std::move(failure)),
      sqlstate_(std::move(sqlstate)),
      server_text_(std::move(server_text)) {}

struct Connection::Impl {
  explicit Impl(const std::string& text) : session(text) {}

  // Runs one thing of the driver and translates all that it throws.
  template <class F>
  auto guarded(const char* statement, F action) {
    try {
      return action();
    } catch (const pqxx::deadlock_detected& error) {
      throw error_from_sqlstate("40P01", error.what(), statement);  // no sql_error in version 6
    } catch (const pqxx::serialization_failure& error) {
      throw error_from_sqlstate("40001", error.what(), statement);
    } catch (const pqxx::statement_completion_unknown& error) {
      throw error_from_sqlstate("40003", error.what(), statement);
    } catch (const pqxx::sql_error& error) {
      if (!session.is_open() && error.sqlstate().empty()) throw connection_lost(error.what());
      throw error_from_sqlstate(error.sqlstate(), error.what(), statement);
    } catch (const pqxx::broken_connection& error) {
      throw connection_lost(error.what());
    } catch (const pqxx::failure& error) {
      if (!session.is_open()) throw connection_lost(error.what());
      throw SqlError(Trouble::lost, Failure(Errc::internal, "the database driver failed"), "", error.what());
    }
  }

  pqxx::connection session;
  std::set<const Query*> prepared;
  std::vector<Notification> heard;
#if PQXX_VERSION_MAJOR < 7
  std::list<Receiver> receivers;
#endif
};

Connection::Connection(const SessionOptions& options) {
  try {
    impl_ = std::make_unique<Impl>(connection_text(options));
  } catch (const pqxx::failure& error) {
    throw connection_lost(error.what());
  }
  forbid_reconnecting(impl_->session);
  script("session_settings", session_settings(options));
}

Connection::~Connection() = default;

bool Connection::usable() const { return impl_->session.is_open(); }

int Connection::socket() const { return impl_->session.sock(); }

void Connection::prepare(const Query& query) {
  if (!impl_->prepared.insert(&query).second) return;
  try {
    impl_->guarded(query.name, [&] {
      impl_->session.prepare(query.name, query.text);
#if PQXX_VERSION_MAJOR < 7
      // Version 6 would otherwise wait for the first use.
      impl_->session.prepare_now(query.name);
#endif
    });
  } catch (const SqlError&) {
    impl_->prepared.erase(&query);
    throw;
  }
}

Rows Connection::exec(const Query& query, const Params& params) {
  refuse_nul(params);
  prepare(query);
  return impl_->guarded(query.name, [&] {
    pqxx::nontransaction tx(impl_->session);
    return copied(driver_exec(tx, query.name, driver_params(params)));
  });
}

Rows Connection::exec_once(const char* name, const std::string& text, const Params& params) {
  refuse_nul(params);
  return impl_->guarded(name, [&] {
    pqxx::nontransaction tx(impl_->session);
    return copied(driver_exec_text(tx, text, driver_params(params)));
  });
}

Rows Connection::script(const char* name, const std::string& text) {
  return impl_->guarded(name, [&] {
    pqxx::nontransaction tx(impl_->session);
    return copied(tx.exec(text));
  });
}

void Connection::listen(const std::string& channel) {
  impl_->guarded("listen", [&] {
#if PQXX_VERSION_MAJOR < 7
    impl_->receivers.emplace_back(impl_->session, channel, impl_->heard);
#else
    impl_->session.listen(channel, [heard = &impl_->heard](pqxx::notification arrived) {
      heard->push_back({std::string(arrived.channel), std::string(arrived.payload)});
    });
#endif
  });
}

std::vector<Notification> Connection::notifications() {
  return impl_->guarded("notifications", [&] {
    impl_->session.get_notifs();
    return std::exchange(impl_->heard, {});
  });
}

Rows Tx::exec(const Query& query, const Params& params) {
  if (spoiled_) throw std::logic_error("a statement after one that failed");
  if (statements_left_-- == 0) throw std::logic_error("more statements than the mode allows");
  try {
    return connection_.exec(query, params);
  } catch (const SqlError&) {
    spoiled_ = true;
    throw;
  }
}

void Tx::savepoint() { connection_.script("savepoint", "SAVEPOINT part"); }

void Tx::rollback_to_savepoint() {
  connection_.script("savepoint", "ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part");
  spoiled_ = false;
}

void Tx::release_savepoint() { connection_.script("savepoint", "RELEASE SAVEPOINT part"); }

}  // namespace bccid::sql
