#include "flow/configured_counterparts.hpp"

#include "flow/overdue.hpp"
#include "tests/flow/outbox_case.hpp"

namespace bccid::test {
namespace {

class ConfiguredCounterparts : public OutboxSending {
 protected:
  void carriers(const std::vector<std::string>& names) {
    session.in_tx([&](sql::Tx& tx) { put_configured_carriers(tx, names, now); });
  }
  void onestops(const std::vector<std::string>& agencies) {
    session.in_tx([&](sql::Tx& tx) { put_configured_onestops(tx, agencies); });
  }
  void ask_after(Duration passed) {
    session.in_tx([&](sql::Tx& tx) { ask_about_silent_feeds(tx, std::chrono::minutes(30), now + passed); });
  }
};

TEST_F(ConfiguredCounterparts, AFeedThatNeverAnsweredIsAskedAboutFromItsFirstStartOn) {
  carriers({"vnpost"});
  ask_after(std::chrono::minutes(29));
  EXPECT_EQ(open_items(), "");
  carriers({"vnpost"});
  ask_after(std::chrono::minutes(31));
  EXPECT_EQ(open_items(), "feed_silent feed:vnpost");
}

TEST_F(ConfiguredCounterparts, AFeedThatIsNoLongerConfiguredIsAskedAboutNoMoreAndKeepsItsCursor) {
  carriers({"vnpost"});
  session.sql("UPDATE feed_cursor SET cursor = 'c'");
  ask_after(std::chrono::hours(1));
  carriers({"other"});
  ask_after(std::chrono::hours(1));
  EXPECT_EQ(open_items(), "feed_silent feed:other");
  carriers({"vnpost"});
  EXPECT_EQ(session.text("SELECT cursor FROM feed_cursor WHERE carrier = 'vnpost' AND configured"), "c");
}

TEST_F(ConfiguredCounterparts, WhatAnAgencyWithoutASystemWouldBeToldWaitsAndIsToldOnceItHasOne) {
  onestops({"H20.02"});
  put({event("onestop:H20.01"), event("onestop:H20.02")});
  auto one = sender({family("onestop:", fake)});
  EXPECT_EQ(round(*one).delivered, 1U);
  all_due();
  EXPECT_EQ(round(*one).claimed, 0U);
  EXPECT_EQ(rows_in("scheduled"), 1);
  onestops({"H20.01"});
  EXPECT_EQ(round(*one).delivered, 1U);
  EXPECT_EQ(fake.seen.size(), 2U);
}

}  // namespace
}  // namespace bccid::test
