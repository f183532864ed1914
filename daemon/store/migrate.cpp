#include "store/migrate.hpp"

#include "base/digest.hpp"
#include "base/version.hpp"
#include "store/code_lists.hpp"
#include "store/migration_files.hpp"
#include "store/pq.hpp"

namespace bccid {

namespace {

// Any fixed number that nobody else uses as a session lock in this database: "bccid" in ASCII.
constexpr const char* kTakeLock = "SELECT pg_advisory_lock(422893742436)";

constexpr const char* kRecords =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    " number integer PRIMARY KEY CHECK (number > 0), name text NOT NULL, sha256 text NOT NULL,"
    " applied_at timestamptz NOT NULL DEFAULT now(), applied_by_version text NOT NULL);"
    "CREATE TABLE IF NOT EXISTS schema_code_list (path text PRIMARY KEY, sha256 text NOT NULL)";

constexpr const char* kHasRecords = "SELECT to_regclass('schema_migration') IS NOT NULL";
constexpr const char* kReadMigrations = "SELECT number, name, sha256 FROM schema_migration ORDER BY number";
constexpr const char* kReadCodeLists = "SELECT path, sha256 FROM schema_code_list";
constexpr const char* kRecordMigration =
    "INSERT INTO schema_migration (number, name, sha256, applied_by_version) VALUES ($1, $2, $3, $4)";
constexpr const char* kRecordCodeLists =
    "INSERT INTO schema_code_list (path, sha256) SELECT * FROM unnest($1::text[], $2::text[])"
    " ON CONFLICT (path) DO UPDATE SET sha256 = EXCLUDED.sha256 WHERE schema_code_list.sha256 <> "
    "EXCLUDED.sha256";

sql::SessionOptions migrator_session(const std::string& dsn) {
  sql::SessionOptions options;
  options.dsn = dsn;
  options.application_name = "bccid-migrate";
  return options;
}

// The operator at the terminal needs the server's own words.
Failure terminal_failure(const sql::SqlError& error) {
  return {error.failure().code, error.failure().detail + ": " + error.server_text(), error.failure().hint};
}

std::vector<AppliedMigration> read_applied(sql::Connection& connection) {
  std::vector<AppliedMigration> applied;
  for (const auto& row : connection.script("schema_read", kReadMigrations)) {
    applied.push_back({static_cast<int>(row.i64(0)), row.str(1), row.str(2)});
  }
  return applied;
}

// Runs `work` as one transaction; a Failure it returns rolls back.
template <class F>
Status in_transaction(sql::Connection& connection, F work) {
  connection.script("begin", "BEGIN");
  try {
    const Status done = work();
    connection.script("end", done ? "COMMIT" : "ROLLBACK");
    return done;
  } catch (const sql::SqlError&) {
    if (connection.usable()) connection.script("rollback", "ROLLBACK");
    throw;
  }
}

Status apply(sql::Connection& connection, const Migration& migration) {
  try {
    return in_transaction(connection, [&]() -> Status {
      connection.script(migration.name.c_str(), std::string(migration.text));
      connection.exec_once("schema_record", kRecordMigration,
                           sql::Params::of(migration.number, migration.name, migration.sha256, version()));
      return {};
    });
  } catch (const sql::SqlError& error) {
    if (error.trouble() == sql::Trouble::lost) throw;
    return Failure(Errc::internal,
                   "migration " + migration.name + " failed and was rolled back: " + error.server_text(),
                   "Nothing of this file was kept; the ones before it were.");
  }
}

bool is_code_list(const EmbeddedFile& file) {
  return file.path.starts_with("codes/") && file.path.ends_with(".csv");
}

struct CodeListDigests {
  std::vector<std::string> paths;
  std::vector<std::string> digests;
};

CodeListDigests digests_of(std::span<const EmbeddedFile> files) {
  CodeListDigests found;
  for (const EmbeddedFile& file : files) {
    if (!is_code_list(file)) continue;
    found.paths.emplace_back(file.path);
    found.digests.push_back(to_hex(sha256(file.content)));
  }
  return found;
}

Status apply_code_lists(sql::Connection& connection, std::span<const EmbeddedFile> files,
                        MigrationReport& report) {
  return in_transaction(connection, [&]() -> Status {
    const auto changes = load_code_lists(connection, files);
    if (!changes) return changes.error();
    for (const CodeListChange& change : *changes) {
      report.code_rows_changed += change.changed;
      report.code_lists.push_back(change.table + ": " + std::to_string(change.rows) + " rows, " +
                                  std::to_string(change.changed) + " changed");
    }
    const CodeListDigests lists = digests_of(files);
    sql::Params params;
    params.add_array(lists.paths).add_array(lists.digests);
    connection.exec_once("code_list_record", kRecordCodeLists, params);
    return {};
  });
}

Result<MigrationReport> migrate_locked(sql::Connection& connection, std::span<const Migration> migrations,
                                       std::span<const EmbeddedFile> files) {
  connection.script("schema_records", kRecords);
  const auto have = applied_count(migrations, read_applied(connection));
  if (!have) return have.error();
  MigrationReport report;
  report.from = report.to = static_cast<int>(*have);
  for (const Migration& migration : migrations.subspan(*have)) {
    if (const Status done = apply(connection, migration); !done) return done.error();
    report.applied.push_back(migration.name);
    report.to = migration.number;
  }
  if (const Status done = apply_code_lists(connection, files, report); !done) return done.error();
  return report;
}

Status check_code_lists(sql::Connection& connection, std::span<const EmbeddedFile> files) {
  const sql::Rows recorded = connection.script("code_lists_read", kReadCodeLists);
  const CodeListDigests lists = digests_of(files);
  for (std::size_t index = 0; index < lists.paths.size(); ++index) {
    bool same = false;
    for (const auto& row : recorded) {
      same = same || (row.text(0) == lists.paths[index] && row.text(1) == lists.digests[index]);
    }
    if (same) continue;
    return Failure(Errc::config, "the database was loaded with another " + lists.paths[index],
                   "Run bccid migrate of this version.");
  }
  return {};
}

Status check_connected(sql::Connection& connection, std::span<const Migration> migrations,
                       std::span<const EmbeddedFile> files) {
  std::vector<AppliedMigration> applied;
  if (connection.script("schema_exists", kHasRecords).front().boolean(0)) applied = read_applied(connection);
  const auto have = applied_count(migrations, applied);
  if (!have) return have.error();
  if (*have < migrations.size()) {
    return Failure(Errc::config,
                   "the database has " + std::to_string(*have) + " migrations, this program needs " +
                       std::to_string(migrations.size()),
                   "Run bccid migrate.");
  }
  return check_code_lists(connection, files);
}

}  // namespace

Result<MigrationReport> migrate(const std::string& dsn, std::span<const EmbeddedFile> files) {
  const auto migrations = migrations_of(files);
  if (!migrations) return migrations.error();
  try {
    sql::Connection connection(migrator_session(dsn));
    connection.script("schema_lock", kTakeLock);  // ends with the session
    return migrate_locked(connection, *migrations, files);
  } catch (const sql::SqlError& error) {
    return terminal_failure(error);
  }
}

Status check_schema(const std::string& dsn, std::span<const EmbeddedFile> files) {
  const auto migrations = migrations_of(files);
  if (!migrations) return migrations.error();
  try {
    sql::Connection connection(migrator_session(dsn));
    return check_connected(connection, *migrations, files);
  } catch (const sql::SqlError& error) {
    return terminal_failure(error);
  }
}

}  // namespace bccid
