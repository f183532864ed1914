#include "tests/bench/bench_seed.hpp"
#include "tests/bench/benches.hpp"
#include "tests/bench/pgbench_run.hpp"

#include "app/private_cluster.hpp"
#include "base/ids.hpp"
#include "domain/ledger/ledger.hpp"
#include "store/ledger_store.hpp"
#include "store/migrate.hpp"
#include "store/reference_store.hpp"
#include "tests/support/session.hpp"

#include <boost/json.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

// How fast many writers book on the same accounts: one agency, one office, one collector. Each journal has
// two postings of one charge and goes through the store as every flow's does, with the triggers that balance
// it and look whether what it names is there. Beside it pgbench writes the same rows into bare tables of the
// same cluster.
namespace bccid::bench {
namespace {

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kCharges = 10'000;
constexpr std::int64_t kAmount = 15'000;

constexpr const char* kSeed = R"(
SET session_replication_role = replica;
INSERT INTO agency (code, name, bank_account) VALUES ('H82.1', 'agency', '115000800001');
INSERT INTO charge (order_id, agency_code, kind, code, amount, state, taken, collector, office, collected_at)
SELECT 1, 'H82.1', 'fee', n::text, 15000, 'collected', 15000, 'postman-7', '82001', now()
  FROM generate_series(1, 10000) AS n;
SET session_replication_role = origin)";

void say(const std::string& text) { std::cerr << "bench ledger: " << text << std::endl; }

template <class T>
T must(Result<T> result, const char* what) {
  if (!result) throw std::runtime_error(std::string(what) + ": " + result.error().text());
  return std::move(*result);
}

JournalEntry handed_in_entry(std::int64_t charge) {
  const ChargeLine line{ChargeKind::fee, "H82.1", Money(kAmount)};
  JournalEntry entry;
  entry.occurred_at = SystemClock().now();
  entry.journal.kind = JournalKind::handed_in;
  entry.journal.key = "handed_in:" + new_uuid_v7(entry.occurred_at).to_text();
  entry.actor = "bench";
  entry.append(handed_in({}, "postman-7", "82001", {&line, 1}), charge);
  return entry;
}

struct Load {
  const char* name;
  int writers;
  int journals;  // of one transaction
  const char* script;
  double postings_per_second = 0;
  double reference_per_second = 0;
};

// Books until the time is over; the number of postings that were committed.
std::int64_t write(const std::string& dsn, const Load& load, int writer, Clock::time_point end) {
  test::Session session(dsn);
  std::int64_t booked = 0, charge = writer;
  while (Clock::now() < end) {
    std::vector<JournalEntry> entries;
    for (int at = 0; at < load.journals; ++at)
      entries.push_back(handed_in_entry(1 + (charge += load.writers) % kCharges));
    session.in_tx([&](sql::Tx& tx) { book(tx, entries); });
    booked += 2 * load.journals;
  }
  return booked;
}

std::int64_t measure(const std::string& dsn, Load& load, std::chrono::seconds time) {
  std::atomic<std::int64_t> booked{0};
  std::exception_ptr failure;
  std::mutex guard;
  std::vector<std::thread> writers;
  const auto begun = Clock::now();
  for (int writer = 0; writer < load.writers; ++writer)
    writers.emplace_back([&, writer] {
      try {
        booked += write(dsn, load, writer, begun + time);
      } catch (...) {
        const std::lock_guard lock(guard);
        failure = std::current_exception();
      }
    });
  for (auto& writer : writers) writer.join();
  if (failure) std::rethrow_exception(failure);
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  load.postings_per_second = static_cast<double>(booked) / seconds;
  return booked;
}

void refer(const app::PrivateCluster& cluster, const BenchOptions& options, Load& load) {
  reset_reference_tables(cluster.dsn("reference"));
  PgbenchPlan plan;
  test::Session session(cluster.dsn());
  plan.program = find_pgbench(session.text("SELECT setting FROM pg_config WHERE name = 'BINDIR'"));
  plan.dsn = cluster.dsn("reference");
  plan.script = load.script;
  plan.protocol = options.pgbench_protocol;
  plan.clients = load.writers;
  plan.time = options.time;
  plan.scans_per_transaction = 2 * load.journals;
  load.reference_per_second = run_pgbench(plan).scans_per_second;
}

// What is on the hot account is what the writers were told is booked, to the dong.
bool nothing_lost(const std::string& dsn, std::int64_t postings) {
  test::Session session(dsn);
  return session.number(
             "SELECT coalesce(sum(p.amount), 0)::bigint FROM posting p JOIN account a ON a.id = p.account_id "
             "WHERE a.role = 'office' AND p.side = 'D'") == postings / 2 * kAmount;
}

json::object figures(const Load& load) {
  return {{"name", load.name},
          {"postings_per_second", load.postings_per_second},
          {"reference_per_second", load.reference_per_second},
          {"ratio", load.postings_per_second / load.reference_per_second}};
}

}  // namespace

json::object bench_ledger(const BenchOptions& options) {
  app::ClusterOptions cluster_options;
  const auto directory = options.directory / "ledger";
  std::filesystem::create_directories(directory);
  cluster_options.directory = directory / "postgresql";
  cluster_options.ends_with_us = true;
  cluster_options.settings = {"shared_buffers=512MB", "min_wal_size=2GB", "max_wal_size=16GB",
                              "checkpoint_timeout=1h"};
  cluster_options.settings.insert(cluster_options.settings.end(), options.server_settings.begin(),
                                  options.server_settings.end());
  auto cluster = must(app::PrivateCluster::start(cluster_options), "PostgreSQL");
  must(migrate(cluster.dsn()), "migration");
  must(load_reference(cluster.dsn()), "reference data");
  test::Session(cluster.dsn()).sql(kSeed);
  test::Session(cluster.dsn()).sql("CREATE DATABASE reference");
  make_reference_tables(cluster.dsn("reference"));
  std::array<Load, 3> loads{{{"1 journal a transaction, 1 writer", 1, 1, "ledger_rows"},
                             {"1 journal a transaction, 16 writers", 16, 1, "ledger_rows"},
                             {"50 journals a transaction, 4 writers", 4, 50, "ledger_batch"}}};
  std::int64_t booked = 0;
  for (auto& load : loads) {
    say(load.name);
    booked += measure(cluster.dsn(), load, options.time);
    say(std::string("pgbench ") + load.script + " x" + std::to_string(load.writers));
    refer(cluster, options, load);
  }
  const bool whole = nothing_lost(cluster.dsn(), booked);
  std::printf("\n%-40s %12s %12s %6s\n", "postings on one agency's accounts", "postings/s", "pgbench/s",
              "ratio");
  json::array told;
  for (const auto& load : loads) {
    std::printf("%-40s %12.0f %12.0f %6.2f\n", load.name, load.postings_per_second, load.reference_per_second,
                load.postings_per_second / load.reference_per_second);
    told.push_back(figures(load));
  }
  std::printf("the books hold what was booked: %s\n", whole ? "yes" : "NO");
  std::fflush(stdout);
  (void)cluster.stop();
  std::filesystem::remove_all(directory);
  return {{"loads", std::move(told)}, {"whole", whole}};
}

}  // namespace bccid::bench
