#include "flow/waive_charges.hpp"

#include "flow/decide_breaks.hpp"
#include "tests/flow/post_day.hpp"

namespace bccid {
namespace {

using namespace std::chrono_literals;

class WaiveCharges : public test::PostDay {
 protected:
  OrderWish charged_wish() const {
    auto wanted = test::delivery_wish(test::dossier_code(1));
    wanted.charges = {{"fee", Money(50'000)}, {"postage", Money(26'000)}};
    return wanted;
  }
  Scan cash_scan(const std::string& number, Time at) const {
    auto scan = test::scan_of(number, "collected", at);
    scan.fee = Money(50'000);
    return scan;
  }
  // "kind state" of the charges of an order.
  std::string charges(const std::string& number) {
    return session.text(
        "SELECT string_agg(c.kind || ' ' || c.state, ', ' ORDER BY c.kind) FROM charge c "
        "JOIN orders o ON o.id = c.order_id WHERE o.number = '" +
        number + "'");
  }
  std::int64_t owed() {
    return session.number(
        "SELECT coalesce(sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END), 0)::bigint "
        "FROM posting p JOIN account a ON a.id = p.account_id WHERE a.role = 'receivable'");
  }
};

TEST_F(WaiveCharges, AnOrderThatIsCancelledAndPlacedAgainIsOwedOnce) {
  const auto first = wish(charged_wish()).value();
  EXPECT_EQ(owed(), 76'000);
  ASSERT_TRUE(cancel(first.id, clerk));
  EXPECT_EQ(owed(), 0);
  EXPECT_EQ(charges(first.number), "fee waived, postage waived");
  const auto second = wish(charged_wish()).value();
  EXPECT_EQ(owed(), 76'000);
  EXPECT_EQ(charges(second.number), "fee due, postage due");
}

TEST_F(WaiveCharges, ACancellationThatIsRetractedIsOwedAgainAsOftenAsItHappens) {
  const auto number = placed(charged_wish()).number;
  for (int round = 0; round < 2; ++round) {
    const Time at = now + round * 1h;
    const auto wrong = test::scan_of(number, "cancelled", at);
    scan_one(wrong);
    EXPECT_EQ(charges(number), "fee waived, postage waived");
    EXPECT_EQ(owed(), 0);
    scan_one(retraction_of(wrong, at + 10min));
    EXPECT_EQ(charges(number), "fee due, postage due");
    EXPECT_EQ(owed(), 76'000);
  }
}

TEST_F(WaiveCharges, WhatWasTakenStaysAndOnlyTheRestIsWaived) {
  const auto number = placed(charged_wish()).number;
  scan_one(cash_scan(number, now));
  scan_one(test::scan_of(number, "cancelled", now + 1h));
  EXPECT_EQ(charges(number), "fee collected, postage waived");
  EXPECT_EQ(owed(), 0);
}

TEST_F(WaiveCharges, CashThatWasNeverTakenIsNotOwedOnACancelledOrder) {
  const auto number = placed(charged_wish()).number;
  const auto mistaken = cash_scan(number, now);
  scan_one(mistaken);
  scan_one(test::scan_of(number, "cancelled", now + 1h));
  scan_one(retraction_of(mistaken, now + 2h));
  EXPECT_EQ(state(number), "cancelled");
  EXPECT_EQ(charges(number), "fee waived, postage waived");
  EXPECT_EQ(owed(), 0);
}

TEST_F(WaiveCharges, ACancellationAndItsRetractionInOneBatchLeaveEverythingOwed) {
  const auto number = placed(charged_wish()).number;
  const auto wrong = test::scan_of(number, "cancelled", now);
  scan({wrong, retraction_of(wrong, now + 1min)});
  EXPECT_EQ(charges(number), "fee due, postage due");
  EXPECT_EQ(owed(), 76'000);
}

TEST_F(WaiveCharges, WhatTwoPeopleWaivedStaysSoWhenACancellationIsRetracted) {
  const auto number = placed(charged_wish()).number;
  auto part = cash_scan(number, now);
  part.fee = Money(20'000);
  scan_one(part);
  const auto question =
      parse_uuid(session.text("SELECT public_id FROM recon_break WHERE type = 'amount_differs'")).value();
  session.in_tx([&](sql::Tx& tx) {
    const Actor one{"finance-1", "finance", "", "", ""}, other{"finance-2", "finance", "", "", ""};
    EXPECT_TRUE(propose_end(tx, one, question, {BreakAction::waive, "was told so", ""}, now));
    EXPECT_TRUE(decide_end(tx, other, question, true, "", now));
  });
  const auto wrong = test::scan_of(number, "cancelled", now + 1h);
  scan_one(wrong);
  scan_one(retraction_of(wrong, now + 2h));
  EXPECT_EQ(
      session.text("SELECT string_agg(kind || ' ' || amount || ' ' || state, ', ' ORDER BY kind, amount) "
                   "FROM charge WHERE state <> 'split'"),
      "fee 20000 collected, fee 30000 waived, postage 26000 due");
  EXPECT_EQ(owed(), 26'000);
}

TEST_F(WaiveCharges, AParcelThatWasCancelledAndDeliveredIsOwedUntilAPersonDecides) {
  const auto number = placed(charged_wish()).number;
  walk(number, {"collected", "out_for_delivery", "delivered"}, now);
  scan_one(test::scan_of(number, "cancelled", now + 1h));
  EXPECT_EQ(state(number), "disputed");
  EXPECT_EQ(charges(number), "fee due, postage due");
}

}  // namespace
}  // namespace bccid
