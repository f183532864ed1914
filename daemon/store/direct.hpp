#pragma once

#include "store/pq.hpp"

#include <string>
#include <utility>

namespace bccid {

// One transaction on a connection of its own, for commands at a terminal. Blocks; never on the io thread.
// The body returns Result<T>; a Failure rolls back. Errors: what the body returns; what the server says.
template <class T, class F>
Result<T> run_directly(const std::string& dsn, F body) {
  try {
    sql::SessionOptions options;
    options.dsn = dsn;
    options.application_name = "bccid-command";
    sql::Connection connection(options);
    connection.script("begin", "BEGIN");
    sql::Tx tx(connection);
    Result<T> result = body(tx);
    connection.script("end", result ? "COMMIT" : "ROLLBACK");
    return result;
  } catch (const sql::SqlError& error) {
    return error.failure();
  }
}

}  // namespace bccid
