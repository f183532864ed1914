#include "store/db.hpp"

#include "tests/support/coroutine_run.hpp"
#include "tests/support/pg_cluster.hpp"
#include "tests/support/pg_gate.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <latch>
#include <memory>

namespace bccid {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

const sql::Query kInsert{"test_insert", "INSERT INTO thing (id) VALUES ($1)"};
const sql::Query kInsertOnce{"test_insert_once", "INSERT INTO thing (id) VALUES ($1) ON CONFLICT DO NOTHING"};
const sql::Query kCount{"test_count", "SELECT count(*) FROM thing WHERE id = $1"};
const sql::Query kLock{"test_lock", "SELECT id FROM thing WHERE id = $1 FOR UPDATE"};
const sql::Query kSleep{"test_sleep", "SELECT pg_sleep(60)"};
const sql::Query kOwnPid{"test_own_pid", "SELECT pg_backend_pid()"};
const sql::Query kKill{"test_kill", "SELECT pg_terminate_backend($1::integer, 5000)"};
const sql::Query kApplication{"test_application", "SELECT current_setting('application_name')"};
const sql::Query kRefuse{"test_refuse", "SELECT refuse($1, $2)"};

constexpr const char* kSchema = R"(
  CREATE TABLE thing (id bigint PRIMARY KEY CONSTRAINT small CHECK (id < 1000000));
  CREATE FUNCTION refuse(code text, message text) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN RAISE EXCEPTION '%', message USING ERRCODE = code, HINT = 'Look at the table.'; END $$;
  CREATE TABLE checked_late (id bigint);
  CREATE FUNCTION slow_refusal() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_sleep(0.2);
    IF NEW.id < 0 THEN RAISE EXCEPTION 'debits and credits differ' USING ERRCODE = 'BC002'; END IF;
    RETURN NEW;
  END $$;
  CREATE CONSTRAINT TRIGGER late AFTER INSERT ON checked_late DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION slow_refusal();
)";
const sql::Query kInsertLate{"test_insert_late", "INSERT INTO checked_late VALUES ($1)"};

sql::SessionOptions session(const std::string& dsn) {
  sql::SessionOptions options;
  options.dsn = dsn;
  return options;
}

// A started Db over a small schema, and a connection beside it.
class DbTest : public testing::Test {
 protected:
  DbTest() { side.script("schema", kSchema); }
  // Not in the destructor: jobs still refer to the members of the derived class.
  void TearDown() override {
    if (db) test::run(io, db->stop());
  }

  DbConfig config_of(const std::string& dsn) {
    DbConfig config;
    config.dsn = dsn;
    config.interactive_workers = 2;
    config.background_workers = 1;
    return config;
  }
  void start(DbConfig config) {
    db = std::make_unique<Db>(std::move(config));
    test::run(io, db->start());
  }
  void start() { start(config_of(database.dsn())); }

  JobSpec spec(const char* name = "test_job") { return {Lane::interactive, deadline_in(20s), name}; }
  template <class F>
  auto run(JobSpec how, F job) {
    return test::run(io, db->run(std::move(how), std::move(job)));
  }
  // Hands the job over without waiting for it.
  template <class F>
  auto begin(JobSpec how, F job) {
    auto work = db->run(std::move(how), std::move(job));
    using Value = Result<JobValue<F>>;
    auto pending = std::make_unique<test::Pending<Value>>(io, std::move(work));
    poll();
    return pending;
  }
  void poll() {
    io.restart();
    io.poll();
  }
  void finish() {
    io.restart();
    io.run();
  }
  std::int64_t count(std::int64_t id) { return side.exec(kCount, sql::Params::of(id)).front().i64(0); }
  void kill(std::int64_t pid) { side.exec(kKill, sql::Params::of(pid)); }

  test::TestDatabase database = test::TestDatabase::empty();
  sql::Connection side{session(database.dsn())};
  asio::io_context io;
  std::unique_ptr<Db> db;
};

