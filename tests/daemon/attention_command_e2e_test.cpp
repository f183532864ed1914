#include "tests/daemon/running_daemon.hpp"
#include "tests/support/pg_cluster.hpp"
#include "tests/support/session.hpp"
#include "tests/support/verified.hpp"

#include <gtest/gtest.h>

namespace bccid::test {
namespace {

class AttentionCommandTest : public testing::Test {
 protected:
  AttentionCommandTest() {
    std::ofstream(scratch_.path() / "bccid.toml") << "province = \"82\"\n[database]\ndsn = \"\"\"\n"
                                                  << database_.dsn() << "\"\"\"\n";
    session_.sql(
        "INSERT INTO attention (kind, subject, detail, action, owner, due_at) VALUES "
        "('illegal_scan', 'parcel:1', 'odd', 'look', 'clerk', now()), "
        "('order_refused', 'order:2', 'no', 'release', 'clerk', now() + interval '1 hour')");
  }
  Ran bccid(const std::string& arguments) {
    return run_shell(built("bccid").string() + " --config " + (scratch_.path() / "bccid.toml").string() +
                     " " + arguments);
  }
  static bool says(const Ran& ran, const std::string& words) {
    return ran.out.find(words) != std::string::npos;
  }

  TestDatabase database_{to_current_schema};
  Session session_{database_.dsn()};
  ScratchDirectory scratch_;
};

TEST_F(AttentionCommandTest, ListsWhatIsOpenAndClosesItWithANote) {
  const Ran list = bccid("attention list --owner clerk");
  EXPECT_EQ(list.status, 0) << list.out;
  EXPECT_TRUE(says(list, "1\tclerk\tdue ") && says(list, "illegal_scan\tparcel:1\todd\tlook\n")) << list.out;
  const Ran closed = bccid("attention close 1 --note 'compared with the paper'");
  EXPECT_EQ(closed.status, 0) << closed.out;
  EXPECT_TRUE(says(closed, "by operator:cli: compared with the paper")) << closed.out;
  EXPECT_EQ(bccid("attention close 1 --note again").out, closed.out);
  EXPECT_FALSE(says(bccid("attention list"), "illegal_scan"));
  EXPECT_TRUE(says(bccid("attention list --json"), "\"kind\":\"order_refused\""));
}

TEST_F(AttentionCommandTest, SaysWhatClosesAnItemThatClosesByItself) {
  const Ran refused = bccid("attention close 2 --note done");
  EXPECT_EQ(refused.status, 1);
  EXPECT_TRUE(says(refused, "HINT: It closes when the order is released")) << refused.out;
  EXPECT_EQ(bccid("attention close 99 --note done").status, 1);
  EXPECT_EQ(bccid("attention close 1 --note ' '").status, 1);
  EXPECT_EQ(session_.number("SELECT count(*) FROM attention WHERE closed_at IS NULL"), 2);
}

TEST_F(AttentionCommandTest, ListsAndEnablesWebhooks) {
  session_.sql(
      "INSERT INTO webhook_endpoint (id, url, disabled_at, disabled_reason) VALUES "
      "('hook', 'https://hook.example.vn', now(), 'answered 410')");
  EXPECT_TRUE(says(bccid("webhook list"), ": answered 410"));
  EXPECT_EQ(bccid("webhook enable hook").out, "hook enabled\n");
  EXPECT_TRUE(says(bccid("webhook list"), "\tenabled\n"));
  const Ran unknown = bccid("webhook enable nobody");
  EXPECT_EQ(unknown.status, 1);
  EXPECT_TRUE(says(unknown, "HINT: ")) << unknown.out;
}

}  // namespace
}  // namespace bccid::test
