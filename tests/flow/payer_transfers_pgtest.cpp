#include "flow/payer_transfers.hpp"

#include "flow/matches_by_hand.hpp"
#include "flow/reconcile.hpp"
#include "tests/flow/money_day.hpp"

namespace bccid {
namespace {

class PayerTransfers : public test::MoneyDay {
 protected:
  static std::string fee_of(std::int64_t order, int attempt = 0) {
    return payment_reference_text({ChargeKind::fee, order, attempt});
  }
  static std::string charge_of(std::int64_t order, int attempt = 0) {
    return payment_reference_text({ChargeKind::charge, order, attempt});
  }
  StatementReport take(std::vector<BankLine> lines) {
    const auto report = import_file(statement(std::move(lines)));
    EXPECT_TRUE(report) << report.error().text();
    return report ? *report : StatementReport{};
  }
  std::string receipts_text() {
    return session.text(
        "SELECT coalesce(string_agg(kind || ' ' || amount || ' ' || collector || "
        "CASE WHEN cancelled_at IS NULL THEN '' ELSE ' cancelled' END, ', ' ORDER BY kind DESC, id), '') "
        "FROM receipt");
  }
};

TEST_F(PayerTransfers, ALineThatNamesTheReferencePaysTheOrderAndReceiptsIt) {
  const auto id = order("T1", {{"fee", Money(180'000)}});
  deliver("T1", "proved");
  const auto report = take({line("FT1", 180'000, "MBVCB.123." + fee_of(id) + ".CT tu 0071 NGUYEN VAN A")});
  EXPECT_EQ(report.matched, 1U);
  EXPECT_EQ(charge_state("T1"), "settled");
  EXPECT_EQ(receipts_text(), "fee 180000 transfer");
  EXPECT_EQ(session.text("SELECT step FROM parcel"), "closed");
  EXPECT_EQ(session.text("SELECT source || ' ' || state || ' ' || amount FROM remittance"),
            "payer on_statement 180000");
  EXPECT_EQ(session.text("SELECT rule || ' ' || difference FROM line_match"), "reference 0");
  EXPECT_EQ(open_breaks_text(), "");
  EXPECT_EQ(session.number("SELECT count(*) FROM recon_break"), 0);
  EXPECT_EQ(session.number("SELECT count(*) FROM journal WHERE kind = 'unexplained'"), 0);
}

TEST_F(PayerTransfers, OneTransferPaysPhiAndLePhiOfAnOrder) {
  const auto id = order("T1", {{"fee", Money(180'000)}, {"charge", Money(20'000)}});
  take({line("FT1", 200'000, fee_of(id) + " " + charge_of(id))});
  EXPECT_EQ(charge_state("T1"), "settled");
  EXPECT_EQ(charge_state("T1", "charge"), "settled");
  EXPECT_EQ(receipts_text(), "fee 180000 transfer, charge 20000 transfer");
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(PayerTransfers, WhatIsShortStaysDueAndIsPaidByTheNextOne) {
  const auto id = order("T1", {{"fee", Money(180'000)}});
  deliver("T1", "proved");
  take({line("FT1", 100'000, fee_of(id))});
  EXPECT_EQ(charge_state("T1"), "settled, due");
  EXPECT_EQ(session.text("SELECT step FROM parcel"), "proved");
  EXPECT_EQ(open_breaks_text(), "amount_differs -80000, delivered_unpaid -80000");
  take({line("FT2", 80'000, fee_of(id, 1))});
  EXPECT_EQ(charge_state("T1"), "settled, settled");
  EXPECT_EQ(session.text("SELECT step FROM parcel"), "closed");
  EXPECT_EQ(open_breaks_text(), "");
  EXPECT_EQ(receipts_text(), "fee 100000 transfer, fee 80000 transfer");
}

TEST_F(PayerTransfers, WhatIsTooMuchIsABreakOfItsMatch) {
  const auto id = order("T1", {{"fee", Money(180'000)}});
  take({line("FT1", 200'000, fee_of(id))});
  EXPECT_EQ(open_breaks_text(), "over 20000");
  EXPECT_EQ(charge_state("T1"), "on_statement");
  EXPECT_EQ(receipts_text(), "fee 180000 transfer");
}

TEST_F(PayerTransfers, TheSameReferencePaidTwiceIsADoubleTransfer) {
  const auto id = order("T1", {{"fee", Money(180'000)}});
  take({line("FT1", 180'000, fee_of(id)), line("FT2", 180'000, fee_of(id))});
  EXPECT_EQ(charge_state("T1"), "settled");
  EXPECT_EQ(open_breaks_text(), "double 180000");
  EXPECT_EQ(receipts_text(), "fee 180000 transfer");
  take({line("FT3", 180'000, fee_of(id))});
  EXPECT_EQ(open_breaks_text(), "double 180000, double 180000");
}

TEST_F(PayerTransfers, ATransferForWhatCashPaidIsNobodysMoney) {
  const auto id = order("T1", {{"fee", Money(180'000)}});
  collect({cash(id, "T1", Money(180'000))});
  take({line("FT1", 180'000, fee_of(id))});
  EXPECT_EQ(charge_state("T1"), "collected");
  EXPECT_EQ(open_breaks_text(), "remitted_without_receipt 180000");
  EXPECT_EQ(receipts_text(), "fee 180000 postman-7");
  EXPECT_EQ(session.text("SELECT dossier_code || ' ' || order_id FROM recon_break"),
            "D-T1 " + std::to_string(id));
  EXPECT_NE(session.text("SELECT action FROM recon_break").find("for order T1"), std::string::npos);
}

TEST_F(PayerTransfers, APayersTransferNeverStandsForARemittanceOfThePostThatHasItsAmount) {
  rules.payers = {"BUU DIEN TINH"};
  remitted("A1", 180'000);
  const auto id = order("T1", {{"fee", Money(180'000)}});
  collect({cash(id, "T1", Money(180'000))});
  take({line("FT1", 180'000, fee_of(id))});
  EXPECT_EQ(session.text("SELECT state FROM remittance"), "sent");
  EXPECT_EQ(open_breaks_text(), "missing -180000, remitted_without_receipt 180000");
}

TEST_F(PayerTransfers, CashForWhatATransferPaidIsPaidTwice) {
  const auto id = order("T1", {{"fee", Money(180'000)}});
  take({line("FT1", 180'000, fee_of(id))});
  collect({cash(id, "T1", Money(180'000))});
  EXPECT_EQ(charge_state("T1"), "settled");
  EXPECT_EQ(open_breaks_text(), "paid_twice 180000");
}

TEST_F(PayerTransfers, MoneyOnAnotherAccountPaysNothing) {
  const auto id = order("T1", {{"fee", Money(180'000)}});
  const auto report = import_file(statement({line("FT1", 180'000, fee_of(id))}, "1020002"));
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(charge_state("T1"), "due");
  EXPECT_EQ(open_breaks_text(), "remitted_without_receipt 180000");
}

TEST_F(PayerTransfers, ALineForAnotherDestinationPaysOnlyWhatGoesThere) {
  WantedCharge own{"fee", Money(100'000), "own", "phi"}, other{"fee", Money(30'000), "other", "phi khac"};
  other.destination = "1020002";
  const auto id = order("T1", {own, other});
  take({line("FT1", 100'000, fee_of(id))});
  EXPECT_EQ(charge_state("T1"), "due, settled");
  EXPECT_EQ(open_breaks_text(), "");
  const auto there = import_file(statement({line("FT2", 30'000, fee_of(id, 1))}, "1020002"));
  ASSERT_TRUE(there) << there.error().text();
  EXPECT_EQ(charge_state("T1"), "settled, settled");
}

TEST_F(PayerTransfers, ALinePaysSeveralOrdersWhenItIsExactlyWhatTheyOwe) {
  const auto first = order("T1", {{"fee", Money(100'000)}});
  const auto second = order("T2", {{"fee", Money(50'000)}});
  take({line("FT1", 150'000, fee_of(first) + " " + fee_of(second))});
  EXPECT_EQ(charge_state("T1"), "settled");
  EXPECT_EQ(charge_state("T2"), "settled");
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(PayerTransfers, ALineOfAnotherAmountThanSeveralOrdersOweIsLeftToAPerson) {
  const auto first = order("T1", {{"fee", Money(100'000)}});
  const auto second = order("T2", {{"fee", Money(50'000)}});
  take({line("FT1", 149'000, fee_of(first) + " " + fee_of(second))});
  EXPECT_EQ(charge_state("T1"), "due");
  EXPECT_EQ(charge_state("T2"), "due");
  EXPECT_EQ(open_breaks_text(), "remitted_without_receipt 149000");
}

TEST_F(PayerTransfers, ALineThatWaitedPaysWhenTheOrderHasCome) {
  const auto next = session.number("SELECT coalesce(max(id), 0) + 1 FROM orders");
  take({line("FT1", 70'000, fee_of(next))});
  EXPECT_EQ(open_breaks_text(), "remitted_without_receipt 70000");
  ASSERT_EQ(order("T1", {{"fee", Money(70'000)}}), next);
  session.in_tx([&](sql::Tx& tx) { reconcile(tx, finance, now, rules); });
  EXPECT_EQ(charge_state("T1"), "settled");
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(PayerTransfers, TheSameFileAgainAndTheNextRunChangeNothing) {
  const auto id = order("T1", {{"fee", Money(180'000)}, {"charge", Money(5'000)}});
  const auto file = statement({line("FT1", 185'000, fee_of(id) + charge_of(id)), line("FT2", 7, "la")});
  ASSERT_TRUE(import_file(file, "one"));
  const auto before = books();
  ASSERT_TRUE(import_file(file, "one"));
  session.in_tx([&](sql::Tx& tx) { reconcile(tx, finance, now, rules); });
  EXPECT_EQ(books(), before);
}

TEST_F(PayerTransfers, AnUndoneMatchLeavesTheRemittanceOpen) {
  const auto id = order("T1", {{"fee", Money(180'000)}});
  take({line("FT1", 180'000, fee_of(id))});
  const auto match = parse_uuid(session.text("SELECT public_id FROM line_match")).value();
  const auto undone =
      session.in_tx([&](sql::Tx& tx) { return undo_match(tx, finance, match, "khong phai", now, rules); });
  ASSERT_TRUE(undone) << undone.error().text();
  EXPECT_EQ(charge_state("T1"), "remitted");
  EXPECT_EQ(session.text("SELECT state FROM remittance"), "sent");
}

TEST_F(PayerTransfers, WhatWasPaidOnlineIsRemittedWithoutAReceiptOfOurs) {
  const auto id = order("T1", {{"fee", Money(180'000)}, {"charge", Money(20'000)}});
  const PayerTransfer paid{id, ChargeKind::fee, "1010001", Money(180'000), "PF-26-0001", now, kPaidOnline};
  const auto booked = session.in_tx([&](sql::Tx& tx) { return book_transfers(tx, finance, {paid}, now); });
  EXPECT_EQ(booked.amounts, std::vector{Money(180'000)});
  EXPECT_TRUE(booked.paid.empty());
  EXPECT_EQ(charge_state("T1"), "remitted");
  EXPECT_EQ(charge_state("T1", "charge"), "due");
  EXPECT_EQ(receipts_text(), "");
  EXPECT_EQ(session.text("SELECT source FROM remittance"), "platform");
  take({line("FT1", 180'000, "thanh toan PF-26-0001")});
  EXPECT_EQ(charge_state("T1"), "settled");
}

}  // namespace
}  // namespace bccid
