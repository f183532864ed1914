#include "flow/collect_cash.hpp"

#include "tests/flow/money_day.hpp"

namespace bccid {
namespace {

using CollectCash = test::MoneyDay;

TEST_F(CollectCash, RaisesEachKindOnceAndSumsLinesOfOneKind) {
  const auto id = order("A1", {{"fee", Money(30'000)}, {"fee", Money(20'000)}, {"postage", Money(26'000)}});
  session.in_tx([&](sql::Tx& tx) { raise_charges(tx, id, "H20.01", "A1", {{"fee", Money(1)}}, now); });
  EXPECT_EQ(session.number("SELECT count(*) FROM charge"), 2);
  EXPECT_EQ(balance("receivable/fee/H20.01/-"), 50'000);
  EXPECT_EQ(balance("payable/fee/H20.01/-"), -50'000);
  EXPECT_EQ(balance("receivable/postage/H20.01/-"), 26'000);
}

TEST_F(CollectCash, KindsThatAreAddedLaterAreBookedToo) {
  const auto id = order("A1", {{"fee", Money(30'000)}});
  session.in_tx([&](sql::Tx& tx) {
    raise_charges(tx, id, "H20.01", "A1", {{"fee", Money(30'000)}, {"charge", Money(5'000)}}, now);
  });
  EXPECT_EQ(balance("receivable/charge/H20.01/-"), 5'000);
  EXPECT_EQ(balance("receivable/fee/H20.01/-"), 30'000);
}

TEST_F(CollectCash, ExactCashMovesTheDebtToTheCollector) {
  const auto id = order("A1", {{"fee", Money(50'000)}, {"charge", Money(8'000)}, {"postage", Money(26'000)}});
  collect({cash(id, "A1", Money(50'000), Money(8'000), Money(26'000))});
  EXPECT_EQ(charge_state("A1", "fee"), "collected");
  EXPECT_EQ(charge_state("A1", "charge"), "collected");
  EXPECT_EQ(charge_state("A1", "postage"), "collected");
  EXPECT_EQ(balance("cash/fee/H20.01/postman-7"), 50'000);
  EXPECT_EQ(balance("receivable/fee/H20.01/-"), 0);
  EXPECT_EQ(open_breaks_text(), "");
  EXPECT_EQ(session.number("SELECT count(*) FROM journal WHERE kind = 'collected'"), 1);
}

TEST_F(CollectCash, TooLittleLeavesTheRestOwedAndNamesABreak) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  collect({cash(id, "A1", Money(45'000))});
  EXPECT_EQ(charge_state("A1"), "collected, due");
  EXPECT_EQ(session.text("SELECT string_agg(amount || ' ' || taken, ', ' ORDER BY id) FROM charge"),
            "50000 0, 45000 45000, 5000 0");
  EXPECT_EQ(balance("receivable/fee/H20.01/-"), 5'000);
  EXPECT_EQ(open_breaks_text(), "amount_differs -5000");
  EXPECT_EQ(session.text("SELECT dossier_code || ' ' || owner || ' ' || agency_code FROM recon_break"),
            "D-A1 post_finance H20.01");
}

TEST_F(CollectCash, TheRestMayBePaidLaterAndEndsTheQuestion) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  collect({cash(id, "A1", Money(20'000))});
  collect({cash(id, "A1", Money(10'000))});
  EXPECT_EQ(charge_state("A1"), "collected, collected, due");
  EXPECT_EQ(open_breaks_text(), "amount_differs -20000");
  collect({cash(id, "A1", Money(20'000))});
  EXPECT_EQ(charge_state("A1"), "collected, collected, collected");
  EXPECT_EQ(balance("cash/fee/H20.01/postman-7"), 50'000);
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(CollectCash, ARetractedPartIsAskedForAgainAndTheSurplusOfAnotherScanStays) {
  const auto id = order("A1", {{"fee", Money(100'000)}});
  const auto first = cash(id, "A1", Money(40'000));
  collect({first});
  collect({cash(id, "A1", Money(80'000))});
  EXPECT_EQ(open_breaks_text(), "cash_over 20000");
  session.in_tx([&](sql::Tx& tx) { reverse_cash(tx, {first.event_key}, "postman-7", now); });
  EXPECT_EQ(open_breaks_text(), "amount_differs -40000, cash_over 20000");
  EXPECT_EQ(charge_state("A1"), "due, collected");
}

TEST_F(CollectCash, PartPaymentsOfOneBatchMeetOneAnother) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  std::vector<CashTaken> batch;
  for (const int dong : {20'000, 10'000, 15'000}) {
    batch.push_back(cash(id, "A1", Money(dong)));
    batch.back().occurred_at += std::chrono::seconds(dong);
  }
  collect(batch);
  EXPECT_EQ(session.text("SELECT string_agg(state || ' ' || amount, ', ' ORDER BY amount) FROM charge"),
            "due 5000, collected 10000, collected 15000, collected 20000, split 50000");
  EXPECT_EQ(open_breaks_text(), "amount_differs -5000");
  EXPECT_EQ(session.text("SELECT string_agg(number || ' ' || amount, ', ' ORDER BY number) FROM receipt"),
            "1 10000, 2 15000, 3 20000");
}

TEST_F(CollectCash, TheLinesOfAKindArePaidInTheirOrder) {
  const auto id = order("A1", {{"fee", Money(30'000), "copy"}, {"fee", Money(20'000), "stamp"}});
  collect({cash(id, "A1", Money(30'000))});
  EXPECT_EQ(charge_state("A1"), "collected, due");
  EXPECT_EQ(open_breaks_text(), "amount_differs -20000");
  collect({cash(id, "A1", Money(25'000))});
  EXPECT_EQ(charge_state("A1"), "collected, collected");
  EXPECT_EQ(balance("clearing/fee/H20.01/A1"), -5'000);
  EXPECT_EQ(open_breaks_text(), "cash_over 5000");
}

TEST_F(CollectCash, TheDatabaseRefusesPartsThatAreNotTheWhole) {
  order("A1", {{"fee", Money(50'000)}});
  EXPECT_EQ(session.refusal("UPDATE charge SET state = 'split'"), "BC001");
  const std::string part =
      "INSERT INTO charge (order_id, agency_code, kind, amount, split_of, part) "
      "SELECT order_id, agency_code, kind, 20000, id, 1 FROM charge";
  EXPECT_EQ(session.refusal(part + "; UPDATE charge SET state = 'split' WHERE split_of IS NULL"), "BC001");
  collect({cash(session.number("SELECT order_id FROM charge"), "A1", Money(50'000))});
  EXPECT_EQ(session.refusal(part), "BC001");
}

TEST_F(CollectCash, TooMuchIsHeldAndTheSurplusWaitsUnderTheOrder) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  collect({cash(id, "A1", Money(60'000))});
  EXPECT_EQ(balance("cash/fee/H20.01/postman-7"), 60'000);
  EXPECT_EQ(balance("receivable/fee/H20.01/-"), 0);
  EXPECT_EQ(balance("clearing/fee/H20.01/A1"), -10'000);
  EXPECT_EQ(open_breaks_text(), "cash_over 10000");
}

TEST_F(CollectCash, TheSurplusOfAFeeIsNeverRemittedToItsAgency) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  collect({cash(id, "A1", Money(60'000))});
  ASSERT_TRUE(hand_all_in(Money(60'000)));
  const auto sent =
      session.in_tx([&](sql::Tx& tx) { return remit(tx, finance, "H20.01", "82", now); }).value();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].amount, Money(50'000));
  EXPECT_EQ(balance("office/fee/H20.01/82001"), 10'000);
  EXPECT_EQ(balance("clearing/fee/H20.01/A1"), -10'000);
}

TEST_F(CollectCash, CashThatIsNotDueIsBookedAndIsABreakOfItsOwn) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  collect({cash(id, "A1", {}, Money(9'000))});
  EXPECT_EQ(charge_state("A1"), "due");
  EXPECT_EQ(balance("cash/charge/H20.01/postman-7"), 9'000);
  EXPECT_EQ(balance("clearing/charge/H20.01/A1"), -9'000);
  EXPECT_EQ(open_breaks_text(), "cash_over 9000");
}

// The earlier event pays, whatever the order in the batch; each double payment is a break.
TEST_F(CollectCash, PaidTwiceInOneBatchTheEarlierEventPays) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  auto first = cash(id, "A1", Money(50'000));
  auto second = cash(id, "A1", Money(50'000));
  second.occurred_at += std::chrono::minutes(1);
  second.collector = "postman-8";
  auto third = second;
  third.event_key = new_uuid_v7(now);
  collect({third, second, first});
  EXPECT_EQ(session.text("SELECT collector FROM charge"), "postman-7");
  EXPECT_EQ(balance("cash/fee/H20.01/postman-8"), 100'000);
  EXPECT_EQ(open_breaks_text(), "paid_twice 50000, paid_twice 50000");
}

TEST_F(CollectCash, TheSameEventIsBookedOnce) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  const auto taken = cash(id, "A1", Money(50'000));
  collect({taken, taken});
  const auto before = books();
  collect({taken});
  EXPECT_EQ(books(), before);
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(CollectCash, ARetractedScanTakesItsCashBack) {
  const auto one = order("A1", {{"fee", Money(50'000)}});
  const auto two = order("A2", {{"fee", Money(40'000)}});
  const auto differs = cash(one, "A1", Money(45'000));
  const auto twice = cash(one, "A1", Money(1'000));
  const auto stays = cash(two, "A2", Money(40'000));
  collect({differs});
  collect({twice, stays});
  const auto retract = [&](sql::Tx& tx) {
    reverse_cash(tx, {differs.event_key, twice.event_key}, "postman-7", now);
  };
  session.in_tx(retract);
  EXPECT_EQ(charge_state("A1"), "due, due, due");
  EXPECT_EQ(session.number(
                "SELECT sum(taken) FROM charge c JOIN orders o ON o.id = c.order_id AND o.number = 'A1'"),
            0);
  EXPECT_EQ(charge_state("A2"), "collected");
  EXPECT_EQ(balance("cash/fee/H20.01/postman-7"), 40'000);
  EXPECT_EQ(balance("receivable/fee/H20.01/-"), 50'000);
  EXPECT_EQ(open_breaks_text(), "");
  const auto before = books();
  session.in_tx(retract);
  EXPECT_EQ(books(), before);
  collect({cash(one, "A1", Money(50'000))});
  EXPECT_EQ(charge_state("A1"), "collected, collected, collected");
}

TEST_F(CollectCash, RetractedAfterTheHandInTheMoneyStaysAndSomebodyMustExplainIt) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  const auto paid = cash(id, "A1", Money(50'000));
  const auto twice = cash(id, "A1", Money(7'000));
  collect({paid});
  collect({twice});
  ASSERT_TRUE(hand_all_in(Money(57'000)));
  session.in_tx([&](sql::Tx& tx) { reverse_cash(tx, {paid.event_key, twice.event_key}, "postman-7", now); });
  EXPECT_EQ(charge_state("A1"), "handed_in");
  EXPECT_EQ(balance("office/fee/H20.01/82001"), 57'000);
  EXPECT_EQ(open_breaks_text(),
            "paid_twice 7000, retracted_after_hand_in 7000, retracted_after_hand_in 50000");
}

TEST_F(CollectCash, ARetractionAfterTheHandInTakesNoOtherCashInItsPlace) {
  const auto id = order("A1", {});
  const auto counted = cash(id, "A1", Money(50'000));
  collect({counted});
  ASSERT_TRUE(hand_all_in(Money(50'000)));
  collect({cash(id, "A1", Money(50'000))});
  session.in_tx([&](sql::Tx& tx) { reverse_cash(tx, {counted.event_key}, "postman-7", now); });
  EXPECT_EQ(balance("cash/fee/H20.01/postman-7"), 50'000);
  EXPECT_EQ(balance("office/fee/H20.01/82001"), 50'000);
  EXPECT_EQ(open_breaks_text(), "cash_over 50000, cash_over 50000, retracted_after_hand_in 50000");
}

TEST_F(CollectCash, ASurplusThatIsStillInHandGoesBackWithItsScan) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  const auto taken = cash(id, "A1", Money(60'000));
  collect({taken});
  session.in_tx([&](sql::Tx& tx) { reverse_cash(tx, {taken.event_key}, "postman-7", now); });
  EXPECT_EQ(charge_state("A1"), "due");
  EXPECT_EQ(balance("cash/fee/H20.01/postman-7"), 0);
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(CollectCash, AnUnknownEventHasNothingToTakeBack) {
  const auto before = books();
  session.in_tx([&](sql::Tx& tx) { reverse_cash(tx, {new_uuid_v7(now)}, "postman-7", now); });
  EXPECT_EQ(books(), before);
}

// This runs inside the scan transaction.
TEST_F(CollectCash, CostsNothingWithoutCashAndAFixedNumberOfStatementsWithIt) {
  std::vector<CashTaken> batch;
  for (int at = 0; at < 500; ++at) {
    const auto number = "B" + std::to_string(at);
    batch.push_back(
        cash(order(number, {{"fee", Money(50'000)}}), number, Money(at % 10 == 0 ? 49'000 : 50'000)));
  }
  auto before = session.statements();
  collect({});
  EXPECT_EQ(session.statements() - before, 0);
  before = session.statements();
  collect(batch);
  EXPECT_EQ(session.statements() - before, 10);
  EXPECT_EQ(session.number("SELECT count(*) FROM charge WHERE state = 'collected'"), 500);
  EXPECT_EQ(session.number("SELECT count(*) FROM recon_break"), 50);
}

TEST_F(CollectCash, TheDatabaseRefusesIllegalStatesOfACharge) {
  order("A1", {{"fee", Money(50'000)}});
  EXPECT_EQ(session.refusal("UPDATE charge SET state = 'settled', taken = 1"), "BC001");
  EXPECT_EQ(session.refusal("UPDATE charge SET state = 'handed_in', taken = 1"), "BC001");
  EXPECT_EQ(session.refusal("UPDATE charge SET amount = 1"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE charge SET id = DEFAULT"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE charge SET taken = 1"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE charge SET collector = 'postman-8'"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE charge SET state = 'collected'"), "23514");
  EXPECT_EQ(session.refusal("DELETE FROM charge"), "BC009");
  EXPECT_EQ(session.refusal("TRUNCATE charge CASCADE"), "BC009");
  EXPECT_EQ(session.refusal("INSERT INTO charge (order_id, agency_code, kind, amount, state) "
                            "SELECT id, 'H20.01', 'charge', 1, 'collected' FROM orders"),
            "BC001");
}

}  // namespace
}  // namespace bccid
