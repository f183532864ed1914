#pragma once

#include "tests/support/pg_cluster.hpp"

#include <memory>
#include <string>

namespace bccid::test {

// Stands between a client and PostgreSQL on Unix sockets and breaks what it is told to.
class PgGate {
 public:
  // `dsn` in the form host=... port=... and more.
  explicit PgGate(const std::string& dsn);
  ~PgGate();
  PgGate(const PgGate&) = delete;
  PgGate& operator=(const PgGate&) = delete;

  // The same database, through the gate.
  const std::string& dsn() const { return dsn_; }

  // The next message that holds `text` still reaches the server; its answer does not come back: the
  // connection breaks instead.
  void swallow_answer_to(const std::string& text);
  // The next message that holds `text` and all after it on that connection vanish without a sign.
  void hang_at(const std::string& text);

 private:
  class Impl;
  TestFolder folder_;
  std::string dsn_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bccid::test
