#include "store/migrate.hpp"

#include "store/migration_files.hpp"
#include "store/pq.hpp"
#include "store/verify.hpp"
#include "tests/support/pg_cluster.hpp"
#include "tests/support/pg_gate.hpp"

#include <gtest/gtest.h>

#include <future>

namespace bccid {
namespace {

constexpr std::string_view kFirst =
    "CREATE TABLE parcel_transition (from_state text, event text, to_state text, PRIMARY KEY (from_state, "
    "event));\n"
    "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; END; $$;\n";
constexpr std::string_view kSecond = "CREATE TABLE second (id bigint);";
constexpr std::string_view kMoves = "from,event,to,note\na,go,b,\nb,go,c,\"why, so\"\n";

using Files = std::vector<EmbeddedFile>;

struct MigrateTest : testing::Test {
  sql::Rows ask(const std::string& text) {
    sql::SessionOptions options;
    options.dsn = dsn;
    return sql::Connection(options).script("ask", text);
  }
  bool has(const std::string& table) {
    return !ask("SELECT to_regclass('" + table + "')").front().is_null(0);
  }

  test::TestDatabase database = test::TestDatabase::empty();
  const std::string dsn = database.dsn();
  const Files both = {{"codes/parcel_transitions.csv", kMoves},
                      {"sql/0001_first.sql", kFirst},
                      {"sql/0002_second.sql", kSecond}};
};

TEST_F(MigrateTest, TheEmbeddedSchemaGoesFromEmptyToHeadOnce) {
  const auto first = migrate(dsn);
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(first->from, 0);
  EXPECT_EQ(first->to, static_cast<int>(first->applied.size()));
  const Status fit = check_schema(dsn);
  EXPECT_TRUE(fit) << fit.error().text();
  const auto again = migrate(dsn);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_TRUE(again->nothing_done());
  const auto verified = run_verify(dsn);
  ASSERT_TRUE(verified) << verified.error().text();
  EXPECT_EQ(verified->violations, 0) << verified->findings.front().check << ": "
                                     << verified->findings.front().text;
}

TEST_F(MigrateTest, AppliesOnlyWhatIsNew) {
  ASSERT_TRUE(migrate(dsn, Files{both[1]}));
  const auto report = migrate(dsn, both);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->from, 1);
  EXPECT_EQ(report->applied, std::vector<std::string>{"0002_second.sql"});
}

TEST_F(MigrateTest, MakesTheCodeTablesEqualToTheFiles) {
  ASSERT_TRUE(migrate(dsn, both));
  ask("INSERT INTO parcel_transition VALUES ('x', 'go', 'y'); UPDATE parcel_transition SET to_state = 'z'"
      " WHERE from_state = 'a'");
  const auto report = migrate(dsn, both);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->code_rows_changed, 2);
  EXPECT_EQ(report->code_lists, std::vector<std::string>{"parcel_transition: 2 rows, 2 changed"});
  const auto rows = ask("SELECT from_state || to_state FROM parcel_transition ORDER BY 1");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].text(0), "ab");
}

TEST_F(MigrateTest, RefusesADatabaseWhoseCodeListsAreOthers) {
  ASSERT_TRUE(migrate(dsn, both));
  Files other = both;
  other[0].content = "from,event,to,note\na,go,b,\n";
  const Status refused = check_schema(dsn, other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::config);
  EXPECT_NE(refused.error().detail.find("parcel_transitions.csv"), std::string::npos);
}

TEST_F(MigrateTest, ABrokenCodeListChangesNothing) {
  ASSERT_TRUE(migrate(dsn, both));
  Files broken = both;
  for (const std::string_view content :
       {"from,to\na,b\n", "from,event,to\na,go,b\na,go,c\n", "from,event,to\na,go\n"}) {
    broken[0].content = content;
    EXPECT_FALSE(migrate(dsn, broken)) << content;
    EXPECT_TRUE(check_schema(dsn, both));
  }
}

TEST_F(MigrateTest, RefusesAChangedFile) {
  ASSERT_TRUE(migrate(dsn, both));
  Files changed = both;
  changed[2].content = "CREATE TABLE second (id integer);";
  for (const Status& refused : {check_schema(dsn, changed), Status(migrate(dsn, changed).error())}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::config);
    EXPECT_NE(refused.error().detail.find("0002_second.sql"), std::string::npos);
    EXPECT_FALSE(refused.error().hint.empty());
  }
}

