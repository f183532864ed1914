#include "store/pq.hpp"
#include "tests/support/pg_cluster.hpp"
#include "tests/support/verified.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <regex>
#include <set>
#include <string>

namespace bccid {
namespace {

// A province in small: some ten thousand rows in every table that grows, and as in life about 120 agencies
// with an account each, nearly all rows finished, and little of today's work among them. Written past
// triggers and foreign keys, because only the number of rows and their spread matter here.
constexpr const char* kFill = R"(
SET session_replication_role = replica;
INSERT INTO agency (code, name, bank_account)
SELECT 'H20.' || a, 'agency', '115000820' || a FROM generate_series(100, 219) AS a;
INSERT INTO principal (id, role, secret_hash, office_code)
SELECT 'clerk-' || i, 'clerk', 'x', '8201' FROM generate_series(1, 300) AS i;
INSERT INTO dossier (id, public_id, agency_code, code, slip_no, procedure_code, told_status, delivered_at)
OVERRIDING SYSTEM VALUE
SELECT i, gen_random_uuid(), 'H20.' || (100 + i % 120), 'H20-' || i, 'PG' || i, '1.000001', 10, now()
  FROM generate_series(1, 20000) AS i;
INSERT INTO orders (id, public_id, dossier_id, leg, attempt, number, carrier, state, sender, receiver,
                    created_by)
OVERRIDING SYSTEM VALUE
SELECT i, gen_random_uuid(), i, 'delivery', 1, 'H20-' || i || '-T1', 'bd82',
       CASE WHEN i % 500 = 0 THEN 'placed' WHEN i % 997 = 0 THEN 'wanted' ELSE 'completed' END,
       '{}', '{}', 'x'
  FROM generate_series(1, 20000) AS i;
INSERT INTO parcel (id, order_id, dossier_id, leg, agency_code, order_number, item_code, state, step,
                    evidence, final_at, due_at)
OVERRIDING SYSTEM VALUE
SELECT i, i, i, 'delivery', 'H20.' || (100 + i % 120), 'H20-' || i || '-T1', 'CP' || (10000000 + i) || 'VN',
       CASE WHEN i % 500 = 0 THEN 'in_transit' ELSE 'delivered' END,
       CASE WHEN i % 500 = 0 THEN 'none' WHEN i % 500 = 1 THEN 'proved' ELSE 'closed' END,
       i % 500 <> 0,
       CASE WHEN i % 500 <> 0 THEN now() END, now() + i * interval '1 minute'
  FROM generate_series(1, 20000) AS i;
INSERT INTO order_look (order_id, number, carrier, next_at, tried_at)
SELECT i, 'H20-' || i || '-T1', 'post', CASE WHEN i % 100 = 0 THEN now() + i * interval '1 second' END, now()
  FROM generate_series(1, 20000) AS i;
INSERT INTO scan_key (event_key, content_hash, event_id, received_at)
SELECT gen_random_uuid(), i, i, now() FROM generate_series(1, 40000) AS i;
INSERT INTO parcel_event (id, parcel_id, event_key, source, raw_code, event, occurred_at, item_ref)
SELECT row_number() OVER (), CASE WHEN k.event_id % 3000 <> 0 THEN 1 + k.event_id % 20000 END, k.event_key,
       'bccid', 'in_transit', 'in_transit', now(), 'CP' || (10000000 + k.event_id % 20000) || 'VN'
  FROM scan_key AS k;
INSERT INTO outbox (id, created_at, target, kind, order_key, subject, payload, state, lease_until,
                    finished_at, reason)
SELECT i, now() - i * interval '1 second', t.target, 'event', outbox_order_key(t.target, i::text),
       'parcel:H20-' || i || '-T1', '{}', t.state,
       CASE WHEN t.state = 'leased' THEN now() END,
       CASE WHEN t.state IN ('delivered', 'dead') THEN now() END, 'x'
  FROM generate_series(1, 20000) AS i,
       LATERAL (SELECT 'webhook:' || i % 20 AS target,
                       CASE i % 1000 WHEN 0 THEN 'scheduled' WHEN 1 THEN 'leased' WHEN 2 THEN 'dead'
                                     ELSE 'delivered' END AS state) AS t;
INSERT INTO exchange (at, counterpart, subject, attempt, outcome, took_ms)
SELECT now() - i * interval '1 second', 'bd82', 'order:H20-' || i || '-T1', 1, 'delivered', 9
  FROM generate_series(1, 20000) AS i;
INSERT INTO audit (at, actor, role, action, subject)
SELECT now() - i * interval '1 second', 'x', 'clerk', 'order.cancel', 'order:H20-' || i || '-T1'
  FROM generate_series(1, 20000) AS i;
INSERT INTO feed_row (carrier, row_id, order_number, raw_code, occurred_at)
SELECT 'bd82', lpad(i::text, 24, '0'), 'H20-' || i % 20000 || '-T1', '4', now()
  FROM generate_series(1, 20000) AS i;
INSERT INTO feed_row_held (carrier, row_id, code_source, raw_code, occurred_at)
SELECT carrier, row_id, 'vnpost_ngsp_feed/sim', 'c' || right(row_id, 1), occurred_at FROM feed_row
 WHERE row_id LIKE '%00';
INSERT INTO attention (kind, subject, detail, action, owner, due_at, closed_at)
SELECT 'silent_parcel', 'parcel:H20-' || i || '-T1', '', '', 'clerk', now() + i * interval '1 minute',
       CASE WHEN i % 200 <> 0 THEN now() END
  FROM generate_series(1, 20000) AS i;
INSERT INTO idempotency_key (scope, key, body_hash, status, body, created_at)
SELECT 'clerk-1', 'k' || i, '', 200, '', now() + i * interval '1 second' FROM generate_series(1, 20000) AS i;
INSERT INTO access_token (token_hash, principal_id, expires_at)
SELECT sha256(i::text::bytea), 'clerk-' || (1 + i % 300), now() + i * interval '1 second'
  FROM generate_series(1, 20000) AS i;
INSERT INTO charge (id, order_id, agency_code, kind, amount, state, taken, collector, collected_at)
OVERRIDING SYSTEM VALUE
SELECT i, i, 'H20.' || (100 + i % 120), 'charge', 20000,
       CASE i % 500 WHEN 0 THEN 'due' WHEN 1 THEN 'collected' WHEN 2 THEN 'handed_in' ELSE 'settled' END,
       CASE i % 500 WHEN 0 THEN 0 ELSE 20000 END,
       'clerk-' || (1 + i % 300), now()
  FROM generate_series(1, 20000) AS i;
INSERT INTO relief (order_id, kind, code, name, listed, relieved, grounds, version, granted_at)
SELECT i, 'charge', 'c', 'copy', 20000, 10000, 'online', 'fees:1', now() - i * interval '10 minutes'
  FROM generate_series(1, 20000) AS i;
INSERT INTO receipt_series (id, issuer, kind, symbol, next_no)
OVERRIDING SYSTEM VALUE
SELECT i, 'H20.' || (99 + i), 'charge', 'L26', 200 FROM generate_series(1, 120) AS i;
INSERT INTO receipt (id, series_id, number, kind, agency_code, order_id, event_key, amount, payer, collector,
                     office, taken_at, issued_at, window_no, cancelled_at, cancelled_by, cancel_reason,
                     back_window_no)
OVERRIDING SYSTEM VALUE
SELECT i, 1 + i % 120, 1 + i / 120, 'charge', 'H20.' || (100 + i % 120), i, gen_random_uuid(), 20000, 'x',
       'clerk-' || (1 + i % 300), '82' || (100 + i % 60), now() - i * interval '10 minutes',
       now() - i * interval '10 minutes', 1 + i / 600, CASE WHEN i % 100 = 0 THEN now() END,
       CASE WHEN i % 100 = 0 THEN 'x' ELSE '' END, CASE WHEN i % 100 = 0 THEN 'x' ELSE '' END,
       CASE WHEN i % 100 = 0 THEN 1 + i / 600 END
  FROM generate_series(1, 20000) AS i;
INSERT INTO receipt_line (receipt_id, charge_id, amount)
SELECT i, i, 20000 FROM generate_series(1, 20000) AS i;
INSERT INTO e_receipt (receipt_id, issuer, key, event_key, kind, amount, state, sent_at, number,
                       issued_at)
SELECT id, agency_code, 'lephi-' || agency_code || '-L26-' || id, event_key, kind, amount, 'issued',
       issued_at, id::text, issued_at
  FROM receipt;
INSERT INTO hand_in (id, public_id, collector, office, expected, counted, at, actor, window_no)
OVERRIDING SYSTEM VALUE
SELECT i, gen_random_uuid(), 'clerk-' || (1 + i % 300), '82' || (100 + i % 60), 20000, 20000,
       now() - i * interval '1 hour', 'x', 1 + i / 60
  FROM generate_series(1, 20000) AS i;
INSERT INTO day_close (id, office, no, business_day, cut_at, actor, summed_at)
OVERRIDING SYSTEM VALUE
SELECT i, '82' || (100 + i % 60), 1 + i / 60, current_date - 400 + i / 60,
       now() - (24000 - i) * interval '24 minutes', 'x', CASE WHEN i < 23990 THEN now() END
  FROM generate_series(0, 23999) AS i;
INSERT INTO day_close_line (close_id, collector, kind, agency_code, receipts, collected, taken_back)
SELECT i, 'clerk-' || (1 + i % 300), 'charge', 'H20.' || (100 + i % 120), 1, 20000, 0
  FROM generate_series(0, 23999) AS i;
INSERT INTO account (id, key, role, kind, agency_code, holder)
OVERRIDING SYSTEM VALUE
SELECT i, 'cash/charge/H20.' || (100 + i % 120) || '/clerk-' || i, 'cash', 'charge',
       'H20.' || (100 + i % 120),
       'clerk-' || i
  FROM generate_series(1, 3000) AS i;
INSERT INTO journal (id, key, kind, occurred_at, actor)
OVERRIDING SYSTEM VALUE
SELECT i, 'collected:' || i, 'collected', now(), 'x' FROM generate_series(1, 20000) AS i;
INSERT INTO posting (journal_id, line, account_id, side, amount, charge_id)
SELECT i, l, 1 + (i * 2 + l) % 3000, CASE l WHEN 1 THEN 'D' ELSE 'C' END, 20000, 1 + i % 20000
  FROM generate_series(1, 20000) AS i, generate_series(1, 2) AS l;
INSERT INTO remittance (id, public_id, reference, agency_code, kind, bank_account, amount, state, sent_at,
                        oldest_collected_at, actor)
OVERRIDING SYSTEM VALUE
SELECT i, gen_random_uuid(), 'BCCI82 R' || i, 'H20.' || (100 + i % 120), 'charge',
       '115000820' || (100 + i % 120), 20000, CASE WHEN i % 100 = 0 THEN 'sent' ELSE 'on_statement' END,
       now() - i * interval '1 hour', now(), 'x'
  FROM generate_series(1, 10000) AS i;
INSERT INTO awaited_remittance (remittance_id, bank_account, sent_at)
SELECT id, bank_account, sent_at FROM remittance WHERE state = 'sent';
INSERT INTO remittance_charge (charge_id, remittance_id)
SELECT i, 1 + i % 10000 FROM generate_series(1, 20000) AS i;
INSERT INTO statement_file (id, public_id, sha256, bank, account_no, from_day, to_day, opening, closing,
                            lines, fresh_lines, actor)
OVERRIDING SYSTEM VALUE
SELECT i, gen_random_uuid(), sha256(i::text::bytea), 'bank', '115000820' || (100 + i % 120),
       current_date - i / 120, current_date - i / 120, 0, 0, 1, 1, 'x'
  FROM generate_series(1, 3000) AS i;
INSERT INTO statement_line (id, file_id, line_no, line_key, account_no, booked_on, amount, text)
OVERRIDING SYSTEM VALUE
SELECT i, 1 + i % 3000, i, '115000820' || (100 + i % 120) || '|FT' || i, '115000820' || (100 + i % 120),
       current_date - i / 400, 20000, 'BCCI82 R' || i
  FROM generate_series(1, 20000) AS i;
INSERT INTO line_split (id, line_id, split_at, actor, note, joined_at, joined_by, join_reason)
OVERRIDING SYSTEM VALUE
SELECT i, i, now(), 'x', 'x', CASE WHEN i % 2 = 0 THEN now() END, CASE WHEN i % 2 = 0 THEN 'x' ELSE '' END,
       CASE WHEN i % 2 = 0 THEN 'x' ELSE '' END
  FROM generate_series(1, 3000) AS i;
INSERT INTO statement_line (id, file_id, line_no, line_key, account_no, booked_on, amount, text, split_id)
OVERRIDING SYSTEM VALUE
SELECT 20000 + 2 * i + n, 1 + i % 3000, i, i || '.' || n || '/FT' || i, '115000820' || (100 + i % 120),
       current_date - i / 400, 10000, 'BCCI82 R' || i, i
  FROM generate_series(1, 3000) AS i, generate_series(1, 2) AS n;
INSERT INTO reference_shape (stem, length) SELECT 'BCCI82R', n FROM generate_series(8, 12) AS n;
INSERT INTO line_name (line_id, remittance_id) SELECT i, i FROM generate_series(1, 10000) AS i;
INSERT INTO line_match (id, public_id, account_no, booked_on, rule, score, difference, evidence, matched_at,
                        actor, booking)
OVERRIDING SYSTEM VALUE
SELECT i, gen_random_uuid(), '115000820' || (100 + i % 120), current_date - i / 400,
       CASE WHEN i % 50 = 0 THEN 'amount_and_date' ELSE 'reference' END, 100, 0, 'x', now(), 'x',
       gen_random_uuid()
  FROM generate_series(1, 10000) AS i;
INSERT INTO matched_line (match_id, line_id) SELECT i, i FROM generate_series(1, 10000) AS i;
INSERT INTO matched_remittance (match_id, remittance_id) SELECT i, i FROM generate_series(1, 10000) AS i;
INSERT INTO recon_break (public_id, type, subject, amount, since, owner, action, resolved_at, resolution)
SELECT gen_random_uuid(),
       (ARRAY['collected_not_remitted', 'delivered_unpaid', 'short', 'missing', 'double'])[1 + i % 5],
       'charge:' || i, -i, now(), 'post_finance', '',
       CASE WHEN i % 200 <> 0 THEN now() END, CASE WHEN i % 200 <> 0 THEN 'x' ELSE '' END
  FROM generate_series(1, 20000) AS i;
INSERT INTO recipient_check (order_id, answer, compared, party_hash, checked_at, checked_by)
SELECT i, 'unavailable', '{}', 'x', now(), 'clerk-1' FROM generate_series(1, 20000) AS i;
INSERT INTO portal_dossier (portal, dossier_id, told_at, told_id, status, confirmed_at)
SELECT portal, i, now(), i, 9, now()
  FROM generate_series(1, 20000) AS i, unnest('{dvcqg,emc}'::text[]) AS portal;
SET session_replication_role = origin;
ANALYZE;
SET plan_cache_mode = force_generic_plan;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
)";

// What grows with the years. Of the others the largest has as many rows as the country has communes.
const std::set<std::string> kGrowing{
    "access_token",
    "attention",
    "audit",
    "charge",
    "day_close",
    "day_close_line",
    "dossier",
    "e_receipt",
    "exchange",
    "feed_row",
    "hand_in",
    "idempotency_key",
    "journal",
    "line_match",
    "line_name",
    "line_split",
    "matched_line",
    "matched_remittance",
    "order_look",
    "orders",
    "outbox",
    "parcel",
    "parcel_event",
    "portal_dossier",
    "posting",
    "receipt",
    "receipt_line",
    "recon_break",
    "relief",
    "remittance",
    "remittance_charge",
    "scan_key",
    "statement_file",
    "statement_line",
};

// Statements that may read a whole table, and why. An entry that no longer does so fails, too.
const std::map<std::string, std::string> kExceptions{
    {"outbox_state_for_replay",
     "tells a person why a row cannot be replayed; an index by id alone would cost every enqueue"},
};

class QueryPlans : public testing::Test {
 protected:
  static const sql::Query* find(const std::string& name) {
    for (const auto* query = sql::first_query(); query != nullptr; query = query->next)
      if (name == query->name) return query;
    return nullptr;
  }
  static bool of_the_tests(const std::string& name) { return name.starts_with("test_"); }

