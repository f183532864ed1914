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
  Ran bccid(const std::string& arguments) {
    return run_shell(built("bccid").string() + " --config " + (scratch_.path() / "bccid.toml").string() +
                     " " + arguments);
  }
  Ran outbox(const std::string& arguments) { return bccid("outbox " + arguments); }
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
      "INSERT INTO dossier (public_id, agency_code, code, procedure_code) VALUES "
      "('0193a1b2-0000-7000-8000-000000000001', 'H20.01', 'H20.01-1', '1.001193');"
      "UPDATE dossier SET told_status = 9, confirmed_status = 9, confirmed_at = now() + interval '1 hour';"
      "INSERT INTO outbox (target, kind, subject, payload, state, finished_at, reason) VALUES "
      "('onestop:H20.01', 'dossier.status', 'dossier:H20.01-1', '{}', 'dead', now(), 'gone')");
  const Ran ran = outbox("replay --all-dead");
  EXPECT_EQ(ran.status, 1) << ran.out;
  EXPECT_NE(ran.out.find("2 replayed, 1 left"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("older than what the dossier was told since"), std::string::npos) << ran.out;
}

TEST_F(OutboxCommandTest, WhatStandsOpenIsSettledAtTheTerminal) {
  session_.sql(
      "INSERT INTO parcel_event (event_key, source, raw_code, event, occurred_at, item_ref) VALUES "
      "(gen_random_uuid(), 'bccid', 'collected', 'collected', now(), 'EX000000015VN');"
      "INSERT INTO webhook_endpoint (id, url, disabled_at, disabled_reason) VALUES ('a-1', 'x', now(), 'y')");
  dead_letters(1, "webhook:a-1");
  const Ran discarded = bccid("scans discard ex000000015vn --note 'label of another post'");
  EXPECT_EQ(discarded.out, "1 scans of EX000000015VN discarded\n");
  EXPECT_EQ(bccid("webhook enable a-1").out, "a-1 enabled\n");
  EXPECT_EQ(outbox("drop " + session_.text("SELECT id::text FROM outbox") + " --reason 'not needed'").status,
            0);
  EXPECT_EQ(in_state("void"), 1);
  const Ran again = bccid("scans discard EX000000015VN --note x");
  EXPECT_EQ(again.status, 1);
  EXPECT_NE(again.out.find("HINT: The open items of kind unknown_parcel"), std::string::npos) << again.out;
}

}  // namespace
}  // namespace bccid::test
