#pragma once

#include "store/pq.hpp"

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace bccid::test {

// A session of its own, with transactions as the store's facade runs them.
class Session {
 public:
  explicit Session(const std::string& dsn) : connection_(options(dsn)) {}

  // Commits when `work` returns, but for a Result that failed; rolls back and passes on what it throws.
  template <class F>
  auto in_tx(F work) {
    connection_.script("begin", "BEGIN");
    sql::Tx tx(connection_);
    try {
      if constexpr (std::is_void_v<std::invoke_result_t<F&, sql::Tx&>>) {
        work(tx);
        connection_.script("commit", "COMMIT");
      } else {
        auto value = work(tx);
        connection_.script("end", failed(value) ? "ROLLBACK" : "COMMIT");
        return value;
      }
    } catch (...) {
      connection_.script("rollback", "ROLLBACK");
      throw;
    }
  }

  // The same, but for the end: nothing of it stays.
  template <class F>
  void in_tx_undone(F work) {
    connection_.script("begin", "BEGIN");
    sql::Tx tx(connection_);
    work(tx);
    connection_.script("rollback", "ROLLBACK");
  }

  void sql(const std::string& text) { connection_.script("test", text); }
  // As no command and no psql may: without the triggers that refuse it. For what only damage can bring about.
  void sql_past_guards(const std::string& text) {
    sql("BEGIN; SET LOCAL session_replication_role = replica; " + text + "; COMMIT");
  }
  std::int64_t number(const std::string& text) { return connection_.exec_once("test", text).front().i64(0); }
  std::string text(const std::string& query) { return connection_.exec_once("test", query).front().str(0); }
  // The SQLSTATE that the server answers, empty when it accepts.
  std::string refusal(const std::string& text) {
    try {
      sql(text);
      return {};
    } catch (const sql::SqlError& error) {
      connection_.script("rollback", "ROLLBACK");
      return error.sqlstate();
    }
  }
  // How many prepared statements this session has run so far.
  std::int64_t statements() {
    return number(
        "SELECT coalesce(sum(generic_plans + custom_plans), 0)::bigint FROM pg_prepared_statements");
  }

 private:
  template <class T>
  static bool failed(const T& value) {
    if constexpr (requires { value.has_error(); }) return value.has_error();
    return false;
  }
  static sql::SessionOptions options(const std::string& dsn) {
    sql::SessionOptions made;
    made.dsn = dsn;
    return made;
  }
  sql::Connection connection_;
};

}  // namespace bccid::test