  // The plan that serves all parameters, as a session has it after its first few executions.
  static std::string plan_of(const sql::Query& query) {
    run("DEALLOCATE ALL");
    run("PREPARE looked_at AS " + std::string(query.text));
    const auto arguments =
        run("SELECT coalesce('(' || string_agg('NULL', ', ') || ')', '') "
            "FROM pg_prepared_statements s, unnest(s.parameter_types) AS t "
            "WHERE s.name = 'looked_at'");
    std::string plan;
    for (const auto& row : run("EXPLAIN EXECUTE looked_at" + arguments.front().str(0)))
      plan += row.str(0) + "\n";
    return plan;
  }

  // The growing tables that a plan reads from end to end; partitions under their table's name. Empty and
  // nearly empty partitions are read so, and may be.
  static std::set<std::string> read_whole(const std::string& plan) {
    std::set<std::string> tables;
    static const std::regex kScan("Seq Scan on ([a-z_0-9]+)");
    for (std::sregex_iterator at(plan.begin(), plan.end(), kScan), end; at != end; ++at) {
      const std::string relation = (*at)[1];
      const std::string table = std::regex_replace(relation, std::regex("_(default|[0-9]{6})$"), "");
      if (!kGrowing.contains(table)) continue;
      const auto rows =
          run("SELECT reltuples::bigint FROM pg_class WHERE oid = '" + relation + "'::regclass");
      if (rows.front().i64(0) > 1000) tables.insert(table);
    }
    return tables;
  }

