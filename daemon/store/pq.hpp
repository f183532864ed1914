#pragma once

#include "base/result.hpp"
#include "store/params.hpp"
#include "store/rows.hpp"

#include <chrono>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

// The only face of the PostgreSQL driver. Nothing of libpqxx shows above this header.
namespace bccid::sql {

// A named statement; define one `const sql::Query kName{"name", "SELECT ..."};` above its only user.
// It is prepared on each connection at its first use, and its name reaches the logs.
// Every Query adds itself to a list when the program starts, so that a test can prepare them all;
// therefore it cannot be constexpr and lives at namespace scope.
struct Query {
  Query(const char* name_in, const char* text_in) noexcept;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  const char* const name;
  const char* const text;
  const Query* const next;  // the one registered before, or null
};

// The head of the list of all statements linked into this program.
const Query* first_query() noexcept;

// What a worker must do about a failed statement.
enum class Trouble {
  refused,  // the database said no; the same again would be refused again
  retry,    // serialization failure or deadlock: the whole transaction may run again
  lost,     // the connection is gone or useless
};

// Thrown by every statement that fails; crosses a job untouched and becomes the Failure of Db::run.
class SqlError : public std::runtime_error {
 public:
  SqlError(Trouble trouble, Failure failure, std::string sqlstate, std::string server_text = {});

  Trouble trouble() const { return trouble_; }
  const Failure& failure() const { return failure_; }
  const std::string& sqlstate() const { return sqlstate_; }  // empty when the server did not speak
  // All that the server said. May hold values of rows: for a terminal, never for a client or a log.
  const std::string& server_text() const { return server_text_; }

 private:
  Trouble trouble_;
  Failure failure_;
  std::string sqlstate_;
  std::string server_text_;
};

// How one session is opened. What the DSN itself says wins over the first four.
struct SessionOptions {
  std::string dsn;
  std::string application_name = "bccid";
  std::chrono::seconds connect_timeout{3};  // for each host of the DSN
  std::chrono::milliseconds tcp_user_timeout{12'000};
  std::chrono::milliseconds statement_timeout{0};  // 0 is none
  std::chrono::milliseconds lock_timeout{0};
  std::chrono::milliseconds idle_in_transaction_timeout{0};
};

struct Notification {
  std::string channel;
  std::string payload;
};

// One session. Used by one thread at a time. Never reconnects by itself: a broken one is thrown away.
// Every member throws SqlError.
class Connection {
 public:
  explicit Connection(const SessionOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool usable() const;
  int socket() const;

  Rows exec(const Query& query, const Params& params = {});
  // Prepares a statement without running it.
  void prepare(const Query& query);
  // A statement made at run time, not kept prepared. `name` is for errors.
  Rows exec_once(const char* name, const std::string& text, const Params& params = {});
  // Statements without parameters, in one round trip; the result is the last one's. `name` is for errors.
  Rows script(const char* name, const std::string& text);

  void listen(const std::string& channel);
  // What has arrived; does not wait.
  std::vector<Notification> notifications();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The transaction that a job works in. Begun and ended by the facade, never by the job.
class Tx {
 public:
  // `statements_max`: more than that many throw std::logic_error.
  explicit Tx(Connection& connection, int statements_max = std::numeric_limits<int>::max())
      : connection_(connection), statements_left_(statements_max) {}
  Tx(const Tx&) = delete;
  Tx& operator=(const Tx&) = delete;

  Rows exec(const Query& query, const Params& params = {});
  // The number of rows that the statement touched.
  std::int64_t exec_count(const Query& query, const Params& params = {}) {
    return exec(query, params).affected();
  }

  // Runs a part of the transaction that may be refused without losing the rest (a savepoint, two round
  // trips more). Deadlocks, lost connections and our own errors still end the whole job.
  template <class F>
  Status attempt(F part) {
    savepoint();
    try {
      part(*this);
    } catch (const SqlError& error) {
      if (error.trouble() != Trouble::refused) throw;
      rollback_to_savepoint();
      return error.failure();
    }
    release_savepoint();
    return {};
  }

  // True after a statement failed: nothing but a rollback is left.
  bool spoiled() const { return spoiled_; }

 private:
  void savepoint();
  void rollback_to_savepoint();
  void release_savepoint();

  Connection& connection_;
  int statements_left_;
  bool spoiled_ = false;
};

}  // namespace bccid::sql
