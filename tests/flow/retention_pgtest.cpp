#include "flow/dead_letters.hpp"
#include "flow/held_scans.hpp"
#include "jobs/housekeeper.hpp"
#include "store/chores.hpp"
#include "store/verify.hpp"
#include "tests/flow/post_day.hpp"
#include "tests/support/coroutine_run.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>

namespace bccid {
namespace {

using namespace std::chrono_literals;

constexpr const char* kTables[] = {"parcel_event", "outbox", "exchange", "audit"};

// Months of long ago, and the job that makes and drops them.
class Retention : public test::PostDay {
 protected:
  std::vector<HousekeepingResult> keep_house(bool start = false, const HousekeeperConfig& rules = {}) {
    DbConfig config;
    config.dsn = database.dsn();
    config.interactive_workers = 1;
    config.background_workers = 1;
    boost::asio::io_context io;
    Db db(std::move(config));
    SystemClock clock;
    test::run(io, db.start());
    Housekeeper keeper(io.get_executor(), db, clock, rules);
    std::vector<HousekeepingResult> results;
    if (start)
      test::run(io, keeper.start());
    else
      results = test::run(io, keeper.run_once());
    test::run(io, keeper.stop());
    test::run(io, db.stop());
    return results;
  }
  static HousekeepingResult of(const std::vector<HousekeepingResult>& results, const std::string& part) {
    return *std::find_if(results.begin(), results.end(), [&](const auto& one) { return one.part == part; });
  }
  std::size_t drop(const std::string& table, const std::string& before) {
    const Day day = business_day(parse_rfc3339(before + "T12:00:00+07:00").value());
    return session.in_tx([&](sql::Tx& tx) { return drop_partitions(tx, table, day); });
  }
  Result<std::size_t> discard(const std::string& item, const std::string& note) {
    return session.in_tx([&](sql::Tx& tx) { return discard_held_scans(tx, item, clerk, note, now); });
  }
  // As if what `where` finds had been written in that month, which gets its partition.
  void backdate(const std::string& table, const std::string& column, const std::string& month,
                const std::string& where) {
    const std::string happened =
        table == "parcel_event" ? ", occurred_at = occurred_at - interval '10 years'" : "";
    session.sql("SELECT make_partition('" + table + "', '" + month + "-01')");
    session.sql_past_guards("UPDATE " + table + " SET " + column + " = '" + month + "-15 12:00:00+00'" +
                            happened + " WHERE " + where);
  }
  bool has_table(const std::string& name) {
    return session.text("SELECT to_regclass('" + name + "') IS NOT NULL") == "t";
  }
  std::string coming_month(int months) {
    return session.text("SELECT to_char((now() AT TIME ZONE 'UTC') + interval '" + std::to_string(months) +
                        " months', 'YYYYMM')");
  }
  // A parcel that was delivered and proved: its order is closed.
  std::string ended(int number) {
    const auto parcel_number = placed(test::delivery_wish(test::dossier_code(number))).number;
    walk(parcel_number, {"collected", "in_transit", "out_for_delivery"}, now);
    auto proved = test::scan_of(parcel_number, "delivered", now + 1h);
    proved.evidence = true;
    scan_one(proved);
    return parcel_number;
  }
  std::string findings() {
    std::string text;
    const auto report = run_verify(database.dsn()).value();
    for (const auto& finding : report.findings) text += finding.check + "\n";
    return text;
  }
  // Removed by the default partition's owner, as nothing else may.
  void clear_default(const std::string& table) {
    session.sql_past_guards("DELETE FROM " + table + "_default");
  }
};

// A row of a month that has no partition yet, in each table's default partition.
constexpr const char* kRowsAhead = R"(
  INSERT INTO parcel_event (received_at, event_key, source, raw_code, event, occurred_at, item_ref)
  VALUES (now() + interval '%', gen_random_uuid(), 'bccid', 'collected', 'collected',
          now() - interval '1 year', 'X-1');
  INSERT INTO outbox (created_at, target, kind, subject, payload)
  VALUES (now() + interval '%', 'webhook:a', 'event', 'parcel:X', '{}');
  INSERT INTO exchange (at, counterpart, subject, attempt, outcome, took_ms)
  VALUES (now() + interval '%', 'webhook:a', 'parcel:X', 1, 'delivered', 1);
  INSERT INTO audit (at, actor, role, action, subject)
  VALUES (now() + interval '%', 'x', 'admin', 'test', 'x'))";

std::string rows_in(const std::string& interval) {
  std::string text = kRowsAhead;
  for (auto at = text.find('%'); at != std::string::npos; at = text.find('%')) text.replace(at, 1, interval);
  return text;
}

TEST_F(Retention, RowsThatTheDefaultPartitionCaughtMoveIntoTheirMonth) {
  for (const auto* table : kTables) session.sql(std::string("DROP TABLE ") + table + "_" + coming_month(2));
  session.sql(rows_in("2 months"));
  const auto results = keep_house();
  for (const auto* table : kTables) {
    const std::string name = table;
    const auto making = of(results, "partitions_" + name);
    EXPECT_EQ(making.failure, "") << name;
    EXPECT_GE(making.done, 1U) << name;
    EXPECT_EQ(count(name + "_default"), 0) << name;
    EXPECT_EQ(count(name + "_" + coming_month(2)), 1) << name;
    EXPECT_FALSE(has_table(name + "_aside")) << name;
  }
  // The new default partition is what the old one was: it catches, and refuses what its table refuses.
  session.sql(rows_in("10 years"));
  EXPECT_EQ(count("audit_default"), 1);
  EXPECT_EQ(session.refusal("UPDATE audit SET subject = 'y'"), "BC009");
  EXPECT_EQ(session.refusal("DELETE FROM parcel_event"), "BC009");
  for (const auto* table : kTables) clear_default(table);
  session.sql_past_guards("DELETE FROM parcel_event");
}

TEST_F(Retention, MonthsThatNobodyMadeAreMadeWhenTheirRowsAreFound) {
  session.sql(rows_in("-8 months"));
  session.sql(rows_in("-7 months"));
  EXPECT_EQ(count("exchange_default"), 2);
  keep_house();
  for (const auto* table : kTables) EXPECT_EQ(count(std::string(table) + "_default"), 0) << table;
  EXPECT_TRUE(has_table("audit_" + coming_month(-8)));
  EXPECT_FALSE(has_table("exchange_" + coming_month(-8))) << "older than exchanges are kept, so dropped";
  session.sql_past_guards("DELETE FROM parcel_event");
}

TEST_F(Retention, ATableThatCannotBePartitionedLeavesTheOthersAlone) {
  for (const auto* table : kTables) session.sql(std::string("DROP TABLE ") + table + "_" + coming_month(2));
  session.sql(
      "CREATE TABLE outbox_odd PARTITION OF outbox FOR VALUES FROM (date_trunc('month', now()) + interval '2 "
      "months 10 days') TO (date_trunc('month', now()) + interval '2 months 11 days')");
  const auto results = keep_house();
  EXPECT_NE(of(results, "partitions_outbox").failure, "");
  for (const auto* table : {"parcel_event", "exchange", "audit"}) {
    EXPECT_EQ(of(results, std::string("partitions_") + table).failure, "");
    EXPECT_TRUE(has_table(std::string(table) + "_" + coming_month(2))) << table;
    EXPECT_EQ(of(results, std::string("retention_") + table).failure, "");
  }
}

TEST_F(Retention, PartitionsAreThereWhenTheHousekeeperHasStarted) {
  for (const auto* table : kTables) session.sql(std::string("DROP TABLE ") + table + "_" + coming_month(0));
  keep_house(true);
  for (const auto* table : kTables) EXPECT_TRUE(has_table(std::string(table) + "_" + coming_month(0)));
}

TEST_F(Retention, AHousekeeperWithoutTimeForPartitionsAtItsStartMakesThemAfterIt) {
  for (const auto* table : kTables) session.sql(std::string("DROP TABLE ") + table + "_" + coming_month(0));
  HousekeeperConfig hurried;
  hurried.start_patience = 0ms;
  keep_house(true, hurried);
  for (const auto* table : kTables) EXPECT_FALSE(has_table(std::string(table) + "_" + coming_month(0)));
  keep_house();
  for (const auto* table : kTables) EXPECT_TRUE(has_table(std::string(table) + "_" + coming_month(0)));
}

TEST_F(Retention, DroppedMonthsLeaveKeysAndCountsAndCleanBooks) {
  const auto old_scan =
      test::scan_of(placed(test::delivery_wish(test::dossier_code(9))).number, "collected", now);
  scan_one(old_scan);
  walk(old_scan.item, {"refused", "returned"}, now + 1h);
  const auto straddling = ended(1);
  const auto whole = ended(2);
  session.sql(
      "UPDATE outbox SET state = 'delivered', finished_at = now(), lease_until = NULL WHERE state <> 'void';"
      "UPDATE dossier SET confirmed_status = told_status, confirmed_at = now()");
  backdate("parcel_event", "received_at", "2019-03", "item_ref = '" + old_scan.item + "'");
  backdate("parcel_event", "received_at", "2019-04",
           "item_ref = '" + straddling + "' AND event IN ('collected', 'delivered')");
  backdate("outbox", "created_at", "2019-03", "true");
  const auto results = keep_house();
  EXPECT_EQ(of(results, "retention_parcel_event").done, 2U);
  EXPECT_EQ(of(results, "retention_outbox").done, 1U);
  EXPECT_EQ(count("parcel_event WHERE item_ref = '" + old_scan.item + "'"), 0);
  EXPECT_EQ(count("parcel_event WHERE item_ref = '" + straddling + "'"), 2);
  EXPECT_EQ(scan_one(old_scan).outcome, ScanOutcome::duplicate);
  EXPECT_EQ(state(old_scan.item), "returned");
  EXPECT_EQ(findings(), "");
  // What was not dropped is compared as before, also of parcels of which something was.
  for (const auto& number : {straddling, whole}) {
    const std::string travelled =
        " FROM parcel_event WHERE item_ref = '" + number + "' AND event = 'in_transit'";
    session.sql("CREATE TABLE kept AS SELECT *" + travelled);
    session.sql_past_guards("DELETE" + travelled);
    EXPECT_EQ(findings(), "parcels_count_their_events\n") << number;
    session.sql("INSERT INTO parcel_event SELECT * FROM kept; DROP TABLE kept");
  }
}

TEST_F(Retention, AScanOfAParcelWhoseEventsAreGoneIsKeptForAPersonAndMovesNothing) {
  const auto number = ended(1);
  const auto given = session.text("SELECT event_key::text FROM parcel_event WHERE item_ref = '" + number +
                                  "' AND event = 'delivered'");
  session.sql(
      "UPDATE outbox SET state = 'delivered', finished_at = now(), lease_until = NULL WHERE state <> 'void'");
  session.sql("UPDATE dossier SET confirmed_status = told_status, confirmed_at = now()");
  backdate("parcel_event", "received_at", "2019-03", "item_ref = '" + number + "'");
  ASSERT_EQ(drop("parcel_event", "2020-01-01"), 1U);
  const auto was = parcel("concat_ws(' ', state, step, since, events, anomalies)", number);
  auto late = test::scan_of(number, "in_transit", now - 24h);
  auto retraction = test::scan_of(number, "retracted", now + 24h);
  retraction.retracts = parse_uuid(given).value();
  const auto answers = scan({late, retraction});
  for (const auto& answer : answers) {
    EXPECT_EQ(answer.outcome, ScanOutcome::accepted);
    EXPECT_EQ(answer.reason, "illegal_move_kept_for_a_person");
  }
  EXPECT_NE(parcel("concat_ws(' ', state, step, since, events, anomalies)", number), was);
  EXPECT_EQ(parcel("concat_ws(' ', state, step)", number), "delivered proved");
  EXPECT_EQ(parcel("anomalies", number), "2");
  EXPECT_NE(open_attention_text().find("illegal_scan parcel:" + number), std::string::npos);
}

TEST_F(Retention, AParcelThatIsOpenedAgainBesideTheDropKeepsItsMonth) {
  const auto number = ended(1);
  const auto given = session.text("SELECT event_key::text FROM parcel_event WHERE item_ref = '" + number +
                                  "' AND event = 'delivered'");
  backdate("parcel_event", "received_at", "2019-03", "item_ref = '" + number + "'");
  auto retraction = test::scan_of(number, "retracted", now + 24h);
  retraction.retracts = parse_uuid(given).value();
  std::string refused;
  EXPECT_TRUE(waits_for(
      [&](sql::Tx& tx) {
        accept_scans(tx, {&retraction, 1}, now + 24h);
      },
      [&](sql::Tx& tx) {
        try {
          drop_partitions(tx, "parcel_event", business_day(now));
        } catch (const sql::SqlError& error) {
          refused = error.sqlstate();
        }
      }));
  EXPECT_EQ(refused, "55006");
  EXPECT_EQ(count("parcel_event WHERE item_ref = '" + number + "' AND received_at < '2020-01-01'"), 4);
  EXPECT_EQ(count("parcel_dropped_events"), 0);
  EXPECT_EQ(findings(), "");
}

TEST_F(Retention, WhatIsNotFinishedKeepsItsMonth) {
  const auto open = placed(test::delivery_wish(test::dossier_code(1))).number;
  walk(open, {"collected"}, now);
  backdate("parcel_event", "received_at", "2019-03", "true");
  session.sql(
      "UPDATE outbox SET state = 'delivered', finished_at = now(), lease_until = NULL "
      "WHERE kind <> 'order.create'");
  session.sql("UPDATE dossier SET confirmed_status = told_status, confirmed_at = now()");
  backdate("outbox", "created_at", "2019-03", "true");
  EXPECT_EQ(drop("parcel_event", "2020-01-01"), 0U);
  EXPECT_EQ(drop("outbox", "2020-01-01"), 0U);
  EXPECT_EQ(count("parcel_dropped_events"), 0);
}

TEST_F(Retention, WhatWaitsForADisabledSubscriberKeepsNoMonth) {
  session.sql(
      "INSERT INTO webhook_endpoint (id, url) VALUES ('a-1', 'http://127.0.0.1/');"
      "INSERT INTO outbox (target, kind, subject, payload) VALUES ('webhook:a-1', 'event', 'parcel:X', "
      "'{}')");
  backdate("outbox", "created_at", "2019-03", "true");
  EXPECT_EQ(drop("outbox", "2020-01-01"), 0U);
  session.sql("UPDATE webhook_endpoint SET disabled_at = now(), disabled_reason = 'answered 410'");
  EXPECT_EQ(drop("outbox", "2020-01-01"), 1U);
}

TEST_F(Retention, WhatWaitsForAProviderOfReceiptsKeepsItsMonth) {
  session.sql(
      "INSERT INTO outbox (target, kind, subject, payload) VALUES ('receipt:H20.01', 'receipt.issue', "
      "'receipt:1', '{}')");
  EXPECT_EQ(session.number("SELECT count(*) FROM outbox WHERE target_waits(target)"), 1);
  backdate("outbox", "created_at", "2019-03", "true");
  EXPECT_EQ(drop("outbox", "2020-01-01"), 0U);
  session.sql("UPDATE outbox SET state = 'void', finished_at = now()");
  EXPECT_EQ(drop("outbox", "2020-01-01"), 1U);
}

TEST_F(Retention, ADiscardedHeldScanKeepsItsMonthNoLonger) {
  const auto item = test::item_code(7);
  scan_one(test::scan_of(item, "collected", now));
  backdate("parcel_event", "received_at", "2019-03", "true");
  EXPECT_EQ(drop("parcel_event", "2020-01-01"), 0U);
  EXPECT_EQ(discard(item, " ").error().code, Errc::invalid_field);
  EXPECT_EQ(discard(item, "label of another post").value(), 1U);
  EXPECT_EQ(open_attention_text(), "");
  EXPECT_EQ(findings(), "");
  EXPECT_EQ(count("audit WHERE action = 'scans.discard' AND subject = 'parcel:" + item +
                  "' AND detail->>'note' = 'label of another post'"),
            1);
  EXPECT_EQ(discard(item, "again").error().code, Errc::not_found);
  // A scan that comes later is a question of its own.
  scan_one(test::scan_of(item, "in_transit", now + 1min));
  EXPECT_EQ(open_attention_text(), "unknown_parcel parcel:" + item);
  EXPECT_EQ(drop("parcel_event", "2020-01-01"), 1U);
  EXPECT_EQ(count("held_scan_discarded"), 0);
  EXPECT_EQ(count("parcel_event"), 1);
}

TEST_F(Retention, CashOfADiscardedScanIsAQuestionOfFinance) {
  const auto item = test::item_code(8);
  auto paid = test::scan_of(item, "collected", now);
  paid.fee = Money(500'000);
  paid.postage = Money(26'000);
  scan_one(paid);
  EXPECT_EQ(discard(item, "a mistyped label").value(), 1U);
  EXPECT_EQ(
      session.text("SELECT string_agg(type || ' ' || amount || ' ' || owner, ', ' ORDER BY amount) FROM "
                   "recon_break WHERE resolved_at IS NULL AND subject LIKE 'cash:%'"),
      "cash_over 26000 post_finance, cash_over 500000 post_finance");
  EXPECT_EQ(findings(), "");
}

TEST_F(Retention, CashOfADiscardedScanIsNoQuestionAnyMoreOnceAnOrderNamesTheLabel) {
  const auto number = test::dossier_code(1) + "-T1";
  auto paid = test::scan_of(number, "collected", now);
  paid.fee = Money(50'000);
  scan_one(paid);
  ASSERT_TRUE(discard(number, "nobody knows it"));
  auto wanted = test::delivery_wish(test::dossier_code(1));
  wanted.charges = {{"fee", Money(50'000)}};
  placed(wanted);
  EXPECT_EQ(count("recon_break WHERE resolved_at IS NULL"), 0);
  EXPECT_EQ(count("charge WHERE state = 'collected' AND taken = 50000"), 1);
}

TEST_F(Retention, ADiscardedScanStillJoinsAParcelThatBecomesKnown) {
  const auto number = test::dossier_code(1) + "-T1";
  scan_one(test::scan_of(number, "collected", now));
  ASSERT_TRUE(discard(number, "nobody knows it"));
  placed(test::delivery_wish(test::dossier_code(1)));
  EXPECT_EQ(state(number), "collected");
}

TEST_F(Retention, ADroppedDeadLetterKeepsItsMonthNoLongerAndIsAskedForNoMore) {
  const auto number = ended(1);
  session.sql(
      "UPDATE outbox SET finished_at = now(), lease_until = NULL, reason = 'gone', "
      "state = CASE kind WHEN 'dossier.status' THEN 'dead' ELSE 'delivered' END");
  session.sql(
      "INSERT INTO attention (kind, subject, detail, action, owner, due_at) SELECT 'dead_letter', 'outbox:' "
      "|| "
      "id, 'x', 'x', 'admin', now() FROM outbox WHERE state = 'dead'");
  backdate("outbox", "created_at", "2019-03", "true");
  EXPECT_EQ(drop("outbox", "2020-01-01"), 0U);
  const auto dead = session.in_tx([](sql::Tx& tx) { return list_dead_letters(tx, PageOf{}); }).value();
  ASSERT_FALSE(dead.items.empty());
  for (const auto& letter : dead.items)
    EXPECT_TRUE(session.in_tx(
        [&](sql::Tx& tx) { return give_up_message(tx, letter.id, "told by telephone", clerk); }));
  EXPECT_EQ(count("audit WHERE action = 'outbox.drop' AND detail->>'reason' = 'told by telephone'"),
            static_cast<std::int64_t>(dead.items.size()));
  EXPECT_EQ(open_attention_text(), "");
  EXPECT_EQ(drop("outbox", "2020-01-01"), 1U);
  EXPECT_EQ(findings(), "") << number;
}

}  // namespace
}  // namespace bccid
