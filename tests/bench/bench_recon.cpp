#include "tests/bench/benches.hpp"
#include "tests/bench/process_figures.hpp"
#include "tests/bench/recon_rows.hpp"
#include "tests/bench/recon_seed.hpp"
#include "tests/support/statement_reader.hpp"

#include "app/private_cluster.hpp"
#include "base/digest.hpp"
#include "flow/import_statement.hpp"
#include "store/direct.hpp"
#include "store/migrate.hpp"
#include "store/reference_store.hpp"
#include "store/verify.hpp"

#include <unistd.h>
#include <boost/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <stdexcept>

// What the rows of a reconciliation cost through the flows that the daemon runs, beside what PostgreSQL needs
// to take the same lines by COPY and to join them with the remittances, and beside what it needs to write the
// rows that a reconciliation leaves when nothing has to be read, decided or checked. The flows run in this
// process, whose highest resident memory is reported; parsing of the banks' files is not part of it.
namespace bccid::bench {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

void say(const std::string& text) { std::cerr << "bench recon: " << text << std::endl; }

double since(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

template <class T>
T must(Result<T> result, const char* what) {
  if (!result) throw std::runtime_error(std::string(what) + ": " + result.error().text());
  return std::move(*result);
}

sql::Rows script(const std::string& dsn, const std::string& text) {
  sql::SessionOptions session;
  session.dsn = dsn;
  sql::Connection connection(session);
  try {
    return connection.script("bench", text);
  } catch (const sql::SqlError& error) {
    throw std::runtime_error(text.substr(0, 60) + ": " + error.failure().text() + error.server_text());
  }
}

std::int64_t number(const std::string& dsn, const std::string& text) {
  return script(dsn, text).front().i64(0);
}

struct Imported {
  double seconds = 0;
  double longest = 0;  // of one file: so long another import or a match by hand waits
  std::size_t matched = 0;
};

Imported import_all(const std::string& dsn, const ReconSeed& seed) {
  Imported done;
  const Actor actor{"finance-1", "finance", "", "", ""};
  ReconRules rules;
  rules.payers = {"Bưu điện tỉnh Đồng Tháp"};
  const Time now = parse_rfc3339("2026-06-01T09:00:00+07:00").value();
  for (std::int64_t account = 0; account < seed.accounts; ++account) {
    const auto statement = statement_of(seed, account);
    const auto digest = sha256(statement.account);
    const StatementUpload upload{"bench", {}, digest, test::reader_of(statement)};
    StatementProblems problems;
    const auto begun = Clock::now();
    const auto job = [&](sql::Tx& tx) { return import_statement(tx, actor, upload, problems, now, rules); };
    const auto report = must(run_directly<StatementReport>(dsn, job), "import");
    const double took = since(begun);
    done.seconds += took;
    done.longest = std::max(done.longest, took);
    done.matched += report.matched;
  }
  return done;
}

// The same lines from a file of the server's into a bare table, and the matches by reference as one join.
double bare_copy_and_join(const std::string& dsn) {
  const std::string file = script(dsn, "SHOW data_directory").front().str(0) + "/lines.copy";
  script(dsn, "COPY (SELECT line_key, account_no, booked_on, amount, text, payer FROM statement_line) TO '" +
                  file + "'");
  script(dsn, R"(
    CREATE TABLE bare_remittance AS SELECT id, bank_account, signs, amount FROM remittance;
    CREATE TABLE bare_line (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, line_key text UNIQUE,
                            account_no text, booked_on date, amount bigint, text text, payer text);
    ANALYZE bare_remittance;)");
  const auto begun = Clock::now();
  script(dsn, "COPY bare_line (line_key, account_no, booked_on, amount, text, payer) FROM '" + file + "'");
  script(dsn, R"(
    CREATE TABLE bare_match AS
    SELECT l.id AS line_id, r.id AS remittance_id FROM bare_line AS l
      JOIN bare_remittance AS r
        ON r.bank_account = l.account_no AND r.amount = l.amount
       AND r.signs = 'BCCI82' || substring(l.text FROM 'BCCI82[- ]?(R[0-9]{7})'))");
  const double took = since(begun);
  script(dsn, "DROP TABLE bare_line, bare_remittance, bare_match");
  return took;
}

std::size_t broken_rules(const std::string& dsn) {
  // What the seed leaves out on purpose; see recon_seed.hpp.
  constexpr std::string_view kNotSeeded[] = {"receipts_equal_the_money", "collected_money_is_somewhere"};
  std::size_t broken = 0;
  for (const auto& finding : must(run_verify(dsn), "verify").findings) {
    if (std::ranges::find(kNotSeeded, finding.check) != std::end(kNotSeeded)) continue;
    say("broken: " + finding.check);
    ++broken;
  }
  return broken;
}

}  // namespace

json::object bench_recon(const BenchOptions& options) {
  ReconSeed seed;
  seed.accounts = static_cast<std::int64_t>(options.accounts);
  seed.lines = std::max<std::int64_t>(1, static_cast<std::int64_t>(options.lines) / (200 * seed.accounts)) *
               200 * seed.accounts;
  const auto directory = options.directory / "recon";
  std::filesystem::create_directories(directory);
  app::ClusterOptions cluster_options;
  cluster_options.directory = directory / "postgresql";
  cluster_options.ends_with_us = true;
  cluster_options.settings = {"shared_buffers=512MB", "min_wal_size=2GB", "max_wal_size=16GB",
                              "checkpoint_timeout=1h"};
  cluster_options.settings.insert(cluster_options.settings.end(), options.server_settings.begin(),
                                  options.server_settings.end());
  auto cluster = must(app::PrivateCluster::start(cluster_options), "PostgreSQL");
  const auto dsn = cluster.dsn();
  must(migrate(dsn), "migration");
  must(load_reference(dsn), "reference data");
  say("seeding " + std::to_string(seed.remittances()) + " remittances");
  seed_remittances(dsn, seed);
  keep_seeded(dsn, "rows");
  say("importing and matching " + std::to_string(seed.lines) + " lines of " + std::to_string(seed.accounts) +
      " accounts");
  const auto imported = import_all(dsn, seed);
  const auto memory = resident_bytes_max(getpid());
  const auto lines = number(dsn, "SELECT count(*) FROM matched_line WHERE NOT undone");
  const auto open = number(dsn, "SELECT count(*) FROM recon_break WHERE resolved_at IS NULL");
  const auto postings = number(dsn, "SELECT count(*) FROM posting") - 2 * seed.remittances();
  say("COPY and join");
  const double bare = bare_copy_and_join(dsn);
  say("the rows alone");
  const double rows = write_same_rows(dsn, cluster.dsn("rows"));
  if (options.verify) say("verifying the books");
  const auto broken = options.verify ? broken_rules(dsn) : 0;
  std::printf("\n%lld lines against %lld remittances on %lld accounts\n", static_cast<long long>(seed.lines),
              static_cast<long long>(seed.remittances()), static_cast<long long>(seed.accounts));
  std::printf("import and match: %.1f s, %.0f lines/s; the longest file %.1f s\n", imported.seconds,
              static_cast<double>(seed.lines) / imported.seconds, imported.longest);
  std::printf("bare COPY and join: %.1f s; ratio %.1f (aim 2.5)\n", bare, imported.seconds / bare);
  std::printf("the same rows alone: %.1f s; %.1f times COPY and join, the import %.1f times the rows\n", rows,
              rows / bare, imported.seconds / rows);
  std::printf("highest resident memory: %.0f MiB (aim 300)\n", static_cast<double>(memory) / 1048576.0);
  std::printf("lines matched %lld in %zu matches, open breaks %lld, postings written %lld\n",
              static_cast<long long>(lines), imported.matched, static_cast<long long>(open),
              static_cast<long long>(postings));
  if (options.verify) std::printf("rules of verify that are broken: %zu\n", broken);
  std::fflush(stdout);
  (void)cluster.stop();
  std::filesystem::remove_all(directory);
  return {{"lines", seed.lines},          {"remittances", seed.remittances()},
          {"seconds", imported.seconds},  {"longest_file_seconds", imported.longest},
          {"bare_seconds", bare},         {"ratio", imported.seconds / bare},
          {"rows_seconds", rows},         {"ratio_to_rows", imported.seconds / rows},
          {"resident_bytes_max", memory}, {"matched_lines", lines},
          {"open_breaks", open},          {"broken_rules", broken}};
}

}  // namespace bccid::bench
