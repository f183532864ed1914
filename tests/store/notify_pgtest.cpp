#include "store/notify_listener.hpp"

#include "tests/support/coroutine_run.hpp"
#include "tests/support/pg_cluster.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

class NotifyTest : public testing::Test {
 protected:
  NotifyTest() {
    listener.on("outbox", [this](const std::string& payload) { heard.push_back(payload); });
    listener.on("other", [this](const std::string&) { ++others; });
  }
  ~NotifyTest() override { test::run(io, listener.stop()); }

  static sql::SessionOptions options_of(const std::string& dsn, const char* name) {
    sql::SessionOptions options;
    options.dsn = dsn;
    options.application_name = name;
    return options;
  }
  // Lets the loop work until so many notifications have come.
  void await(std::size_t count) {
    io.restart();
    while (heard.size() < count && io.run_one() > 0) {
    }
  }

  test::TestDatabase database = test::TestDatabase::empty();
  sql::Connection side{options_of(database.dsn(), "side")};
  boost::asio::io_context io;
  NotifyListener listener{io.get_executor(), options_of(database.dsn(), "listener")};
  std::vector<std::string> heard;
  int others = 0;
};

TEST_F(NotifyTest, CallsEveryCallbackOnceWhenItConnects) {
  test::run(io, listener.start());
  await(1);
  EXPECT_EQ(heard, std::vector<std::string>{""});
  EXPECT_EQ(others, 1);
  EXPECT_TRUE(listener.connected());
}

TEST_F(NotifyTest, HearsItsChannelsOnly) {
  test::run(io, listener.start());
  await(1);
  side.script("notify", "NOTIFY third, 'no'; NOTIFY outbox, 'one'");
  side.script("notify", "NOTIFY outbox, 'two'");
  await(3);
  EXPECT_EQ(heard, (std::vector<std::string>{"", "one", "two"}));
  EXPECT_EQ(others, 1);
}

TEST_F(NotifyTest, ComesBackAndWakesEverybodyWhenItsConnectionIsKilled) {
  test::run(io, listener.start());
  await(1);
  side.script("kill",
              "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
              " WHERE application_name = 'listener' AND datname = current_database()");
  await(2);
  side.script("notify", "NOTIFY outbox, 'after'");
  await(3);
  EXPECT_EQ(heard, (std::vector<std::string>{"", "", "after"}));
}

TEST_F(NotifyTest, StopBeforeStartAndTwiceLeavesNothingRunning) {
  test::run(io, listener.stop());
  test::run(io, listener.start());
  test::run(io, listener.stop());
  EXPECT_FALSE(listener.connected());
}

TEST_F(NotifyTest, StopDuringConnectingEnds) {
  test::run(io, listener.start());
  test::run(io, listener.stop());
  EXPECT_FALSE(listener.connected());
}

}  // namespace
}  // namespace bccid