  static sql::Rows run(const std::string& text) { return filled_->connection.script("test", text); }

  static sql::SessionOptions options(const std::string& dsn) {
    sql::SessionOptions made;
    made.dsn = dsn;
    return made;
  }

  // Filled once for all tests, which leave it as it was.
  struct Filled {
    Filled() { connection.script("fill", kFill); }
    test::TestDatabase database{test::to_current_schema};
    sql::Connection connection{options(database.dsn())};
  };
  static void SetUpTestSuite() { filled_ = std::make_unique<Filled>(); }
  static void TearDownTestSuite() { filled_.reset(); }
  static inline std::unique_ptr<Filled> filled_;
};

TEST_F(QueryPlans, NoStatementReadsAGrowingTableFromEndToEnd) {
  std::size_t looked_at = 0;
  for (const auto* query = sql::first_query(); query != nullptr; query = query->next) {
    const std::string name = query->name;
    if (of_the_tests(name)) continue;
    const auto plan = plan_of(*query);
    ++looked_at;
    const auto tables = read_whole(plan);
    EXPECT_EQ(!tables.empty(), kExceptions.contains(name)) << name << "\n" << plan;
  }
  EXPECT_GT(looked_at, 100U);
  for (const auto& [name, reason] : kExceptions) EXPECT_NE(find(name), nullptr) << name << " is gone";
}

// The test can fail: without its index the hottest statement of all is found out.
TEST_F(QueryPlans, AMissingIndexIsFoundOut) {
  const auto* query = find("parcel_events_load");
  ASSERT_NE(query, nullptr);
  EXPECT_EQ(read_whole(plan_of(*query)), std::set<std::string>{});
  run("BEGIN");
  run("DROP INDEX parcel_event_history");
  EXPECT_EQ(read_whole(plan_of(*query)), std::set<std::string>{"parcel_event"});
  run("ROLLBACK");
}

}  // namespace
}  // namespace bccid