TEST_F(MigrateTest, RefusesADatabaseNewerThanTheProgram) {
  ASSERT_TRUE(migrate(dsn, both));
  const Files older = {both[0], both[1]};
  EXPECT_EQ(migrate(dsn, older).error().code, Errc::config);
  EXPECT_EQ(check_schema(dsn, older).error().code, Errc::config);
}

TEST_F(MigrateTest, RefusesToServeADatabaseOlderThanTheProgram) {
  EXPECT_EQ(check_schema(dsn, both).error().hint, "Run bccid migrate.");
  ASSERT_TRUE(migrate(dsn, Files{both[0], both[1]}));
  EXPECT_EQ(check_schema(dsn, both).error().hint, "Run bccid migrate.");
}

TEST_F(MigrateTest, RefusesAnEditedRecord) {
  ASSERT_TRUE(migrate(dsn, both));
  ask("DELETE FROM schema_migration WHERE number = 1");
  EXPECT_EQ(migrate(dsn, both).error().code, Errc::config);
}

TEST_F(MigrateTest, RefusesFilesThatCannotBeAppliedWhole) {
  const auto refused = [this](Files files) {
    const auto report = migrate(dsn, files);
    return !report && report.error().code == Errc::config && !has("schema_migration");
  };
  EXPECT_TRUE(refused({both[2]})) << "a gap";
  EXPECT_TRUE(refused({both[1], {"sql/0001_again.sql", kSecond}})) << "a repeat";
  EXPECT_TRUE(refused({{"sql/first.sql", kFirst}})) << "no number";
  EXPECT_TRUE(refused({{"sql/0001_x.sql", "SELECT 1;\nCOMMIT;\n"}})) << "ends its transaction";
}

TEST_F(MigrateTest, ABrokenFileIsRolledBackAndTheOnesBeforeItStay) {
  Files broken = both;
  broken[2].content = "CREATE TABLE second (id bigint);\nCREATE TABLE third (id nonsense);";
  const auto report = migrate(dsn, broken);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Errc::internal);
  EXPECT_NE(report.error().detail.find("nonsense"), std::string::npos) << report.error().detail;
  EXPECT_FALSE(has("second"));
  const auto repaired = migrate(dsn, both);
  ASSERT_TRUE(repaired) << repaired.error().text();
  EXPECT_EQ(repaired->from, 1);
}

TEST_F(MigrateTest, AKilledMigratorLeavesWholeMigrationsAndNoLock) {
  test::PgGate gate(dsn);
  Files slow = both;
  const std::string second = std::string(kSecond) + "SELECT 'cut here';";
  slow[2].content = second;
  gate.swallow_answer_to("cut here");
  EXPECT_EQ(migrate(gate.dsn(), slow).error().code, Errc::unavailable);
  EXPECT_FALSE(has("second"));
  const auto report = migrate(dsn, slow);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->applied.size(), 1u);
}

TEST_F(MigrateTest, TwoAtOnceWaitForEachOtherAndOneFindsNothingToDo) {
  const auto migrator = [this] { return migrate(dsn, both); };
  auto one = std::async(std::launch::async, migrator);
  auto two = std::async(std::launch::async, migrator);
  const auto first = one.get();
  const auto second = two.get();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->applied.size() + second->applied.size(), 2u);
  EXPECT_NE(first->nothing_done(), second->nothing_done());
}

TEST_F(MigrateTest, SaysWhenThereIsNoServer) {
  EXPECT_EQ(migrate("host=/nonexistent", both).error().code, Errc::unavailable);
  EXPECT_EQ(check_schema("host=/nonexistent", both).error().code, Errc::unavailable);
}

TEST_F(MigrateTest, VerifyNamesEveryViolationAndCountsThoseItDoesNotShow) {
  const Files checks = {{"sql/verify/fine.sql", "SELECT 'never' WHERE false;\n"},
                        {"sql/verify/many.sql",
                         "-- why\nWITH n AS (SELECT generate_series(1, 250) AS i)\n"
                         "SELECT 'row ' || i, i FROM n ORDER BY i; \n"}};
  const auto report = run_verify(dsn, checks);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->checks, 2);
  EXPECT_EQ(report->violations, 250);
  ASSERT_EQ(report->findings.size(), kVerifyFindingsMax);
  EXPECT_EQ(report->findings.front().check, "many");
  EXPECT_EQ(report->findings.front().text, "row 1");
}

TEST_F(MigrateTest, VerifyNamesTheCheckThatCannotRun) {
  const auto report = run_verify(dsn, Files{{"sql/verify/broken.sql", "SELECT nonsense"}});
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().detail.find("sql/verify/broken.sql"), std::string::npos);
}

}  // namespace
}  // namespace bccid
