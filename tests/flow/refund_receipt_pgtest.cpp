#include "domain/payment/payment_reference.hpp"
#include "flow/matches_by_hand.hpp"
#include "store/receipt_store.hpp"
#include "tests/flow/break_day.hpp"

namespace bccid {
namespace {

using namespace std::chrono_literals;

class RefundReceipt : public test::BreakDay {
 protected:
  void dossier_says(const std::string& number, int status) {
    session.sql("UPDATE dossier SET portal_status = " + std::to_string(status) + " WHERE code = 'D-" +
                number + "'");
  }
  void cancel_parcel_of(const std::string& number) {
    session.sql("UPDATE parcel SET state = 'cancelled', final_at = '" + to_rfc3339(now) +
                "' WHERE order_number = '" + number + "'");
  }
  // An order of which the fee was paid and handed in, and whose dossier was then refused.
  void refused_after_hand_in() {
    collect({cash(order("A1", {{"fee", Money(50'000)}}), "A1", Money(50'000))});
    ASSERT_TRUE(hand_all_in(Money(50'000)));
    dossier_says("A1", 3);
    look_for_breaks();
    ASSERT_EQ(open_breaks_text(), "receipt_for_refused_dossier 50000");
  }
  std::string receipts() {
    return session.text(
        "SELECT string_agg(number || ' ' || CASE WHEN cancelled_at IS NULL THEN 'stands' ELSE cancel_reason "
        "END, "
        "', ' ORDER BY number) FROM receipt");
  }
  BreakWish refund(const std::string& office) { return {BreakAction::refund, "refused on 2 March", office}; }
};

TEST_F(RefundReceipt, OutOfTheTillThatHoldsItByTwoPersons) {
  refused_after_hand_in();
  ASSERT_TRUE(propose(refund("82001")));
  EXPECT_EQ(refusal(decide(finance, true)), "conflict you proposed this yourself");
  EXPECT_EQ(charge_state("A1"), "handed_in");
  ASSERT_TRUE(decide(second, true));
  EXPECT_EQ(charge_state("A1"), "refunded");
  EXPECT_EQ(receipts(), "1 refunded: refused on 2 March");
  EXPECT_EQ(balances(), "");
  EXPECT_EQ(open_breaks_text(), "");
  // The number stays used, and the next receipt has the next one.
  collect({cash(order("A2", {{"fee", Money(20'000)}}), "A2", Money(20'000))});
  EXPECT_EQ(receipts(), "1 refunded: refused on 2 March, 2 stands");
}

TEST_F(RefundReceipt, GoesOutOfTheOfficesOpenDay) {
  refused_after_hand_in();
  session.sql(
      "INSERT INTO day_close (office, no, business_day, cut_at, actor) VALUES ('82001', 1, '2026-03-02', '" +
      to_rfc3339(now) + "', 'x')");
  ASSERT_TRUE(propose(refund("82001")));
  ASSERT_TRUE(decide(second, true));
  EXPECT_EQ(session.text("SELECT window_no || ' ' || back_window_no FROM receipt"), "1 2");
}

TEST_F(RefundReceipt, NotOutOfAnotherTillAndNotOutOfACollectorsHand) {
  collect({cash(order("A1", {{"fee", Money(50'000)}}), "A1", Money(50'000))});
  dossier_says("A1", 7);
  look_for_breaks();
  ASSERT_TRUE(propose(refund("82001")));
  EXPECT_EQ(refusal(decide(second, true)), "conflict collector postman-7 still holds the money");
  ASSERT_TRUE(hand_all_in(Money(50'000)));
  session.sql("INSERT INTO post_office (code, name) VALUES ('82002', 'Buu cuc khac')");
  ASSERT_TRUE(decide(second, false, "not there"));
  ASSERT_TRUE(propose(refund("82002")));
  EXPECT_EQ(refusal(decide(second, true)), "conflict office 82001 holds the money, not \"82002\"");
  EXPECT_EQ(charge_state("A1"), "handed_in");
}

TEST_F(RefundReceipt, WhatTheAgencyReceivedIsTheAgencysToPayBack) {
  const auto sent = remitted("A1", 50'000);
  dossier_says("A1", 3);
  look_for_breaks();
  ASSERT_TRUE(propose(refund("")));
  EXPECT_EQ(refusal(decide(second, true)), "conflict the money is on its way to the fee account");
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, sent.reference)})));
  ASSERT_TRUE(decide(second, true));
  EXPECT_EQ(charge_state("A1"), "refunded");
  EXPECT_EQ(open_breaks_text(), "refund_owed -50000");
  EXPECT_EQ(session.text("SELECT owner || ' ' || agency_code FROM recon_break WHERE resolved_at IS NULL"),
            "agency_finance H20.01");
  EXPECT_EQ(balance("receivable/fee/H20.01/refund:1"), 50'000);
  test::expect_verified(database.dsn());
  ASSERT_TRUE(propose({BreakAction::paid, "transfer FT99 of 3 March", ""}));
  EXPECT_EQ(balances(), "");
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(RefundReceipt, PostageThatThePostReceivedIsThePostsToPayBack) {
  session.sql("INSERT INTO fee_account VALUES ('9990001', '970436', 'BUU DIEN TINH', 'post')");
  const auto id = order("A1", {{"postage", Money(26'000)}});
  const auto text = payment_reference_text({ChargeKind::postage, id, 0});
  ASSERT_TRUE(import_file(statement({line("FT1", 26'000, text)}, "9990001")));
  ASSERT_EQ(charge_state("A1", "postage"), "settled");
  cancel_parcel_of("A1");
  look_for_breaks();
  ASSERT_EQ(open_breaks_text(), "fee_paid_but_order_cancelled 26000");
  ASSERT_TRUE(propose(refund("")));
  ASSERT_TRUE(decide(second, true));
  EXPECT_EQ(open_breaks_text(), "refund_owed -26000");
  EXPECT_EQ(session.text("SELECT owner || ',' || agency_code FROM recon_break WHERE resolved_at IS NULL"),
            "post_finance,");
  ASSERT_TRUE(propose({BreakAction::paid, "transfer FT99 of 3 March", ""}));
  EXPECT_EQ(balances(), "");
}

// Whoever undoes the match afterwards finds the claim on the agency as it was.
TEST_F(RefundReceipt, AMatchThatIsUndoneAndMadeAgainChangesNoRefund) {
  const auto sent = remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, sent.reference)})));
  dossier_says("A1", 3);
  look_for_breaks();
  ASSERT_TRUE(propose(refund("")));
  ASSERT_TRUE(decide(second, true));
  const auto before = balances();
  const auto match = parse_uuid(session.text("SELECT public_id FROM line_match")).value();
  ASSERT_TRUE(
      session.in_tx([&](sql::Tx& tx) { return undo_match(tx, finance, match, "wrong", now, rules); }));
  test::expect_verified(database.dsn());
  EXPECT_EQ(balance("receivable/fee/H20.01/refund:1"), 50'000);
  const auto line = session.number("SELECT id FROM statement_line");
  const MatchWish again{{line}, {sent.reference}, "it was right"};
  ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return match_by_person(tx, finance, again, now, rules); }));
  EXPECT_EQ(balances(), before);
  EXPECT_EQ(charge_state("A1"), "refunded");
}

TEST_F(RefundReceipt, ACancelledOrderGivesBackEveryKindByItsOwnReceipt) {
  const auto id = order("A1", {{"fee", Money(50'000)}, {"postage", Money(26'000)}});
  collect({cash(id, "A1", Money(50'000), {}, Money(26'000))});
  ASSERT_TRUE(hand_all_in(Money(76'000)));
  cancel_parcel_of("A1");
  look_for_breaks();
  EXPECT_EQ(open_breaks_text(), "fee_paid_but_order_cancelled 26000, fee_paid_but_order_cancelled 50000");
  for (int i = 0; i < 2; ++i) {
    const auto next =
        parse_uuid(
            session.text("SELECT public_id FROM recon_break WHERE resolved_at IS NULL ORDER BY id LIMIT 1"))
            .value();
    const auto wish = refund("82001");
    ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return propose_end(tx, finance, next, wish, now); }));
    ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return decide_end(tx, second, next, true, "", now); }));
  }
  EXPECT_EQ(balances(), "");
  look_for_breaks();
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(RefundReceipt, OneRefundEndsBothReasonsForIt) {
  refused_after_hand_in();
  cancel_parcel_of("A1");
  look_for_breaks();
  ASSERT_EQ(open_breaks_text(), "fee_paid_but_order_cancelled 50000, receipt_for_refused_dossier 50000");
  const auto both = session.in_tx([&](sql::Tx& tx) { return list_breaks(tx, finance, {}, {}, now); });
  const auto wish = refund("82001");
  for (const auto& item : both->items)
    ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return propose_end(tx, finance, item.id, wish, now); }));
  const auto& [first, other] = std::pair(both->items[0].id, both->items[1].id);
  ASSERT_TRUE(
      session.in_tx([&, id = first](sql::Tx& tx) { return decide_end(tx, second, id, true, "", now); }));
  const auto again =
      session.in_tx([&, id = other](sql::Tx& tx) { return decide_end(tx, second, id, true, "", now); });
  EXPECT_EQ(refusal(again), "conflict the money of the receipt was given back already");
  look_for_breaks();
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(RefundReceipt, WhatAPersonAcceptedIsNotAskedAgainAndADossierThatGoesOnIsNoBreak) {
  refused_after_hand_in();
  ASSERT_TRUE(propose({BreakAction::accept, "the appraisal was done", ""}));
  ASSERT_TRUE(decide(second, true));
  look_for_breaks();
  EXPECT_EQ(open_breaks_text(), "");
  collect({cash(order("A2", {{"fee", Money(20'000)}}), "A2", Money(20'000))});
  dossier_says("A2", 3);
  look_for_breaks();
  EXPECT_EQ(open_breaks_text(), "receipt_for_refused_dossier 20000");
  dossier_says("A2", 4);
  look_for_breaks();
  EXPECT_EQ(open_breaks_text(), "");
}

// The first receipt was cancelled because its scan was retracted, not because money went back.
TEST_F(RefundReceipt, OnlyTheReceiptThatWasRefundedSaysSo) {
  const auto taken = cash(order("A1", {{"fee", Money(50'000)}}), "A1", Money(50'000));
  collect({taken});
  session.in_tx([&](sql::Tx& tx) { reverse_cash(tx, {taken.event_key}, "postman-7", now); });
  auto again = taken;
  again.event_key = new_uuid_v7(now);
  collect({again});
  ASSERT_TRUE(hand_all_in(Money(50'000)));
  dossier_says("A1", 3);
  look_for_breaks();
  ASSERT_TRUE(propose(refund("82001")));
  ASSERT_TRUE(decide(second, true));
  const auto all = session.in_tx([&](sql::Tx& tx) { return list_receipts(tx, {.order_number = "A1"}, 24); });
  ASSERT_EQ(all.items.size(), 2U);
  EXPECT_EQ(all.items[0].custody + ' ' + all.items[1].custody, "cancelled refunded");
}

TEST_F(RefundReceipt, TheDatabaseRefusesARefundThatNothingPaid) {
  refused_after_hand_in();
  EXPECT_EQ(session.refusal("UPDATE charge SET state = 'refunded'"), "BC001");
}

}  // namespace
}  // namespace bccid
