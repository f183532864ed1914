#include "flow/hand_on_money.hpp"

#include "tests/flow/money_day.hpp"

#include <thread>

namespace bccid {
namespace {

class HandOnMoney : public test::MoneyDay {
 protected:
  // One order of each agency, all paid to postman-7: 84 000 for the first, 50 000 for the second.
  void collect_two() {
    const auto one =
        order("A1", {{"fee", Money(50'000)}, {"charge", Money(8'000)}, {"postage", Money(26'000)}});
    const auto two = order("A2", {{"fee", Money(50'000)}}, "H20.02");
    collect({cash(one, "A1", Money(50'000), Money(8'000), Money(26'000)), cash(two, "A2", Money(50'000))});
  }
};

TEST_F(HandOnMoney, EverythingThatTheCollectorHoldsIsHandedIn) {
  collect_two();
  const auto view = hand_all_in(Money(134'000));
  ASSERT_TRUE(view) << view.error().text();
  EXPECT_EQ(view->expected, Money(134'000));
  EXPECT_EQ(view->charges, 4U);
  EXPECT_EQ(charge_state("A1", "postage"), "handed_in");
  EXPECT_EQ(balance("office/fee/H20.01/82001"), 50'000);
  EXPECT_EQ(balance("office/fee/H20.02/82001"), 50'000);
  EXPECT_EQ(balance("cash/fee/H20.01/postman-7"), 0);
  EXPECT_EQ(open_breaks_text(), "");
  const auto again = hand_all_in(Money(0));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::not_found);
}

TEST_F(HandOnMoney, AnOfficeThatNobodyAddedTakesNoCash) {
  collect_two();
  const auto view =
      session.in_tx([&](sql::Tx& tx) { return hand_in(tx, finance, "postman-7", "8200l", Money(1), now); });
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error().pointer, "/office");
  EXPECT_EQ(balance("cash/fee/H20.01/postman-7"), 50'000);
}

TEST_F(HandOnMoney, MoneyWithoutAChargeIsHandedInWithTheRest) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  collect({cash(id, "A1", Money(50'000))});
  collect({cash(id, "A1", Money(50'000))});
  const auto view = hand_all_in(Money(100'000));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->expected, Money(100'000));
  EXPECT_EQ(balance("office/fee/H20.01/82001"), 100'000);
  const auto sent = send();
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->at(0).amount, Money(50'000));
  EXPECT_EQ(balance("office/fee/H20.01/82001"), 50'000);
}

// The agencies are owed what was collected: the charges go on whole, the collector owes the difference.
TEST_F(HandOnMoney, AShortCountStaysVisibleAsTheCollectorsDebt) {
  collect_two();
  const auto view = hand_all_in(Money(104'000));
  ASSERT_TRUE(view);
  EXPECT_EQ(charge_state("A1"), "handed_in");
  EXPECT_EQ(balance("receivable/postage/H20.01/postman-7"), 26'000);
  EXPECT_EQ(balance("receivable/fee/H20.01/postman-7"), 4'000);
  EXPECT_EQ(balance("clearing/postage/H20.01/postman-7"), -26'000);
  EXPECT_EQ(open_breaks_text(), "collector_short -30000");
  EXPECT_EQ(session.text("SELECT subject FROM recon_break"), "hand_in:" + view->id.to_text());
  ASSERT_TRUE(send());
  ASSERT_TRUE(send("H20.02"));
}

TEST_F(HandOnMoney, ACountOfNothingIsAShortageOfEverything) {
  collect_two();
  ASSERT_TRUE(hand_all_in(Money(0)));
  EXPECT_EQ(open_breaks_text(), "collector_short -134000");
}

TEST_F(HandOnMoney, ASurplusIsCashThatNoScanNamed) {
  collect_two();
  const auto view = hand_all_in(Money(135'000));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->expected, Money(134'000));
  EXPECT_EQ(balance("office/postage/H20.01/82001"), 27'000);
  EXPECT_EQ(balance("clearing/postage/H20.01/postman-7"), -1'000);
  EXPECT_EQ(open_breaks_text(), "collector_over 1000");
}

TEST_F(HandOnMoney, ANegativeCountIsRefused) {
  collect_two();
  const auto refused = hand_all_in(Money(-1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid_field);
}

TEST_F(HandOnMoney, OneRemittanceForEachKindAndNoneForPostage) {
  collect_two();
  ASSERT_TRUE(hand_all_in(Money(134'000)));
  const auto sent = send();
  ASSERT_TRUE(sent) << sent.error().text();
  ASSERT_EQ(sent->size(), 2U);
  EXPECT_EQ(sent->at(0).kind, "fee");
  EXPECT_EQ(sent->at(0).amount, Money(50'000));
  EXPECT_EQ(sent->at(0).reference, "BCCI82 R000001");
  EXPECT_EQ(sent->at(0).bank_account, "1010001");
  EXPECT_EQ(sent->at(1).kind, "charge");
  EXPECT_EQ(sent->at(1).amount, Money(8'000));
  EXPECT_EQ(balance("transit/fee/H20.01/BCCI82 R000001"), 50'000);
  EXPECT_EQ(charge_state("A1", "fee"), "remitted");
  EXPECT_EQ(charge_state("A1", "postage"), "handed_in");
  EXPECT_EQ(charge_state("A2", "fee"), "handed_in");
  EXPECT_TRUE(send()->empty());
}

TEST_F(HandOnMoney, TheClockOfTheRemittanceStartsWithTheOldestReceipt) {
  collect_two();
  const auto first = now;
  now += std::chrono::hours(5);
  const auto id = order("A3", {{"fee", Money(1'000)}});
  collect({cash(id, "A3", Money(1'000))});
  ASSERT_TRUE(hand_all_in(Money(135'000)));
  ASSERT_TRUE(send());
  EXPECT_EQ(session.number("SELECT count(*) FROM remittance WHERE kind = 'fee' AND oldest_collected_at = '" +
                           to_rfc3339(first) + "'"),
            1);
}

TEST_F(HandOnMoney, UnknownAgencyAndMissingAccountAreSaid) {
  EXPECT_EQ(send("H99").error().code, Errc::not_found);
  EXPECT_EQ(send("H20.03").error().code, Errc::conflict);
}

TEST_F(HandOnMoney, AChargeIsRemittedOnceEvenFromPsql) {
  collect_two();
  ASSERT_TRUE(hand_all_in(Money(134'000)));
  ASSERT_TRUE(send());
  EXPECT_EQ(
      session.refusal("INSERT INTO remittance_charge SELECT charge_id, remittance_id FROM remittance_charge"),
      "23505");
}

TEST_F(HandOnMoney, TwoAtOnceMoveTheMoneyOnce) {
  collect_two();
  std::size_t handed_in = 0;
  std::size_t sent = 0;
  const auto both = [&](std::size_t& hand_ins, std::size_t& remittances) {
    test::Session mine(database.dsn());
    const auto count = [&](sql::Tx& tx) {
      return hand_in(tx, clerk, "postman-7", "82001", Money(134'000), now);
    };
    if (mine.in_tx(count)) ++hand_ins;
    const auto pass_on = [&](sql::Tx& tx) { return remit(tx, finance, "H20.01", "82", now); };
    remittances += mine.in_tx(pass_on)->size();
  };
  std::size_t other_handed_in = 0;
  std::size_t other_sent = 0;
  std::thread other([&] { both(other_handed_in, other_sent); });
  both(handed_in, sent);
  other.join();
  EXPECT_EQ(handed_in + other_handed_in, 1U);
  EXPECT_EQ(sent + other_sent, 2U);
}

TEST_F(HandOnMoney, ALineThatHasAnAccountOfItsOwnIsRemittedThere) {
  WantedCharge elsewhere("fee", Money(9'000), "appraisal");
  elsewhere.destination = "3009999";
  const auto id = order("A1", {{"fee", Money(50'000)}, elsewhere});
  collect({cash(id, "A1", Money(59'000))});
  ASSERT_TRUE(hand_all_in(Money(59'000)));
  std::string sent;
  for (const auto& one : send().value())
    sent += one.kind + ' ' + one.bank_account + ' ' + std::to_string(one.amount.dong()) + '\n';
  EXPECT_EQ(sent, "fee 1010001 50000\nfee 3009999 9000\n");
}

// More charges than one journal takes; the number of statements stays the same.
TEST_F(HandOnMoney, ThousandsOfChargesTravelTogether) {
  session.sql(R"(
    INSERT INTO dossier (public_id, agency_code, code, procedure_code)
      SELECT gen_random_uuid(), 'H20.01', 'M' || n, '1.000001' FROM generate_series(1, 3200) n;
    INSERT INTO orders (public_id, dossier_id, leg, attempt, number, carrier, sender, receiver, created_by)
      SELECT gen_random_uuid(), id, 'delivery', 1, code, 'post', '{}', '{}', 'test' FROM dossier;
    UPDATE orders SET state = 'sending'; UPDATE orders SET state = 'placed';
    INSERT INTO parcel (order_id, dossier_id, leg, agency_code, order_number)
      SELECT id, dossier_id, 'delivery', 'H20.01', number FROM orders;)");
  const auto first = session.number("SELECT min(id) FROM orders");
  session.in_tx([&](sql::Tx& tx) {
    for (std::int64_t id = first; id < first + 3200; ++id)
      raise_charges(tx, id, "H20.01", "M" + std::to_string(id - first + 1), {{"fee", Money(1'000)}}, now);
  });
  std::vector<CashTaken> taken;
  CashTaken one = cash(first, "M1", Money(1'000));
  for (std::int64_t id = first; id < first + 3200; ++id) {
    one.event_key = new_uuid_v7(now);
    one.order_id = id;
    taken.push_back(one);
  }
  collect(taken);
  auto before = session.statements();
  ASSERT_TRUE(hand_all_in(Money(3'200'000)));
  EXPECT_LE(session.statements() - before, 9);
  before = session.statements();
  const auto sent = send();
  ASSERT_TRUE(sent);
  EXPECT_LE(session.statements() - before, 7);
  EXPECT_EQ(sent->at(0).charges, 3'200U);
  EXPECT_EQ(session.number("SELECT count(*) FROM journal WHERE kind = 'remitted'"), 3);
}

}  // namespace
}  // namespace bccid