TEST_F(DbTest, CommitsWhenTheJobReturnsAValue) {
  start();
  auto job = [](sql::Tx& tx) { return tx.exec_count(kInsert, sql::Params::of(1)); };
  const auto inserted = run(spec(), job);
  ASSERT_TRUE(inserted) << inserted.error().text();
  EXPECT_EQ(*inserted, 1);
  EXPECT_EQ(count(1), 1);
  EXPECT_EQ(db->counters().jobs_done, 1u);
}

TEST_F(DbTest, RollsBackWhenTheJobReturnsAFailure) {
  start();
  auto job = [](sql::Tx& tx) -> Result<int> {
    tx.exec(kInsert, sql::Params::of(1));
    return Failure(Errc::conflict, "not today");
  };
  const auto refused = run(spec(), job);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_EQ(count(1), 0);
}

TEST_F(DbTest, RollsBackAndNamesTheJobThatThrows) {
  start();
  auto job = [](sql::Tx& tx) {
    tx.exec(kInsert, sql::Params::of(1));
    throw std::logic_error("no such column");
  };
  const Status broken = run(spec("order_read"), job);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, Errc::internal);
  EXPECT_NE(broken.error().detail.find("order_read"), std::string::npos);
  EXPECT_EQ(count(1), 0);
}

TEST_F(DbTest, RefusesToCommitAfterAFailedStatementThatTheJobHid) {
  start();
  auto job = [](sql::Tx& tx) {
    try {
      tx.exec(kInsert, sql::Params::of(2'000'000));
    } catch (const sql::SqlError&) {
      return 1;
    }
    return 0;
  };
  EXPECT_EQ(run(spec(), job).error().code, Errc::internal);
}

TEST_F(DbTest, TranslatesWhatConstraintsAndTriggersRefuse) {
  start();
  const auto refused = [&](std::string code) {
    auto job = [code](sql::Tx& tx) { tx.exec(kRefuse, sql::Params::of(code, "parcel 7 cannot go there")); };
    return run(spec(), job).error();
  };
  EXPECT_EQ(refused("BC001").code, Errc::illegal_move);
  EXPECT_EQ(refused("BC001").detail, "parcel 7 cannot go there");
  EXPECT_EQ(refused("BC001").hint, "Look at the table.");
  EXPECT_EQ(refused("BC002").code, Errc::unbalanced);
  EXPECT_EQ(refused("BC003").code, Errc::conflict);
  EXPECT_EQ(refused("BC009").code, Errc::conflict);
  EXPECT_EQ(refused("53100").code, Errc::unavailable);
  EXPECT_EQ(refused("22000").code, Errc::internal);
  EXPECT_EQ(refused("22000").detail.find("parcel"), std::string::npos) << "values must not leak";

  auto twice = [](sql::Tx& tx) {
    tx.exec(kInsert, sql::Params::of(5));
    tx.exec(kInsert, sql::Params::of(5));
  };
  EXPECT_EQ(run(spec(), twice).error().code, Errc::duplicate);
  auto large = [](sql::Tx& tx) { tx.exec(kInsert, sql::Params::of(2'000'000)); };
  EXPECT_EQ(run(spec(), large).error().code, Errc::conflict);
}

TEST_F(DbTest, ReportsWhatADeferredTriggerRefusesAtCommitAndKeepsTheConnection) {
  start();
  auto job = [](sql::Tx& tx) { tx.exec(kInsertLate, sql::Params::of(-1)); };
  const Status refused = run(spec(), job);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unbalanced);
  EXPECT_EQ(refused.error().detail, "debits and credits differ");
  EXPECT_EQ(db->counters().connects, 3u);
}

TEST_F(DbTest, KeepsTheRestWhenAPartIsRefused) {
  start();
  auto job = [](sql::Tx& tx) {
    tx.exec(kInsert, sql::Params::of(1));
    const Status part = tx.attempt([](sql::Tx& inner) { inner.exec(kInsert, sql::Params::of(1)); });
    tx.exec(kInsert, sql::Params::of(2));
    return part ? Errc::internal : part.error().code;
  };
  EXPECT_EQ(run(spec(), job).value(), Errc::duplicate);
  EXPECT_EQ(count(1) + count(2), 2);
}

