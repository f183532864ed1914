#include "flow/scan_gate.hpp"

#include "tests/flow/post_day.hpp"
#include "tests/support/coroutine_run.hpp"

#include <algorithm>
#include <deque>
#include <memory>

namespace bccid {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

using Answers = Result<std::vector<ScanAnswer>>;

class ScanGateTest : public test::PostDay {
 protected:
  void start(ScanGateConfig config) {
    DbConfig db_config;
    db_config.dsn = database.dsn();
    db_config.interactive_workers = 4;
    db_config.background_workers = 1;
    db_config.lock_timeout = 100ms;
    db = std::make_unique<Db>(std::move(db_config));
    test::run(io, db->start());
    gate = std::make_unique<ScanGate>(*db, clock, config);
    test::run(io, gate->start());
  }
  void TearDown() override {
    if (gate) test::run(io, gate->stop());
    if (db) test::run(io, db->stop());
    PostDay::TearDown();
  }

  // Handed over at once; answered when `io` runs.
  test::Pending<Answers>& submit(std::vector<Scan> scans, Deadline deadline = deadline_in(5s)) {
    return pending.emplace_back(io, gate->submit(std::move(scans), deadline));
  }
  void run_all() {
    io.restart();
    io.run();
  }
  std::vector<std::string> deliveries(int how_many) {
    std::vector<std::string> numbers;
    for (int i = 0; i < how_many; ++i)
      numbers.push_back(placed(test::delivery_wish(test::dossier_code(i))).number);
    return numbers;
  }

