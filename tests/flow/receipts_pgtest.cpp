#include "store/receipt_store.hpp"

#include "tests/flow/money_day.hpp"

#include <thread>

namespace bccid {
namespace {

class Receipts : public test::MoneyDay {
 protected:
  std::string receipts() {
    return session.text(
        "SELECT coalesce(string_agg(s.issuer || ' ' || s.symbol || ' ' || r.number || ' ' || r.amount || "
        "CASE WHEN r.cancelled_at IS NULL THEN '' ELSE ' cancelled' END, ', ' ORDER BY s.symbol DESC, "
        "s.issuer, "
        "r.number), '') FROM receipt r JOIN receipt_series s ON s.id = r.series_id");
  }
  std::optional<ReceiptView> read(std::int64_t id, const std::string& agency = {}) {
    return session.in_tx([&](sql::Tx& tx) { return read_receipt(tx, id, agency, 24); });
  }
  std::int64_t last_receipt() { return session.number("SELECT max(id) FROM receipt"); }
  ReceiptPage list(const ReceiptFilter& filter) {
    return session.in_tx([&](sql::Tx& tx) { return list_receipts(tx, filter, 24); });
  }
};

TEST_F(Receipts, FeeChargeAndPostageAreThreeDocumentsOfThreeSeries) {
  const auto id = order("A1", {{"fee", Money(50'000)}, {"charge", Money(8'000)}, {"postage", Money(26'000)}});
  collect({cash(id, "A1", Money(50'000), Money(8'000), Money(26'000))});
  EXPECT_EQ(receipts(), "H20.01 P26 1 50000, H20.01 L26 1 8000, post C26 1 26000");
}

TEST_F(Receipts, EachAgencyCountsForItself) {
  for (int i = 1; i <= 2; ++i) {
    const auto number = "A" + std::to_string(i);
    collect({cash(order(number, {{"fee", Money(10'000 * i)}}), number, Money(10'000 * i))});
  }
  collect({cash(order("B1", {{"fee", Money(7'000)}}, "H20.02"), "B1", Money(7'000))});
  EXPECT_EQ(receipts(), "H20.01 P26 1 10000, H20.01 P26 2 20000, H20.02 P26 1 7000");
}

TEST_F(Receipts, SeveralLinesOfAKindStandOnOneReceipt) {
  const auto id = order("A1", {{"fee", Money(30'000), "copy", "Cấp bản sao"}, {"fee", Money(5'000), "page"}});
  collect({cash(id, "A1", Money(35'000))});
  const auto receipt = read(last_receipt());
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->amount, Money(35'000));
  ASSERT_EQ(receipt->lines.size(), 2U);
  EXPECT_EQ(receipt->lines[0].name, "Cấp bản sao");
  EXPECT_EQ(receipt->lines[1].amount, Money(5'000));
}

TEST_F(Receipts, MoneyThatNobodyOwedGetsNone) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  collect({cash(id, "A1", Money(60'000), Money(9'000))});
  EXPECT_EQ(receipts(), "H20.01 P26 1 50000");
}

TEST_F(Receipts, ARetractedScanCancelsItsReceiptAndTheNumberStaysUsed) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  const auto taken = cash(id, "A1", Money(50'000));
  collect({taken});
  session.in_tx([&](sql::Tx& tx) { reverse_cash(tx, {taken.event_key}, "postman-7", now); });
  collect({cash(id, "A1", Money(50'000))});
  EXPECT_EQ(receipts(), "H20.01 P26 1 50000 cancelled, H20.01 P26 2 50000");
  EXPECT_EQ(session.text("SELECT cancelled_by || ': ' || cancel_reason FROM receipt WHERE number = 1"),
            "postman-7: the scan was retracted");
}

TEST_F(Receipts, ARolledBackTransactionLeavesNoGap) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  session.in_tx_undone([&](sql::Tx& tx) {
    issue_receipts(tx, collect_cash(tx, std::vector{cash(id, "A1", Money(50'000))}, now), now);
  });
  collect({cash(id, "A1", Money(50'000))});
  EXPECT_EQ(receipts(), "H20.01 P26 1 50000");
}

TEST_F(Receipts, TheClockRunsFromTheTakingUntilTheMoneyIsSent) {
  const auto id = order("A1", {{"fee", Money(50'000)}, {"postage", Money(26'000)}});
  collect({cash(id, "A1", Money(50'000), {}, Money(26'000))});
  const auto unsent = list({.unsent = true});
  ASSERT_EQ(unsent.items.size(), 1U);
  EXPECT_EQ(unsent.items[0].kind, "fee");
  EXPECT_EQ(unsent.items[0].custody, "collected");
  EXPECT_EQ(unsent.items[0].remit_by, now + std::chrono::hours(24));
  ASSERT_TRUE(hand_all_in(Money(76'000)));
  EXPECT_EQ(list({.unsent = true}).items.at(0).custody, "handed_in");
  ASSERT_TRUE(send());
  EXPECT_TRUE(list({.unsent = true}).items.empty());
  EXPECT_EQ(list({.order_number = "A1"}).items.size(), 2U);
}

TEST_F(Receipts, AReplacementTakesTheNextNumberAndNamesWhatItReplaces) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  collect({cash(id, "A1", Money(50'000))});
  const auto first = last_receipt();
  const auto replace = [&](const std::string& agency) {
    return session.in_tx([&](sql::Tx& tx) {
      return replace_receipt(tx, first, agency, "Đặng Thị Hoà", {"finance-1", "the name was wrong"}, now);
    });
  };
  EXPECT_FALSE(replace("H20.02"));
  const auto second = replace("H20.01");
  ASSERT_TRUE(second);
  EXPECT_EQ(receipts(), "H20.01 P26 1 50000 cancelled, H20.01 P26 2 50000");
  EXPECT_EQ(read(first)->replaced_by, second);
  EXPECT_EQ(read(*second)->replaces, first);
  EXPECT_EQ(read(*second)->payer, "Đặng Thị Hoà");
  EXPECT_FALSE(replace("H20.01"));
}

TEST_F(Receipts, TheDatabaseRefusesToEditThemOrToSkipANumber) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  collect({cash(id, "A1", Money(50'000))});
  EXPECT_EQ(session.refusal("UPDATE receipt SET amount = 1"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE receipt SET payer = 'X'"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE receipt SET cancelled_at = now()"), "23514");
  EXPECT_EQ(session.refusal("DELETE FROM receipt"), "BC009");
  EXPECT_EQ(session.refusal("TRUNCATE receipt CASCADE"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE receipt_line SET amount = 1"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE receipt_series SET next_no = 1"), "BC009");
}

TEST_F(Receipts, PagesFollowOneAnother) {
  for (int i = 1; i <= 5; ++i) {
    const auto number = "A" + std::to_string(i);
    collect({cash(order(number, {{"fee", Money(1'000)}}), number, Money(1'000))});
  }
  std::int64_t after = 0;
  std::vector<std::int64_t> numbers;
  do {
    const auto page = list({.after = after, .limit = 2});
    for (const auto& receipt : page.items) numbers.push_back(receipt.number);
    after = page.next;
  } while (after != 0);
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
}

// Whoever replaces holds the charges, so a retraction beside it finds the receipt that stands then.
TEST_F(Receipts, AReplacementAndARetractionAtOnceLeaveNoReceiptForMoneyThatWentBack) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  const auto taken = cash(id, "A1", Money(50'000));
  collect({taken});
  const auto first = last_receipt();
  std::thread retraction;
  session.in_tx([&](sql::Tx& tx) {
    EXPECT_TRUE(replace_receipt(tx, first, "", "Hoà", {"finance-1", "name"}, now));
    retraction = std::thread([&] {
      test::Session own(database.dsn());
      own.in_tx([&](sql::Tx& other) { reverse_cash(other, {taken.event_key}, "postman-7", now); });
    });
    test::Session watcher(database.dsn());
    while (watcher.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                          "wait_event_type = 'Lock'") == 0)
      std::this_thread::yield();
  });
  retraction.join();
  EXPECT_EQ(receipts(), "H20.01 P26 1 50000 cancelled, H20.01 P26 2 50000 cancelled");
  EXPECT_EQ(charge_state("A1"), "due");
}

// Several collectors at once, some of whose transactions fail.
TEST_F(Receipts, NumbersHaveNoGapWhenManyCollectAtOnceAndSomeAreRolledBack) {
  constexpr int kThreads = 4, kEach = 25;
  std::vector<CashTaken> all;
  for (int i = 0; i < kThreads * kEach; ++i) {
    const auto number = "C" + std::to_string(i);
    all.push_back(cash(order(number, {{"fee", Money(1'000)}}), number, Money(1'000)));
  }
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      test::Session own(database.dsn());
      for (int i = 0; i < kEach; ++i) {
        const std::vector<CashTaken> one{all[static_cast<std::size_t>(t * kEach + i)]};
        const auto collect_one = [&](sql::Tx& tx) { issue_receipts(tx, collect_cash(tx, one, now), now); };
        if (i % 5 == 0) own.in_tx_undone(collect_one);
        own.in_tx(collect_one);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(session.number("SELECT count(*) FROM receipt"), kThreads * kEach);
  EXPECT_EQ(session.number("SELECT max(number) FROM receipt"), kThreads * kEach);
}

}  // namespace
}  // namespace bccid
