#include "store/verify.hpp"

#include "base/text.hpp"
#include "store/pq.hpp"

namespace bccid {

namespace {

constexpr std::string_view kFolder = "sql/verify/";

// The check as a subquery, so that the server counts all rows and sends few.
std::string counted(std::string_view check) {
  std::string_view select = trim(check);
  while (select.ends_with(';')) select = trim(select.substr(0, select.size() - 1));
  return "SELECT violation.*, count(*) OVER () FROM (\n" + std::string(select) + "\n) AS violation LIMIT " +
         std::to_string(kVerifyFindingsMax);
}

void run_check(sql::Connection& connection, const EmbeddedFile& file, VerifyReport& report) {
  const std::string_view name = file.path.substr(kFolder.size(), file.path.size() - kFolder.size() - 4);
  const sql::Rows rows = connection.script(std::string(name).c_str(), counted(file.content));
  ++report.checks;
  if (!rows.empty()) report.violations += rows.front().i64(rows.columns() - 1);
  for (const auto& row : rows) {
    report.findings.push_back({std::string(name), row.opt_text(0).value_or("(no description)")});
  }
}

}  // namespace

Result<VerifyReport> run_verify(const std::string& dsn, std::span<const EmbeddedFile> files) {
  sql::SessionOptions options;
  options.dsn = dsn;
  options.application_name = "bccid-verify";
  std::string_view running = "connecting";
  try {
    sql::Connection connection(options);
    connection.script("begin", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    VerifyReport report;
    for (const EmbeddedFile& file : files) {
      if (!file.path.starts_with(kFolder) || !file.path.ends_with(".sql")) continue;
      running = file.path;
      run_check(connection, file, report);
    }
    connection.script("end", "COMMIT");
    return report;
  } catch (const sql::SqlError& error) {
    const bool lost = error.trouble() == sql::Trouble::lost;
    return Failure(lost ? Errc::unavailable : Errc::internal,
                   std::string(running) + " cannot run: " + error.server_text(),
                   "Check that the database is migrated.");
  }
}

Result<VerifyReport> verify_statements(const std::string& dsn) {
  sql::SessionOptions options;
  options.dsn = dsn;
  options.application_name = "bccid-verify";
  VerifyReport report;
  try {
    sql::Connection connection(options);
    for (const sql::Query* query = sql::first_query(); query != nullptr; query = query->next) {
      ++report.checks;
      try {
        connection.prepare(*query);
      } catch (const sql::SqlError& error) {
        if (error.trouble() == sql::Trouble::lost) throw;
        ++report.violations;
        report.findings.push_back({"statements", std::string(query->name) + ": " + error.server_text()});
      }
    }
    return report;
  } catch (const sql::SqlError& error) {
    return error.failure();
  }
}

}  // namespace bccid
