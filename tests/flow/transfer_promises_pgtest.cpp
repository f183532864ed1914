// "He pays by transfer", said at the door: it puts a question off, and pays nothing.

#include "domain/payment/payment_reference.hpp"
#include "flow/accept_scans.hpp"
#include "flow/money_clock.hpp"
#include "flow/payment_codes.hpp"
#include "flow/read_case.hpp"
#include "tests/flow/break_day.hpp"
#include "tests/support/builders.hpp"

namespace bccid {
namespace {

using namespace std::chrono_literals;

class TransferPromises : public test::BreakDay {
 protected:
  ScanAnswer scan(const Scan& one) {
    return session.in_tx([&](sql::Tx& tx) { return accept_scans(tx, {&one, 1}, now); }).front();
  }
  Scan scan_of(const std::string& number, const std::string& code) {
    auto made = test::scan_of(number, code, now);
    made.office = "82001";
    made.actor = "postman-7";
    return made;
  }
  Scan promise_of(const std::string& number, const std::string& code = "delivered") {
    auto made = scan_of(number, code);
    made.by_transfer = true;
    return made;
  }
  void walk(const std::string& number, const std::vector<std::string>& codes) {
    for (const auto& code : codes) {
      scan(scan_of(number, code));
      now += 1min;
    }
  }
  // Carried to the door, where the payer promises his transfer.
  Scan deliver_on_promise(const std::string& number) {
    walk(number, {"collected", "out_for_delivery"});
    const auto promise = promise_of(number);
    EXPECT_EQ(scan(promise).outcome, ScanOutcome::accepted);
    return promise;
  }
  std::string breaks_after(std::chrono::hours passed) {
    now += passed;
    look_for_breaks();
    return open_breaks_text();
  }
  std::string action() { return session.text("SELECT action FROM recon_break WHERE resolved_at IS NULL"); }
};

TEST_F(TransferPromises, WhatIsPaidInTimeIsNoQuestion) {
  const auto id = order("T1", {{"fee", Money(180'000)}});
  deliver_on_promise("T1");
  EXPECT_EQ(breaks_after(47h), "");
  ASSERT_TRUE(
      import_file(statement({line("FT1", 180'000, payment_reference_text({ChargeKind::fee, id, 0}))})));
  EXPECT_EQ(charge_state("T1"), "settled");
  EXPECT_EQ(breaks_after(48h), "");
  EXPECT_EQ(session.number("SELECT count(*) FROM recon_break"), 0);
}

TEST_F(TransferPromises, WhatDoesNotComeIsAQuestionThatNamesThePostmanAndTheCode) {
  const auto id = order("T1", {{"fee", Money(180'000)}});
  deliver_on_promise("T1");
  EXPECT_EQ(breaks_after(48h), "delivered_unpaid -180000");
  EXPECT_EQ(
      action(),
      "postman-7 handed it over because a transfer was promised: ask the payer for the fee of order T1, " +
          Money(180'000).to_text() + " to account 1010001, or waive it.");
  ASSERT_TRUE(
      import_file(statement({line("FT1", 180'000, payment_reference_text({ChargeKind::fee, id, 0}))})));
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(TransferPromises, HowLongATransferMayTakeIsARule) {
  order("T1", {{"fee", Money(180'000)}});
  rules.transfer_within = 2h;
  deliver_on_promise("T1");
  EXPECT_EQ(breaks_after(1h), "");
  EXPECT_EQ(breaks_after(1h), "delivered_unpaid -180000");
}

TEST_F(TransferPromises, ALaterPromisePutsNothingOff) {
  order("T1", {{"fee", Money(180'000)}});
  deliver_on_promise("T1");
  now += 40h;
  scan(promise_of("T1", "proof_recorded"));
  EXPECT_EQ(breaks_after(8h), "delivered_unpaid -180000");
}

TEST_F(TransferPromises, APromiseThatIsRetractedPutsNothingOff) {
  order("T1", {{"fee", Money(180'000)}});
  walk("T1", {"collected", "out_for_delivery", "delivered"});
  const auto promise = promise_of("T1", "cod_collected");
  scan(promise);
  EXPECT_EQ(breaks_after(1h), "");
  auto back = scan_of("T1", "retracted");
  back.retracts = promise.key;
  scan(back);
  EXPECT_EQ(breaks_after(1h), "delivered_unpaid -180000");
  EXPECT_EQ(action(), "Ask who delivered order T1 for the fee, or waive it.");
}

TEST_F(TransferPromises, APromiseThatComesLateEndsTheQuestionUntilItsTimeIsOver) {
  order("T1", {{"fee", Money(180'000)}});
  walk("T1", {"collected", "out_for_delivery", "delivered"});
  const auto promise = promise_of("T1", "cod_collected");  // its device finds no network
  EXPECT_EQ(breaks_after(3h), "delivered_unpaid -180000");
  EXPECT_EQ(scan(promise).outcome, ScanOutcome::accepted);
  EXPECT_EQ(breaks_after(1h), "");
  EXPECT_EQ(breaks_after(44h), "delivered_unpaid -180000");
  EXPECT_EQ(session.number("SELECT count(*) FROM recon_break"), 2);
}

TEST_F(TransferPromises, WhatNoTransferCanPayIsAskedForAtOnce) {
  order("T1", {{"postage", Money(26'000)}});
  walk("T1", {"collected"});
  const auto answer = scan(promise_of("T1"));
  EXPECT_EQ(answer.outcome, ScanOutcome::accepted);
  EXPECT_EQ(answer.reason, "nothing_that_a_transfer_can_pay");
  EXPECT_EQ(breaks_after(0h), "delivered_unpaid -26000");
  EXPECT_EQ(action(), "Ask postman-7 for the postage of order T1, which no transfer can pay, or waive it.");
}

TEST_F(TransferPromises, APromiseForWhatIsPaidIsKeptAndChangesNothing) {
  const auto id = order("T1", {{"fee", Money(180'000)}});
  collect({cash(id, "T1", Money(180'000))});
  EXPECT_EQ(scan(promise_of("T1", "collected")).reason, "nothing_that_a_transfer_can_pay");
  EXPECT_EQ(breaks_after(1h), "");
}

TEST_F(TransferPromises, AHeldScanKeepsItsPromise) {
  const auto item = test::item_code(1);
  auto promise = promise_of(item, "cod_collected");
  EXPECT_EQ(scan(promise).outcome, ScanOutcome::held_unknown_parcel);
  order("T1", {{"fee", Money(180'000)}});
  walk("T1", {"collected", "out_for_delivery", "delivered"});
  session.sql("UPDATE parcel SET item_code = '" + item + "'");
  session.in_tx([&](sql::Tx& tx) { return adopt_held_scans(tx, {item}, now); });
  EXPECT_EQ(breaks_after(1h), "");
  EXPECT_EQ(breaks_after(47h), "delivered_unpaid -180000");
}

TEST_F(TransferPromises, EverybodySeesItAndNobodyHoldsItsMoney) {
  order("T1", {{"fee", Money(180'000)}});
  const auto promise = deliver_on_promise("T1");
  const auto dossier = session.in_tx([&](sql::Tx& tx) { return read_dossier(tx, finance, "D-T1"); });
  ASSERT_TRUE(dossier);
  ASSERT_TRUE(dossier->orders.at(0).promised);
  EXPECT_EQ(dossier->orders.at(0).promised->event, promise.key);
  EXPECT_EQ(dossier->orders.at(0).promised->by, "postman-7");
  EXPECT_FALSE(dossier->parcels.at(0).events.at(0).by_transfer);
  EXPECT_TRUE(dossier->parcels.at(0).events.at(2).by_transfer);
  const auto slip =
      session.in_tx([&](sql::Tx& tx) { return payment_slip(tx, finance, dossier->orders.at(0).id, now); });
  ASSERT_TRUE(slip);
  EXPECT_TRUE(slip->promised);
  EXPECT_EQ(slip->codes.size(), 1U);
  const auto clock = session.in_tx([&](sql::Tx& tx) { return sum_money_clock(tx, now, rules); });
  EXPECT_EQ(clock.waiting, 0);
  EXPECT_EQ(balance("cash/fee/H20.01/postman-7"), 0);
}

TEST_F(TransferPromises, TheSameScanWithoutItsPromiseIsAnotherScan) {
  order("T1", {{"fee", Money(180'000)}});
  auto promise = promise_of("T1", "collected");
  scan(promise);
  EXPECT_EQ(scan(promise).outcome, ScanOutcome::duplicate);
  promise.by_transfer = false;
  EXPECT_EQ(scan(promise).reason, "key_used_for_other_content");
}

}  // namespace
}  // namespace bccid
