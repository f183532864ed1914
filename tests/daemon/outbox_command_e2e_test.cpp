#include "tests/daemon/running_daemon.hpp"
#include "tests/support/pg_cluster.hpp"
#include "tests/support/session.hpp"
#include "tests/support/verified.hpp"

#include <gtest/gtest.h>

namespace bccid::test {
namespace {

class OutboxCommandTest : public testing::Test {
 protected:
  OutboxCommandTest() {
    std::ofstream(scratch_.path() / "bccid.toml") << "province = \"82\"\n[database]\ndsn = \"\"\"\n"
                                                  << database_.dsn() << "\"\"\"\n";
  }
  void dead_letters(int count, const std::string& target) {
    session_.sql("INSERT INTO outbox (target, kind, subject, payload, state, finished_at, reason) SELECT '" +
                 target + "', 'event', 'parcel:' || i, '{}', 'dead', now(), 'gone' FROM generate_series(1, " +
                 std::to_string(count) + ") AS i");
  }
  Ran outbox(const std::string& arguments) {
    return run_shell(built("bccid").string() + " --config " + (scratch_.path() / "bccid.toml").string() +
                     " outbox " + arguments);
  }
  std::int64_t in_state(const std::string& state) {
    return session_.number("SELECT count(*) FROM outbox WHERE state = '" + state + "'");
  }

  TestDatabase database_{to_current_schema};
  Session session_{database_.dsn()};
  ScratchDirectory scratch_;
};

TEST_F(OutboxCommandTest, AllDeadMeansAllHoweverMany) {
  dead_letters(1'234, "webhook:a");
  dead_letters(10, "webhook:b");
  const Ran ran = outbox("replay --all-dead --target webhook:a");
  EXPECT_EQ(ran.status, 0) << ran.out;
  EXPECT_EQ(ran.out, "1234 replayed\n");
  EXPECT_EQ(in_state("scheduled"), 1'234);
  EXPECT_EQ(in_state("dead"), 10);
}

TEST_F(OutboxCommandTest, OneThatIsOutOfDateDoesNotStopTheOthers) {
  dead_letters(2, "webhook:a");
  session_.sql(
      "INSERT INTO agency (code, name) VALUES ('H20.01', 'x');"
      "INSERT INTO dossier (public_id, agency_code, code, procedure_code, told_status, confirmed_status, "
      "confirmed_at) VALUES ('0193a1b2-0000-7000-8000-000000000001', 'H20.01', 'H20.01-1', '1.001193', 9, 9, "
      "now() + interval '1 hour');"
      "INSERT INTO outbox (target, kind, subject, payload, state, finished_at, reason) VALUES "
      "('onestop:H20.01', 'dossier.status', 'dossier:H20.01-1', '{}', 'dead', now(), 'gone')");
  const Ran ran = outbox("replay --all-dead");
  EXPECT_EQ(ran.status, 1) << ran.out;
  EXPECT_NE(ran.out.find("2 replayed, 1 left"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("older than what the dossier was told since"), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace bccid::test
