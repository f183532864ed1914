#include "flow/close_day.hpp"

#include "tests/flow/money_day.hpp"

#include <thread>

namespace bccid {
namespace {

class CloseDay : public test::MoneyDay {
 protected:
  Result<std::int64_t> close(const std::string& office = "82001") {
    return session.in_tx([&](sql::Tx& tx) { return close_day(tx, clerk, office, now); });
  }
  DayClose summed(std::int64_t id) {
    session.in_tx([&](sql::Tx& tx) { sum_closed_days(tx, now); });
    return session.in_tx([&](sql::Tx& tx) { return find_day(tx, clerk, id).value(); });
  }
  CashTaken take(const std::string& number, std::int64_t dong) {
    const auto taken = cash(order(number, {{"fee", Money(dong)}}), number, Money(dong));
    collect({taken});
    return taken;
  }
  void next_day() { now += std::chrono::hours(24); }
  static Money collected(const DayClose& day) {
    Money sum;
    for (const auto& line : day.lines) sum += line.collected;
    return sum;
  }
  static Money taken_back(const DayClose& day) {
    Money sum;
    for (const auto& line : day.lines) sum += line.taken_back;
    return sum;
  }
};

TEST_F(CloseDay, WhatCameBeforeTheCutIsTheDaysAndWhatComesAfterTheNext) {
  take("A1", 50'000);
  take("A2", 20'000);
  ASSERT_TRUE(hand_all_in(Money(70'000)));
  take("A3", 5'000);
  const auto first = close();
  take("A4", 8'000);
  const auto day = summed(*first);
  EXPECT_EQ(day.no, 1);
  EXPECT_EQ(collected(day), Money(75'000));
  EXPECT_EQ(day.hand_ins, 1);
  EXPECT_EQ(day.counted, Money(70'000));
  EXPECT_EQ(day.still_held, Money(5'000));
  ASSERT_EQ(day.lines.size(), 1U);
  EXPECT_EQ(day.lines[0].receipts, 3);
  next_day();
  const auto second = summed(*close());
  EXPECT_EQ(second.no, 2);
  EXPECT_EQ(collected(second), Money(8'000));
}

TEST_F(CloseDay, ABusinessDayIsClosedOnce) {
  ASSERT_TRUE(close());
  const auto again = close();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::conflict);
  EXPECT_EQ(close("nowhere").error().pointer, "/office");
  EXPECT_EQ(session.number("SELECT count(*) FROM audit WHERE action = 'day.close'"), 1);
}

TEST_F(CloseDay, MoneyThatGoesBackAfterTheCloseGoesBackInTheNextDay) {
  const auto taken = take("A1", 50'000);
  const auto first = close();
  session.in_tx([&](sql::Tx& tx) { reverse_cash(tx, {taken.event_key}, "postman-7", now); });
  EXPECT_EQ(collected(summed(*first)), Money(50'000));
  EXPECT_EQ(taken_back(summed(*first)), Money{});
  next_day();
  const auto second = summed(*close());
  EXPECT_EQ(collected(second), Money{});
  EXPECT_EQ(taken_back(second), Money(50'000));
}

TEST_F(CloseDay, AReplacedReceiptCountsOnceAndInItsOwnDay) {
  take("A1", 50'000);
  const auto first = close();
  next_day();
  session.in_tx([&](sql::Tx& tx) {
    EXPECT_TRUE(
        replace_receipt(tx, session.number("SELECT max(id) FROM receipt"), "", "Hoà", {"f", "name"}, now));
  });
  EXPECT_EQ(collected(summed(*first)), Money(50'000));
  const auto second = summed(*close());
  EXPECT_EQ(collected(second), Money{});
  EXPECT_EQ(taken_back(second), Money{});
}

TEST_F(CloseDay, AClerkSeesHisOwnOfficeOnly) {
  session.sql("INSERT INTO post_office (code, name) VALUES ('82002', 'khac')");
  const auto id = close("82002");
  const auto day = session.in_tx([&](sql::Tx& tx) { return find_day(tx, clerk, *id); });
  EXPECT_EQ(day.error().code, Errc::not_found);
  EXPECT_TRUE(session.in_tx([&](sql::Tx& tx) { return find_day(tx, finance, *id); }));
  EXPECT_EQ(session.in_tx([&](sql::Tx& tx) { return find_days(tx, clerk, {}); })->items.size(), 0U);
  EXPECT_EQ(session.in_tx([&](sql::Tx& tx) { return find_days(tx, finance, {}); })->items.size(), 1U);
}

TEST_F(CloseDay, TheDatabaseRefusesToTouchAClosedDay) {
  take("A1", 50'000);
  summed(*close());
  EXPECT_EQ(session.refusal("UPDATE day_close SET summed_at = now()"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE day_close SET cut_at = now()"), "BC009");
  EXPECT_EQ(session.refusal("DELETE FROM day_close_line"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE receipt SET window_no = 2"), "BC009");
  EXPECT_EQ(session.refusal("INSERT INTO day_close (office, no, business_day, cut_at, actor) "
                            "VALUES ('82001', 7, '2030-01-01', now(), 'x')"),
            "BC001");
}

// Collectors work on while the office closes again and again: each receipt is in exactly one day, and the
// days add up to what was taken.
TEST_F(CloseDay, ClosingAtFullRateLosesNothingAndCountsNothingTwice) {
  constexpr int kThreads = 3, kEach = 40, kDays = 12;
  std::vector<CashTaken> all;
  for (int i = 0; i < kThreads * kEach; ++i) {
    const auto number = "R" + std::to_string(i);
    all.push_back(cash(order(number, {{"fee", Money(1'000)}}), number, Money(1'000)));
  }
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      test::Session own(database.dsn());
      for (int i = 0; i < kEach; ++i) {
        const std::vector<CashTaken> one{all[static_cast<std::size_t>(t * kEach + i)]};
        own.in_tx([&](sql::Tx& tx) { issue_receipts(tx, collect_cash(tx, one, now), now); });
      }
    });
  }
  for (int day = 0; day < kDays; ++day) {
    const Time at = now + std::chrono::hours(24) * day;
    session.in_tx([&](sql::Tx& tx) { EXPECT_TRUE(close_day(tx, clerk, "82001", at)); });
  }
  for (auto& thread : threads) thread.join();
  const Time last = now + std::chrono::hours(24) * kDays;
  session.in_tx([&](sql::Tx& tx) { EXPECT_TRUE(close_day(tx, clerk, "82001", last)); });
  session.in_tx([&](sql::Tx& tx) { EXPECT_EQ(sum_closed_days(tx, last), kDays + 1U); });
  EXPECT_EQ(session.number("SELECT sum(collected) FROM day_close_line"), kThreads * kEach * 1'000);
  EXPECT_EQ(session.number("SELECT sum(receipts) FROM day_close_line"), kThreads * kEach);
}

// The cut waits for who takes money this moment, and whoever comes after it writes into the next day.
TEST_F(CloseDay, ACollectionThatIsUnderWayIsWaitedForAndFallsBeforeTheCut) {
  const auto id = order("A1", {{"fee", Money(1'000)}});
  test::Session collector(database.dsn());
  std::thread closer;
  std::int64_t closed = 0;
  collector.in_tx([&](sql::Tx& tx) {
    const std::vector<CashTaken> one{cash(id, "A1", Money(1'000))};
    const auto paid = collect_cash(tx, one, now);
    closer = std::thread([&] {
      test::Session own(database.dsn());
      closed = own.in_tx([&](sql::Tx& other) { return close_day(other, clerk, "82001", now); }).value();
    });
    while (session.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                          "wait_event_type = 'Lock'") == 0)
      std::this_thread::yield();
    issue_receipts(tx, paid, now);
  });
  closer.join();
  EXPECT_EQ(collected(summed(closed)), Money(1'000));
}

}  // namespace
}  // namespace bccid