TEST_F(DbTest, RunsAgainAfterADeadlock) {
  start(config_of(database.dsn() + " options='-c deadlock_timeout=20ms'"));
  side.script("rows", "INSERT INTO thing VALUES (1), (2)");
  std::barrier both(2);
  const auto locker = [&both](int first, int second) {
    return [&both, first, second, met = std::make_shared<bool>(false)](sql::Tx& tx) {
      tx.exec(kLock, sql::Params::of(first));
      if (!std::exchange(*met, true)) both.arrive_and_wait();
      tx.exec(kLock, sql::Params::of(second));
      return true;
    };
  };
  const auto one = begin(spec(), locker(1, 2));
  const auto two = begin(spec(), locker(2, 1));
  finish();
  EXPECT_TRUE(one->value().has_value());
  EXPECT_TRUE(two->value().has_value());
  EXPECT_GE(db->counters().retries, 1u);
}

TEST_F(DbTest, EndsAStatementThatTakesTooLongAndKeepsTheConnection) {
  DbConfig config = config_of(database.dsn());
  config.interactive_statement_timeout = 30ms;
  start(std::move(config));
  auto job = [](sql::Tx& tx) { tx.exec(kSleep); };
  EXPECT_EQ(run(spec(), job).error().code, Errc::timed_out);
  EXPECT_EQ(db->counters().connects, 3u);
}

TEST_F(DbTest, NeverCancelsACommitByTheStatementTimeout) {
  DbConfig config = config_of(database.dsn());
  config.interactive_statement_timeout = 50ms;
  start(std::move(config));
  auto job = [](sql::Tx& tx) { tx.exec(kInsertLate, sql::Params::of(1)); };
  const Status slow = run(spec(), job);
  EXPECT_TRUE(slow) << slow.error().text();
}

TEST_F(DbTest, SaysUnavailableWhenTheConnectionDiesInTheMiddle) {
  start();
  auto job = [this](sql::Tx& tx) {
    tx.exec(kInsert, sql::Params::of(1));
    kill(tx.exec(kOwnPid).front().i64(0));
    tx.exec(kInsert, sql::Params::of(2));
  };
  EXPECT_EQ(run(spec(), job).error().code, Errc::unavailable);
  EXPECT_EQ(count(1), 0);
  auto next = [](sql::Tx& tx) { tx.exec(kInsert, sql::Params::of(3)); };
  EXPECT_TRUE(run(spec(), next));
  EXPECT_EQ(count(3), 1);
}

TEST_F(DbTest, ReplacesAConnectionThatDiedIdleWithoutAnyoneNoticing) {
  start();
  side.script("kill",
              "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
              " WHERE datname = current_database() AND pid <> pg_backend_pid()");
  auto job = [](sql::Tx& tx) { tx.exec(kInsertOnce, sql::Params::of(1)); };
  for (int turn = 0; turn < 4; ++turn) EXPECT_TRUE(run(spec(), job));
  EXPECT_GE(db->counters().reruns, 1u);
}

TEST_F(DbTest, SaysUnknownWhenTheAnswerToACommitIsLost) {
  test::PgGate gate(database.dsn());
  start(config_of(gate.dsn()));
  gate.swallow_answer_to("COMMIT");
  auto job = [](sql::Tx& tx) { tx.exec(kInsert, sql::Params::of(1)); };
  EXPECT_EQ(run(spec(), job).error().code, Errc::outcome_unknown);
  EXPECT_EQ(db->counters().outcomes_unknown, 1u);
}

TEST_F(DbTest, RunsAKeyedJobAgainWhenTheAnswerToItsCommitIsLost) {
  test::PgGate gate(database.dsn());
  start(config_of(gate.dsn()));
  gate.swallow_answer_to("COMMIT");
  std::atomic<int> runs = 0;
  auto job = [&runs](sql::Tx& tx) {
    ++runs;
    return tx.exec_count(kInsertOnce, sql::Params::of(1));
  };
  JobSpec keyed = spec();
  keyed.with_key();
  const auto done = run(keyed, std::move(job));
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(*done, 0) << "the second run must see what the first committed";
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(count(1), 1);
}

