#include "flow/money_clock.hpp"

#include "tests/flow/break_day.hpp"

#include <set>

namespace bccid {
namespace {

using namespace std::chrono_literals;

class MoneyClockTest : public test::BreakDay {
 protected:
  MoneyClock at(Time when, const PageOf& page = {}) { return at(when, page, finance); }
  MoneyClock at(Time when, const PageOf& page, const Actor& actor) {
    return session.in_tx([&](sql::Tx& tx) { return read_money_clock(tx, actor, page, when, rules); }).value();
  }
  // "late soon waiting"
  std::string counts(Time when) {
    const auto sums = at(when).sums;
    return std::to_string(sums.late) + ' ' + std::to_string(sums.soon) + ' ' + std::to_string(sums.waiting);
  }
  void pay(const std::string& number, std::int64_t dong, const std::string& agency = "H20.01") {
    collect({cash(order(number, {{"fee", Money(dong)}}, agency), number, Money(dong))});
  }
};

TEST_F(MoneyClockTest, SoonAndLateBeginOnTheirMinute) {
  pay("A1", 50'000);
  EXPECT_EQ(counts(now + 20h - 1min), "0 0 1");
  EXPECT_EQ(counts(now + 20h), "0 1 1");
  EXPECT_EQ(counts(now + 24h - 1min), "0 1 1");
  EXPECT_EQ(counts(now + 24h), "1 0 1");
  rules.warn_before = 1h;
  EXPECT_EQ(counts(now + 22h), "0 0 1");
  EXPECT_EQ(counts(now + 23h), "0 1 1");
}

TEST_F(MoneyClockTest, RunsForEachReceiptAndNotForTheDay) {
  pay("A1", 50'000);
  now += 3h;
  pay("A2", 20'000);
  const auto clock = at(now + 22h);
  ASSERT_EQ(clock.receipts.size(), 2U);
  EXPECT_EQ(clock.receipts[0].order_number, "A1");
  EXPECT_EQ(clock.receipts[0].remit_by, now + 21h);
  EXPECT_TRUE(clock.receipts[0].in_hand);
  EXPECT_EQ(clock.sums.late_amount, Money(50'000));
  EXPECT_EQ(clock.sums.soon_amount, Money(20'000));
}

TEST_F(MoneyClockTest, StopsWithTheRemittanceAndNotWithTheHandIn) {
  pay("A1", 50'000);
  ASSERT_TRUE(hand_all_in(Money(50'000)));
  EXPECT_EQ(counts(now + 24h), "1 0 1");
  EXPECT_FALSE(at(now + 24h).receipts[0].in_hand);
  ASSERT_TRUE(send());
  EXPECT_EQ(counts(now + 24h), "0 0 0");
}

TEST_F(MoneyClockTest, GroupsByAgencyAndOfficeTheOldestFirst) {
  pay("B1", 30'000, "H20.02");
  now += 1h;
  pay("A1", 50'000);
  pay("A2", 20'000);
  const auto clock = at(now + 24h);
  ASSERT_EQ(clock.groups.size(), 2U);
  EXPECT_EQ(clock.groups[0].agency + ' ' + clock.groups[0].office, "H20.02 82001");
  EXPECT_EQ(clock.groups[1].sums.waiting, 2);
  EXPECT_EQ(clock.groups[1].sums.late_amount, Money(70'000));
  const Actor agency{"agency-2", "agency", "H20.02", "", ""};
  EXPECT_EQ(at(now + 24h, {}, agency).sums.waiting, 1);
}

TEST_F(MoneyClockTest, PostageIsThePostsOwnAndRunsNoClock) {
  collect({cash(order("A1", {{"postage", Money(26'000)}}), "A1", {}, {}, Money(26'000))});
  EXPECT_EQ(counts(now + 48h), "0 0 0");
}

TEST_F(MoneyClockTest, PagesEachReceiptOnce) {
  for (int i = 0; i < 7; ++i) pay("A" + std::to_string(i), 1'000);
  std::set<std::int64_t> seen;
  std::string after;
  do {
    const auto clock = at(now + 25h, {after, 3});
    for (const auto& one : clock.receipts) EXPECT_TRUE(seen.insert(one.id).second);
    EXPECT_EQ(clock.sums.late, 7);
    after = clock.next;
  } while (!after.empty());
  EXPECT_EQ(seen.size(), 7U);
  for (const auto* bad : {"x", "1", "1.", "1.2.3", "-1.2", "9100000000000000000.1"}) {
    const auto refused = session.in_tx([&](sql::Tx& tx) {
      return read_money_clock(tx, finance, {bad, 3}, now, rules);
    });
    EXPECT_EQ(refused.error().code, Errc::invalid_field) << bad;
  }
}

}  // namespace
}  // namespace bccid
