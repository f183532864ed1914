#include "flow/held_feed_rows.hpp"

#include "jobs/housekeeper.hpp"
#include "tests/flow/order_case.hpp"
#include "tests/support/coroutine_run.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using namespace std::chrono_literals;

class KnownCodes : public test::OrderCase {
 protected:
  std::string placed(const std::string& code) {
    const auto order = place(code);
    served_orders();
    return order.number;
  }
  // The lists are part of the program, so here the rows change: as if the list that they were held by had
  // not had that code yet.
  void learn(const std::string& code, const std::string& as) {
    for (const auto* table : {"feed_row", "feed_row_held"})
      session.sql("UPDATE " + std::string(table) + " SET raw_code = '" + as + "' WHERE raw_code = '" + code +
                  "'");
    session.sql("UPDATE attention SET subject = 'code:vnpost_ngsp_feed/sim/" + as +
                "' WHERE subject = 'code:vnpost_ngsp_feed/sim/" + code + "'");
  }
  std::size_t apply(std::size_t rows_max = 100) {
    return session.in_tx([&](sql::Tx& tx) { return apply_known_codes(tx, rows_max, now); });
  }
  std::int64_t held() { return session.number("SELECT count(*) FROM feed_row_held"); }
  // What happened to a parcel, in the order in which it counts.
  std::string events(const std::string& number) {
    return session.text(
        "SELECT coalesce(string_agg(event, ' ' ORDER BY occurred_at, event_key), '') FROM parcel_event "
        "WHERE item_ref = '" +
        number + "'");
  }
};

TEST_F(KnownCodes, HeldRowsBecomeEventsExactlyOnceAndTheQuestionCloses) {
  const auto number = placed("H20.01-1");
  feed({row("r1", number, "77"), row("r2", number, "77")}, "", "r2");
  EXPECT_EQ(held(), 2);
  EXPECT_EQ(open_items(), "unknown_code code:vnpost_ngsp_feed/sim/77");
  EXPECT_EQ(events(number), "");
  learn("77", "2");
  EXPECT_EQ(apply(), 2U);
  EXPECT_EQ(events(number), "collected collected");
  EXPECT_EQ(parcel_state(number), "collected");
  EXPECT_EQ(held(), 0);
  EXPECT_EQ(open_items(), "");
  EXPECT_EQ(session.text("SELECT closed_by FROM attention"), "job:known_codes");
  EXPECT_EQ(apply(), 0U);
  // The post sends its page again, and a daemon that reads it knows the code.
  feed({row("r1", number, "2"), row("r2", number, "2")}, "", "r2");
  EXPECT_EQ(events(number), "collected collected");
}

TEST_F(KnownCodes, ACodeThatIsStillUnknownKeepsItsRowsAndItsQuestion) {
  const auto number = placed("H20.01-2");
  feed({row("r1", number, "77"), row("r2", number, "78")}, "", "r2");
  EXPECT_EQ(apply(), 0U);
  learn("78", "2");
  EXPECT_EQ(apply(), 1U);
  EXPECT_EQ(held(), 1);
  EXPECT_EQ(open_items(), "unknown_code code:vnpost_ngsp_feed/sim/77");
}

TEST_F(KnownCodes, RowsOfOneInstantKeepTheFeedsOrderThoughOneOfThemComesLater) {
  const auto number = placed("H20.01-3");
  feed({row("r9", number, "1"), row("r8", number, "77"), row("r7", number, "3")}, "", "r7");
  EXPECT_EQ(events(number), "registered in_transit");
  learn("77", "2");
  EXPECT_EQ(apply(), 1U);
  EXPECT_EQ(events(number), "registered collected in_transit");
  EXPECT_EQ(parcel_state(number), "in_transit");
}

TEST_F(KnownCodes, TheQuestionStaysOpenUntilTheLastRowIsApplied) {
  const auto number = placed("H20.01-4");
  std::vector<FeedRow> rows;
  for (int i = 0; i < 5; ++i) rows.push_back(row("r" + std::to_string(i), number, "77"));
  feed(rows, "", "r5");
  learn("77", "2");
  EXPECT_EQ(apply(2), 2U);
  EXPECT_EQ(open_items(), "unknown_code code:vnpost_ngsp_feed/sim/2");
  EXPECT_EQ(apply(2), 2U);
  EXPECT_EQ(apply(2), 1U);
  EXPECT_EQ(open_items(), "");
  EXPECT_EQ(session.number("SELECT count(*) FROM parcel_event"), 5);
}

TEST_F(KnownCodes, ARowForAnOrderThatNobodyKnowsGoesOnWaitingForItsParcel) {
  feed({row("r1", "H20.01-5-T1", "77")}, "", "r1");
  learn("77", "2");
  EXPECT_EQ(apply(), 1U);
  EXPECT_EQ(open_items(), "unknown_parcel parcel:H20.01-5-T1");
  place("H20.01-5");
  EXPECT_EQ(parcel_state("H20.01-5-T1"), "collected");
  EXPECT_EQ(open_items(), "");
}

TEST_F(KnownCodes, TheHousekeeperDoesItWithoutBeingAsked) {
  const auto number = placed("H20.01-6");
  feed({row("r1", number, "77")}, "", "r1");
  learn("77", "2");
  DbConfig config;
  config.dsn = database.dsn();
  config.interactive_workers = 1;
  config.background_workers = 1;
  boost::asio::io_context io;
  Db db(std::move(config));
  ManualClock clock(now);
  test::run(io, db.start());
  Housekeeper keeper(io.get_executor(), db, clock, HousekeeperConfig());
  std::size_t applied = 0;
  for (const auto& part : test::run(io, keeper.run_once())) {
    EXPECT_EQ(part.failure, "") << part.part;
    if (part.part == "known_codes") applied = part.done;
  }
  test::run(io, db.stop());
  EXPECT_EQ(applied, 1U);
  EXPECT_EQ(events(number), "collected");
}

}  // namespace
}  // namespace bccid