TEST_F(DbTest, RunsAKeyedJobAgainWhenTheBackendDiesRightBeforeItsCommit) {
  start();
  std::atomic<int> runs = 0;
  auto job = [this, &runs](sql::Tx& tx) {
    const auto inserted = tx.exec_count(kInsertOnce, sql::Params::of(1));
    if (++runs == 1) kill(tx.exec(kOwnPid).front().i64(0));
    return inserted;
  };
  JobSpec keyed = spec();
  keyed.with_key();
  EXPECT_EQ(run(keyed, std::move(job)).value(), 1);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(count(1), 1);
}

TEST_F(DbTest, CutsTheConnectionWhenTheServerHangs) {
  test::PgGate gate(database.dsn());
  DbConfig config = config_of(gate.dsn());
  config.overrun_max = 10ms;
  start(std::move(config));
  gate.hang_at("test_insert");
  auto job = [](sql::Tx& tx) { tx.exec(kInsert, sql::Params::of(1)); };
  EXPECT_EQ(run(JobSpec(Lane::interactive, deadline_in(50ms), "hung"), job).error().code, Errc::timed_out);
  EXPECT_EQ(db->counters().connections_cut, 1u);
}

TEST_F(DbTest, CallsACommitUnknownWhenTheServerHangsInIt) {
  test::PgGate gate(database.dsn());
  DbConfig config = config_of(gate.dsn());
  config.commit_wait_max = 30ms;
  start(std::move(config));
  gate.hang_at("COMMIT");
  auto job = [](sql::Tx& tx) { tx.exec(kInsert, sql::Params::of(1)); };
  JobSpec keyed = spec();
  keyed.with_key();
  EXPECT_EQ(run(keyed, job).error().code, Errc::outcome_unknown);
}

// A lane of one worker, held by a job until told to let go.
class BusyDbTest : public DbTest {
 protected:
  void hold(DbConfig config, Lane lane = Lane::interactive) {
    config.interactive_workers = 1;
    start(std::move(config));
    auto job = [this](sql::Tx&) {
      held.count_down();
      let_go.wait();
      return true;
    };
    holder = begin(JobSpec(lane, deadline_in(20s), "holder"), std::move(job));
    held.wait();
  }
  std::latch held{1};
  std::latch let_go{1};
  std::unique_ptr<test::Pending<Result<bool>>> holder;
};

TEST_F(BusyDbTest, RefusesAJobBeyondTheQueue) {
  DbConfig config = config_of(database.dsn());
  config.queue_max = 1;
  hold(std::move(config));
  auto job = [](sql::Tx&) { return true; };
  const auto waiting = begin(spec(), job);
  EXPECT_EQ(db->counters().interactive_waiting, 1u);
  EXPECT_EQ(run(spec(), job).error().code, Errc::overloaded);
  let_go.count_down();
  finish();
  EXPECT_TRUE(waiting->value());
  EXPECT_TRUE(holder->value());
}

TEST_F(BusyDbTest, EndsAWaitAtItsDeadlineWhileEveryWorkerIsBusy) {
  hold(config_of(database.dsn()));
  auto job = [](sql::Tx&) { return true; };
  EXPECT_EQ(run(JobSpec(Lane::interactive, deadline_in(30ms), "late"), job).error().code, Errc::timed_out);
  EXPECT_EQ(db->counters().expired, 1u);
  let_go.count_down();
}

TEST_F(BusyDbTest, EndsAWaitThatIsTooLongEvenBeforeItsDeadline) {
  DbConfig config = config_of(database.dsn());
  config.queue_wait_max = 30ms;
  hold(std::move(config));
  auto job = [](sql::Tx&) { return true; };
  EXPECT_EQ(run(spec(), job).error().code, Errc::overloaded);
  let_go.count_down();
}

// The short job ends when the queue's wait is long over, and does so by its own deadline.
TEST_F(BusyDbTest, LetsBackgroundWorkWaitUntilItsOwnDeadline) {
  DbConfig config = config_of(database.dsn());
  config.queue_wait_max = 1ms;
  hold(std::move(config), Lane::background);
  auto job = [](sql::Tx&) { return true; };
  const auto patient = begin(JobSpec(Lane::background, deadline_in(20s), "patient"), job);
  EXPECT_EQ(run(JobSpec(Lane::background, deadline_in(60ms), "short"), job).error().code, Errc::timed_out);
  EXPECT_EQ(db->counters().background_waiting, 1u);
  EXPECT_EQ(db->counters().overloaded, 0u);
  let_go.count_down();
  finish();
  EXPECT_TRUE(patient->value()) << patient->value().error().text();
}

