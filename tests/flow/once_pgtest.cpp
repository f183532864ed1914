#include "flow/once.hpp"

#include "tests/support/coroutine_run.hpp"
#include "tests/support/pg_gate.hpp"
#include "tests/support/session.hpp"
#include "tests/support/verified.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace bccid {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

const sql::Query kEffect{"test_once_effect", R"(
INSERT INTO refusal_count (day, route, reason, count) VALUES ('2025-11-22', 'test', 'once', 1)
    ON CONFLICT (day, route, reason) DO UPDATE SET count = refusal_count.count + 1)"};

class Once : public testing::Test {
 protected:
  void SetUp() override { start(database.dsn()); }
  void TearDown() override {
    if (db) test::run(io, db->stop());
    test::expect_verified(database.dsn());
  }
  void start(const std::string& dsn) {
    if (db) test::run(io, db->stop());
    DbConfig config;
    config.dsn = dsn;
    config.interactive_workers = 4;
    config.background_workers = 1;
    db = std::make_unique<Db>(std::move(config));
    test::run(io, db->start());
  }

  static OnceKey key(const std::string& name, const std::string& body,
                     const std::string& scope = "somebody POST /x") {
    OnceKey made;
    made.scope = scope;
    made.key = name;
    made.body_hash = sha256(body);
    return made;
  }
  static OnceEffect effect(int status = 201) {
    return [status](sql::Tx& tx) -> Result<KeptAnswer> {
      tx.exec(kEffect);
      return KeptAnswer{status, "{\"made\":true}", "/v1/things/1", false};
    };
  }
  asio::awaitable<Result<KeptAnswer>> work(OnceKey made, OnceEffect what) {
    JobSpec spec(Lane::interactive, deadline_in(20s), "test_once");
    return once(*db, std::move(spec), std::move(made), std::move(what));
  }
  Result<KeptAnswer> run(OnceKey made, OnceEffect what) {
    return test::run(io, work(std::move(made), std::move(what)));
  }
  std::int64_t effects() {
    return session.number("SELECT coalesce(sum(count), 0)::bigint FROM refusal_count");
  }

  test::TestDatabase database{test::to_current_schema};
  test::Session session{database.dsn()};
  asio::io_context io;
  std::unique_ptr<Db> db;
};

TEST_F(Once, TheSameAgainIsTheKeptAnswer) {
  const auto first = run(key("k", "body"), effect());
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_FALSE(first->replayed);
  const auto again = run(key("k", "body"), effect(500));
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->status, 201);
  EXPECT_EQ(again->body, first->body);
  EXPECT_EQ(again->location, first->location);
  EXPECT_EQ(effects(), 1);
}

TEST_F(Once, AnotherBodyUnderTheKeyIsRefused) {
  ASSERT_TRUE(run(key("k", "body"), effect()));
  EXPECT_EQ(run(key("k", "other"), effect()).error().code, Errc::key_reused);
  EXPECT_EQ(effects(), 1);
}

TEST_F(Once, KeysOfTwoCallersNeverMeet) {
  ASSERT_TRUE(run(key("k", "body", "one POST /x"), effect()));
  const auto other = run(key("k", "other", "two POST /x"), effect());
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->replayed);
  EXPECT_EQ(effects(), 2);
}

TEST_F(Once, InFlightIsExactlyAsLongAsTheWork) {
  session.sql(
      "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('somebody POST /x' || chr(10) || 'k', 7))");
  EXPECT_EQ(run(key("k", "body"), effect()).error().code, Errc::key_in_flight);
  EXPECT_EQ(effects(), 0);
  session.sql("ROLLBACK");
  EXPECT_TRUE(run(key("k", "body"), effect()));
}

TEST_F(Once, AFailureIsNotKept) {
  const OnceEffect failing = [](sql::Tx& tx) -> Result<KeptAnswer> {
    tx.exec(kEffect);
    return Failure(Errc::conflict, "not now");
  };
  EXPECT_EQ(run(key("k", "body"), failing).error().code, Errc::conflict);
  EXPECT_EQ(effects(), 0);
  EXPECT_TRUE(run(key("k", "body"), effect()));
  EXPECT_EQ(effects(), 1);
}

TEST_F(Once, WithoutAKeyEachRequestIsItsOwn) {
  ASSERT_TRUE(run(key("", "body"), effect()));
  ASSERT_TRUE(run(key("", "body"), effect()));
  EXPECT_EQ(effects(), 2);
  EXPECT_EQ(session.number("SELECT count(*) FROM idempotency_key"), 0);
}

TEST_F(Once, ManyAtOnceHaveOneEffect) {
  std::vector<std::unique_ptr<test::Pending<Result<KeptAnswer>>>> all;
  for (int i = 0; i < 12; ++i)
    all.push_back(std::make_unique<test::Pending<Result<KeptAnswer>>>(io, work(key("k", "body"), effect())));
  io.restart();
  io.run();
  int fresh = 0;
  for (auto& one : all) {
    if (!one->value()) {
      EXPECT_EQ(one->value().error().code, Errc::key_in_flight);
    } else if (!one->value()->replayed) {
      ++fresh;
    }
  }
  EXPECT_EQ(fresh, 1);
  EXPECT_EQ(effects(), 1);
}

TEST_F(Once, ALostAnswerToTheCommitIsFoundAgainByTheKey) {
  test::PgGate gate(database.dsn());
  start(gate.dsn());
  gate.swallow_answer_to("COMMIT");
  const auto answer = run(key("k", "body"), effect());
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_TRUE(answer->replayed);
  EXPECT_EQ(effects(), 1);
}

}  // namespace
}  // namespace bccid