  asio::io_context io;
  ManualClock clock{now};
  std::unique_ptr<Db> db;
  std::unique_ptr<ScanGate> gate;
  std::deque<test::Pending<Answers>> pending;
};

TEST_F(ScanGateTest, RequestsOfOneTurnShareATransaction) {
  const auto numbers = deliveries(20);
  start({});
  for (const auto& number : numbers) submit({test::scan_of(number, "collected", now)});
  run_all();
  for (auto& one : pending) EXPECT_EQ(one.value().value().at(0).parcel_state, "collected");
  EXPECT_EQ(gate->figures().batches, 1U);
  EXPECT_EQ(gate->figures().items, 20U);
  EXPECT_EQ(gate->figures().waiting, 0U);
}

TEST_F(ScanGateTest, ABatchBearsItsFirstRequestInPostgresqlAndEachMessageItsOwn) {
  const auto numbers = deliveries(2);
  session.sql(
      "CREATE TABLE seen (name text);"
      "CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
      "INSERT INTO seen VALUES (current_setting('application_name')); RETURN NULL; END $$;"
      "CREATE TRIGGER see AFTER INSERT ON scan_key FOR EACH STATEMENT EXECUTE FUNCTION see();"
      "INSERT INTO webhook_endpoint (id, url) VALUES ('a-1', 'http://127.0.0.1/')");
  start({});
  auto first = test::scan_of(numbers[0], "collected", now),
       second = test::scan_of(numbers[1], "collected", now);
  first.request_id = "req-0000000a";
  second.request_id = "req-0000000b";
  submit({first});
  submit({second});
  run_all();
  for (auto& one : pending) EXPECT_EQ(one.value().value().at(0).parcel_state, "collected");
  EXPECT_EQ(gate->figures().batches, 1U);
  EXPECT_EQ(session.text("SELECT string_agg(DISTINCT name, ', ') FROM seen"), "bccid req-0000000a");
  const auto requests_about = [&](const std::string& number) {
    return session.text(
        "SELECT string_agg(split_part(target, ':', 1) || ' ' || request_id, ', ' ORDER BY target) "
        "FROM outbox WHERE kind <> 'order.create' AND payload LIKE '%" +
        number + "%'");
  };
  EXPECT_EQ(requests_about(test::dossier_code(0)), "onestop req-0000000a, webhook req-0000000a");
  EXPECT_EQ(requests_about(test::dossier_code(1)), "onestop req-0000000b, webhook req-0000000b");
}

TEST_F(ScanGateTest, AnswersStandInTheOrderOfEachRequestsScans) {
  const auto numbers = deliveries(2);
  start({});
  auto& first =
      submit({test::scan_of(numbers[0], "collected", now), test::scan_of(numbers[1], "collected", now)});
  auto& second =
      submit({test::scan_of(numbers[1], "in_transit", now + 1min), test::scan_of("H99-T1", "held", now)});
  run_all();
  EXPECT_EQ(first.value().value().at(0).parcel_state, "collected");
  EXPECT_EQ(first.value().value().at(1).parcel_state, "in_transit");  // the state after the whole batch
  EXPECT_EQ(second.value().value().at(0).parcel_state, "in_transit");
  EXPECT_EQ(second.value().value().at(1).outcome, ScanOutcome::held_unknown_parcel);
}

TEST_F(ScanGateTest, ARequestIsNeverSplit) {
  const auto numbers = deliveries(4);
  ScanGateConfig config;
  config.batch_items_max = 5;
  config.writers = 1;
  start(config);
  for (int i = 0; i < 3; ++i) {
    std::vector<Scan> scans;
    for (const auto& number : numbers)
      scans.push_back(test::scan_of(number, "collected", now + std::chrono::minutes(i)));
    submit(std::move(scans));
  }
  run_all();
  for (auto& one : pending) EXPECT_EQ(one.value().value().size(), 4U);
  EXPECT_EQ(gate->figures().batches, 3U);
}

TEST_F(ScanGateTest, WhatWouldWaitTooLongIsTurnedAway) {
  const auto numbers = deliveries(1);
  ScanGateConfig config;
  config.waiting_items_max = 2;
  start(config);
  submit({test::scan_of(numbers[0], "collected", now), test::scan_of(numbers[0], "in_transit", now + 1min)});
  auto& late = submit({test::scan_of(numbers[0], "held", now + 2min)});
  run_all();
  EXPECT_EQ(pending.front().value().value().size(), 2U);
  EXPECT_EQ(late.value().error().code, Errc::overloaded);
  EXPECT_EQ(gate->figures().refused, 1U);
}

TEST_F(ScanGateTest, StoppingAnswersWhatItHadTaken) {
  const auto numbers = deliveries(3);
  start({});
  for (const auto& number : numbers) submit({test::scan_of(number, "collected", now)});
  io.restart();
  io.poll_one();  // the first is taken, the others come after the stop
  test::run(io, gate->stop());
  run_all();
  int taken = 0;
  for (auto& one : pending) {
    taken += one.value() ? 1 : 0;
    EXPECT_TRUE(one.value() || one.value().error().code == Errc::unavailable);
  }
  EXPECT_GE(taken, 1);
  EXPECT_EQ(count("parcel_event"), taken);
  auto& after = submit({test::scan_of(numbers[0], "in_transit", now)});
  run_all();
  EXPECT_EQ(after.value().error().code, Errc::unavailable);
}

TEST_F(ScanGateTest, OnePoisonedRequestDoesNotTakeItsNeighbours) {
  const auto numbers = deliveries(2);
  start({});
  auto poisoned = test::scan_of(numbers[0], "collected", now);
  poisoned.office = "\xFF\xFE";  // the HTTP side refuses this; the store must too
  auto& bad = submit({poisoned});
  auto& good = submit({test::scan_of(numbers[1], "collected", now)});
  run_all();
  EXPECT_EQ(bad.value().error().code, Errc::invalid_field);
  EXPECT_EQ(good.value().value().at(0).parcel_state, "collected");
}

TEST_F(ScanGateTest, ALockedParcelIsATimeoutAndTheSameScansGoThroughLater) {
  const auto numbers = deliveries(1);
  start({});
  const auto one = test::scan_of(numbers[0], "collected", now);
  session.sql("BEGIN; SELECT 1 FROM parcel FOR UPDATE");
  auto& blocked = submit({one});
  run_all();
  EXPECT_EQ(blocked.value().error().code, Errc::timed_out);
  session.sql("COMMIT");
  EXPECT_EQ(count("parcel_event"), 0);
  auto& again = submit({one});
  run_all();
  EXPECT_EQ(again.value().value().at(0).outcome, ScanOutcome::accepted);
}

TEST_F(ScanGateTest, ScansThatNobodyBeganInTimeAreRefusedAndStoreNothing) {
  const auto numbers = deliveries(2);
  ScanGateConfig config;
  config.writers = 1;
  start(config);
  auto& overdue = submit({test::scan_of(numbers[0], "collected", now)}, SteadyClock::now() - 1ms);
  auto& good = submit({test::scan_of(numbers[1], "collected", now)});
  run_all();
  EXPECT_EQ(overdue.value().error().code, Errc::timed_out);
  EXPECT_EQ(good.value().value().at(0).parcel_state, "collected");
  EXPECT_EQ(count("parcel_event"), 1);
  EXPECT_EQ(gate->figures().waiting, 0U);
  EXPECT_EQ(gate->figures().refused, 1U);
}

// Four writers over the same parcels, named in opposite orders, with cash and dossiers in every batch.
TEST_F(ScanGateTest, ConcurrentBatchesOverTheSameParcelsAllSucceed) {
  constexpr int kParcels = 12;
  constexpr int kRounds = 24;
  const auto numbers = deliveries(kParcels);
  ScanGateConfig config;
  config.writers = 4;
  config.batch_items_max = kParcels;
  start(config);
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Scan> scans;
    for (const auto& number : numbers) {
      auto one = test::scan_of(number, round % 2 == 0 ? "in_transit" : "out_for_delivery",
                               now + std::chrono::minutes(round));
      one.postage = Money(1'000 + round);
      scans.push_back(std::move(one));
    }
    if (round % 2 == 1) std::reverse(scans.begin(), scans.end());
    submit(std::move(scans));
  }
  run_all();
  for (auto& one : pending) {
    ASSERT_TRUE(one.value()) << one.value().error().text();
    for (const auto& answer : *one.value()) EXPECT_EQ(answer.outcome, ScanOutcome::accepted);
  }
  EXPECT_EQ(count("parcel_event"), kParcels * kRounds);
  EXPECT_EQ(count("parcel WHERE events = 24 AND state = 'out_for_delivery'"), kParcels);
  EXPECT_EQ(count("journal WHERE kind = 'collected'"), kParcels * kRounds);
}

}  // namespace
}  // namespace bccid