TEST_F(BusyDbTest, ServesTheOtherLaneMeanwhile) {
  hold(config_of(database.dsn()));
  auto job = [](sql::Tx&) { return true; };
  EXPECT_TRUE(run(JobSpec(Lane::background, deadline_in(20s), "other"), job));
  let_go.count_down();
}

TEST_F(BusyDbTest, StopFinishesWhatWasAcceptedAndRefusesTheRest) {
  hold(config_of(database.dsn()));
  auto insert = [](sql::Tx& tx) { return tx.exec_count(kInsert, sql::Params::of(1)); };
  const auto accepted = begin(spec(), insert);
  bool stopped = false;
  asio::co_spawn(io, db->stop(), [&stopped](std::exception_ptr) { stopped = true; });
  poll();
  auto job = [](sql::Tx&) { return true; };
  EXPECT_EQ(run(spec(), job).error().code, Errc::unavailable);
  EXPECT_FALSE(stopped);
  let_go.count_down();
  finish();
  EXPECT_TRUE(stopped);
  EXPECT_TRUE(holder->value());
  EXPECT_TRUE(accepted->value());
  EXPECT_EQ(count(1), 1);
}

TEST_F(DbTest, StopBeforeStartAndTwiceLeavesNothingRunning) {
  db = std::make_unique<Db>(config_of(database.dsn()));
  test::run(io, db->stop());
  EXPECT_THROW(test::run(io, db->start()), std::runtime_error);
  test::run(io, db->stop());
  EXPECT_FALSE(db->healthy());
}

TEST_F(DbTest, StopDuringStartLeavesNothingRunning) {
  db = std::make_unique<Db>(config_of(database.dsn()));
  auto ignore = [](std::exception_ptr) {};
  asio::co_spawn(io, db->start(), ignore);
  asio::co_spawn(io, db->stop(), ignore);
  io.run();
  EXPECT_EQ(db->counters().connections, 0u);
}

TEST_F(DbTest, StartThrowsWhenThereIsNoServer) {
  db = std::make_unique<Db>(config_of("host=/nonexistent dbname=none"));
  EXPECT_THROW(test::run(io, db->start()), std::runtime_error);
  auto job = [](sql::Tx&) { return true; };
  const auto refused = run(JobSpec(Lane::interactive, deadline_in(30ms), "early"), job);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
}

TEST_F(DbTest, ShowsTheRequestInTheSessionsNameForItsTransactionOnly) {
  DbConfig config = config_of(database.dsn());
  config.interactive_workers = 1;
  start(std::move(config));
  auto job = [](sql::Tx& tx) { return tx.exec(kApplication).front().str(0); };
  JobSpec named = spec();
  named.for_request("0199-a'; DROP TABLE thing; --");
  EXPECT_EQ(run(named, job).value(), "bccid 0199-a___DROP_TABLE_thing__--");
  EXPECT_EQ(run(spec(), job).value(), "bccid");
}

TEST_F(DbTest, OneStatementIsCommittedByItselfAndASecondIsOurOwnError) {
  start();
  auto once = [](sql::Tx& tx) { return tx.exec_count(kInsert, sql::Params::of(1)); };
  EXPECT_EQ(run(spec().in_mode(TxMode::one_statement), once).value(), 1);
  EXPECT_EQ(count(1), 1);
  auto twice = [](sql::Tx& tx) {
    tx.exec(kCount, sql::Params::of(1));
    tx.exec(kCount, sql::Params::of(1));
  };
  EXPECT_EQ(run(spec().in_mode(TxMode::one_read), twice).error().code, Errc::internal);
}

TEST_F(DbTest, PingAndHealthTellWhetherTheServerAnswers) {
  start();
  EXPECT_TRUE(db->healthy());
  EXPECT_TRUE(test::run(io, db->ping(deadline_in(20s))));
}

}  // namespace
}  // namespace bccid
