#include "flow/carrier_orders.hpp"
#include "flow/order_events.hpp"

#include "flow/accept_scans.hpp"
#include "store/outbox_store.hpp"
#include "tests/flow/order_case.hpp"

namespace bccid {
namespace {

using namespace std::chrono_literals;

constexpr Duration kSettle = 60s;

SendReport report_of(SendOutcome outcome, std::string reason = {}) {
  SendReport report;
  report.outcome = outcome;
  report.reason = std::move(reason);
  return report;
}

class CarrierOrders : public test::OrderCase {
 protected:
  SendPlan plan(const std::string& number) {
    return session.in_tx([&](sql::Tx& tx) { return plan_order_send(tx, number, {kSettle}, now); });
  }
  void answer(const std::string& number, SendOutcome outcome, const std::string& reason = {}) {
    session.in_tx([&](sql::Tx& tx) { apply_send_report(tx, number, report_of(outcome, reason), now); });
  }
  void answer_cancel(const std::string& number, SendOutcome outcome, const std::string& reason = {}) {
    session.in_tx([&](sql::Tx& tx) { apply_cancel_report(tx, number, report_of(outcome, reason), now); });
  }
  std::string lost(const std::string& code) {
    const auto order = place(code);
    EXPECT_EQ(plan(order.number).step, SendStep::send);
    answer(order.number, SendOutcome::unknown, "timed out");
    EXPECT_EQ(state_of(order.number), "unknown");
    return order.number;
  }
  std::string placed(const std::string& code) {
    const auto order = place(code);
    plan(order.number);
    answer(order.number, SendOutcome::accepted);
    return order.number;
  }
  void release(const Uuid& id) {
    const OrderCorrection corrected{"đã gọi người nhận", std::nullopt};
    ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return release_order(tx, agency, id, corrected, now); }));
  }
  // What the outbox would do after the row has been served.
  void served(const std::string& number) {
    session.sql(
        "UPDATE outbox SET state = 'delivered', finished_at = now(), lease_until = NULL WHERE subject = "
        "'order:" +
        number + "'");
  }
};

TEST_F(CarrierOrders, TheFirstSendCarriesWhatThePostNeeds) {
  const auto order = place("H20.01-1");
  const auto send = plan(order.number);
  ASSERT_EQ(send.step, SendStep::send);
  EXPECT_EQ(send.order.number, "H20.01-1-T1");
  EXPECT_EQ(send.order.sender.name, "Sở Tư pháp");
  EXPECT_EQ(send.order.receiver.phone, "0912345678");
  EXPECT_EQ(send.order.receiver.commune_code, "29869");
  EXPECT_EQ(send.order.cod, Money(50'000));  // the postage is the post's own
  EXPECT_EQ(state_of(order.number), "sending");
  answer(order.number, SendOutcome::accepted);
  EXPECT_EQ(state_of(order.number), "placed");
  EXPECT_EQ(session.number("SELECT count(*) FROM orders WHERE placed_at IS NOT NULL"), 1);
  EXPECT_EQ(plan(order.number).step, SendStep::done);
}

TEST_F(CarrierOrders, ARefusedOrderIsHeldForAPersonAndGoesOutAgainWhenReleased) {
  const auto order = place("H20.01-2");
  plan(order.number);
  answer(order.number, SendOutcome::rejected, "thiếu số điện thoại");
  EXPECT_EQ(state_of(order.number), "held");
  EXPECT_EQ(open_items(), "order_refused order:" + order.number);
  const auto held = plan(order.number);
  EXPECT_EQ(held.step, SendStep::refused);
  EXPECT_EQ(held.reason, "thiếu số điện thoại");
  release(order.id);
  EXPECT_EQ(open_items(), "");
  EXPECT_EQ(plan(order.number).step, SendStep::send);
}

TEST_F(CarrierOrders, WhatWasNeverSentIsSentAgainAtOnce) {
  const auto order = place("H20.01-3");
  plan(order.number);
  answer(order.number, SendOutcome::not_sent, "connection refused");
  EXPECT_EQ(state_of(order.number), "wanted");
  EXPECT_EQ(plan(order.number).step, SendStep::send);
}

TEST_F(CarrierOrders, AnUnknownOutcomeIsAskedByNumberAndFound) {
  const auto number = lost("H20.01-4");
  EXPECT_EQ(plan(number).step, SendStep::ask_later);
  feed({row("r1", number, "1")}, "", "r1");
  EXPECT_EQ(state_of(number), "placed");
  EXPECT_EQ(plan(number).step, SendStep::done);
}

TEST_F(CarrierOrders, AnUnknownOutcomeIsSentAgainOnlyAfterAFeedReadThatBeganLateEnough) {
  const auto number = lost("H20.01-5");
  const auto ask = plan(number);
  EXPECT_EQ(ask.step, SendStep::ask_later);
  EXPECT_EQ(ask.ask_at, now + kSettle);
  now += 59s;
  feed({}, "", "c1");  // to its end, but begun a second too early
  now += 2s;
  EXPECT_EQ(plan(number).step, SendStep::ask_later);
  feed({}, "c1", "c1", false);  // late enough, but not to the end
  EXPECT_EQ(plan(number).step, SendStep::ask_later);
  feed({}, "c1", "c1");
  const auto again = plan(number);
  EXPECT_EQ(again.step, SendStep::send);
  EXPECT_EQ(again.order.number, number);
  EXPECT_EQ(state_of(number), "sending");
}

TEST_F(CarrierOrders, AnOrderLeftBehindInTheMiddleOfASendIsUnknown) {
  const auto order = place("H20.01-6");
  ASSERT_EQ(plan(order.number).step, SendStep::send);
  now += 40s;  // the sender died; another one holds the row now
  EXPECT_EQ(plan(order.number).step, SendStep::ask_later);
  EXPECT_EQ(state_of(order.number), "unknown");
  answer(order.number, SendOutcome::accepted);  // it had not died after all
  EXPECT_EQ(state_of(order.number), "placed");
}

TEST_F(CarrierOrders, TheFeedMayBeFasterThanTheReplyAndIsBelieved) {
  const auto order = place("H20.01-7");
  plan(order.number);
  feed({row("r1", order.number, "1")}, "", "r1");
  EXPECT_EQ(state_of(order.number), "placed");
  answer(order.number, SendOutcome::unknown, "timed out");
  EXPECT_EQ(state_of(order.number), "placed");
  answer(order.number, SendOutcome::rejected, "already there");
  EXPECT_EQ(state_of(order.number), "placed");
  EXPECT_EQ(open_items(), "");
  served(order.number);
}

TEST_F(CarrierOrders, ACancelledOrderWhoseSendWasLostIsAskedForBeforeItIsCancelledAtThePost) {
  const auto number = lost("H20.01-8");
  const auto id = parse_uuid(session.text("SELECT public_id::text FROM orders")).value();
  ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return cancel_order(tx, agency, id, "nhầm", now); }));
  EXPECT_EQ(plan(number).step, SendStep::ask_later);
  now += 2min;
  feed({}, "", "c1");
  EXPECT_EQ(plan(number).step, SendStep::unwanted);
  EXPECT_EQ(state_of(number), "cancelled");
  EXPECT_EQ(parcel_state(number), "cancelled");
  const auto cancel = session.in_tx([&](sql::Tx& tx) { return plan_order_cancel(tx, number); });
  EXPECT_EQ(cancel.step, SendStep::done);
}

TEST_F(CarrierOrders, AnOrderIsCancelledAtThePostWithItsParcel) {
  const auto number = placed("H20.01-9");
  const auto id = parse_uuid(session.text("SELECT public_id::text FROM orders")).value();
  ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return cancel_order(tx, agency, id, "nhầm", now); }));
  EXPECT_EQ(session.in_tx([&](sql::Tx& tx) { return plan_order_cancel(tx, number); }).step, SendStep::send);
  answer_cancel(number, SendOutcome::accepted);
  EXPECT_EQ(state_of(number), "cancelled");
  EXPECT_EQ(parcel_state(number), "cancelled");
  answer_cancel(number, SendOutcome::accepted);
  EXPECT_EQ(state_of(number), "cancelled");
}

TEST_F(CarrierOrders, ANoToACancellationPutsTheOrderBackAndANoAfterALostTryGoesToAPerson) {
  const auto number = placed("H20.01-10");
  const auto id = parse_uuid(session.text("SELECT public_id::text FROM orders")).value();
  const auto cancel = [&] {
    return session.in_tx([&](sql::Tx& tx) { return cancel_order(tx, agency, id, "nhầm", now); });
  };
  ASSERT_TRUE(cancel());
  answer_cancel(number, SendOutcome::rejected, "đang phát");
  EXPECT_EQ(state_of(number), "placed");
  EXPECT_EQ(open_items(), "cancel_refused order:" + number);
  ASSERT_TRUE(cancel());
  answer_cancel(number, SendOutcome::unknown, "timed out");
  answer_cancel(number, SendOutcome::rejected, "không có đơn");
  EXPECT_EQ(state_of(number), "cancel_wanted");
  EXPECT_EQ(open_items(), "cancel_refused order:" + number + ", cancel_unclear order:" + number);
}

// The post did cancel and its answer was lost: a row of the feed must not make us forget that.
TEST_F(CarrierOrders, ANoAfterALostCancellationGoesToAPersonWhateverTheFeedSaidBetween) {
  const auto number = placed("H20.01-10");
  const auto id = parse_uuid(session.text("SELECT public_id::text FROM orders")).value();
  ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return cancel_order(tx, agency, id, "nhầm", now); }));
  answer_cancel(number, SendOutcome::unknown, "timed out");
  session.in_tx([&](sql::Tx& tx) { move_orders(tx, {number}, OrderEvent::found, now); });
  answer_cancel(number, SendOutcome::rejected, "đã huỷ");
  EXPECT_EQ(state_of(number), "cancel_wanted");
  EXPECT_EQ(open_items(), "cancel_unclear order:" + number);
}

TEST_F(CarrierOrders, TheSamePageAgainChangesNothing) {
  const auto number = placed("H20.01-11");
  served(number);
  const std::vector<FeedRow> rows = {row("r1", number, "2", "RB123456785VN"),
                                     row("r2", number, "3", "RB123456785VN")};
  const auto first = feed(rows, "", "r2");
  EXPECT_EQ(first.fresh, 2U);
  EXPECT_EQ(first.events, 2U);
  EXPECT_EQ(parcel_state(number), "in_transit");
  EXPECT_EQ(session.text("SELECT item_code FROM parcel"), "RB123456785VN");
  const auto before = session.text(
      "SELECT md5(string_agg(x::text, '|')) FROM (SELECT p::text FROM parcel p UNION ALL "
      "SELECT o::text FROM orders o UNION ALL SELECT e::text FROM parcel_event e) x");
  const auto again = feed(rows, "", "r2");
  EXPECT_EQ(again.fresh, 0U);
  EXPECT_EQ(again.rows, 2U);
  EXPECT_EQ(session.text("SELECT md5(string_agg(x::text, '|')) FROM (SELECT p::text FROM parcel p UNION ALL "
                         "SELECT o::text FROM orders o UNION ALL SELECT e::text FROM parcel_event e) x"),
            before);
  EXPECT_EQ(session.in_tx([](sql::Tx& tx) { return feed_cursor(tx, "vnpost"); }), "r2");
}

TEST_F(CarrierOrders, ASlowerReaderDoesNotTakeTheCursorBack) {
  feed({}, "", "c5");
  feed({}, "", "c1");
  EXPECT_EQ(session.in_tx([](sql::Tx& tx) { return feed_cursor(tx, "vnpost"); }), "c5");
}

TEST_F(CarrierOrders, ARowForAnOrderThatWeDoNotKnowIsHeldAndJoinsItsParcelLater) {
  const auto applied = feed({row("r1", "H20.01-12-T1", "2")}, "", "r1");
  EXPECT_EQ(applied.held, 1U);
  EXPECT_EQ(open_items(), "unknown_parcel parcel:H20.01-12-T1");
  const auto order = place("H20.01-12");
  session.in_tx([&](sql::Tx& tx) { adopt_held_scans(tx, {order.number}, now); });
  EXPECT_EQ(parcel_state("H20.01-12-T1"), "collected");
  EXPECT_EQ(open_items(), "");
  // The post has it already, so it is not sent a second time.
  EXPECT_EQ(plan("H20.01-12-T1").step, SendStep::done);
  EXPECT_EQ(state_of("H20.01-12-T1"), "placed");
}

TEST_F(CarrierOrders, ScansOfAnItemCodeJoinTheParcelWhenTheFeedNamesIt) {
  const auto number = placed("H20.01-13");
  served(number);
  Scan scan;
  scan.key = new_uuid_v7(now);
  scan.source = "bccid";
  scan.code = "collected";
  scan.item = "RB123456785VN";
  scan.occurred_at = now;
  session.in_tx([&](sql::Tx& tx) { accept_scans(tx, std::span<const Scan>(&scan, 1), now); });
  auto announced = row("r1", number, "1", "rb123456785vn");
  announced.occurred_at = now - 1h;
  EXPECT_EQ(feed({announced}, "", "r1").adopted, 1U);
  EXPECT_EQ(parcel_state(number), "collected");
  EXPECT_EQ(open_items(), "");
}

TEST_F(CarrierOrders, TwoItemCodesForOneOrderKeepTheFirstAndAskAPerson) {
  const auto number = placed("H20.01-14");
  const auto other = placed("H20.01-15");
  feed({row("r1", number, "1", "RB123456785VN"), row("r2", number, "1", "RB123456799VN"),
        row("r3", other, "1", "RB123456785VN")},
       "", "r3");
  EXPECT_EQ(session.text("SELECT item_code FROM parcel WHERE order_number = '" + number + "'"),
            "RB123456785VN");
  EXPECT_EQ(
      session.text("SELECT coalesce(item_code, 'none') FROM parcel WHERE order_number = '" + other + "'"),
      "none");
  EXPECT_EQ(open_items(), "item_code_taken order:" + other + ", two_item_codes order:" + number);
  feed({row("r4", number, "3", "RB123456799VN")}, "r3", "r4");
  EXPECT_EQ(session.number("SELECT seen FROM attention WHERE kind = 'two_item_codes'"), 2);
}

TEST_F(CarrierOrders, ACodeThatNobodyKnowsIsKeptAndShown) {
  const auto number = placed("H20.01-16");
  const auto applied =
      feed({row("r1", number, "77"), row("r2", number, "77"), row("r3", number, "2")}, "", "r3");
  EXPECT_EQ(applied.fresh, 3U);
  EXPECT_EQ(applied.events, 1U);
  EXPECT_EQ(open_items(), "unknown_code code:vnpost_ngsp_feed/sim/77");
  EXPECT_EQ(session.number("SELECT seen FROM attention"), 2);
  EXPECT_EQ(session.number("SELECT count(*) FROM feed_row"), 3);
  EXPECT_EQ(session.number("SELECT count(*) FROM feed_row_held"), 2);
}

TEST_F(CarrierOrders, LateAndOddRowsDoNotStopTheFeed) {
  const auto number = placed("H20.01-17");
  auto future = row("r1", number, "3");
  future.occurred_at = now + 48h;
  auto nul = row("r2", number, "2", "X");
  nul.note = std::string("a\0b", 3);
  nul.occurred_at = now - 1s;
  auto late = row("r3", number, "1");
  late.occurred_at = now - 72h;
  EXPECT_EQ(feed({future, nul, late, late}, "", "r3").fresh, 3U);
  EXPECT_EQ(parcel_state(number), "in_transit");
  EXPECT_EQ(open_items(), "odd_item_code order:" + number);
}

TEST_F(CarrierOrders, AnItemCodeOfTooFewSignsIsAskedAboutWhateverItsBytes) {
  const auto number = placed("H20.01-19");
  EXPECT_EQ(feed({row("r1", number, "1", "ĐƠN1")}, "", "r1").fresh, 1U);
  EXPECT_EQ(open_items(), "odd_item_code order:" + number);
}

TEST_F(CarrierOrders, ARowThatNamesOnlyTheItemCodeReachesItsParcel) {
  const auto number = placed("H20.01-20");
  feed({row("r1", number, "1", "EB123456785VN")}, "", "r1");
  const auto was = parcel_state(number);
  auto later = row("r2", "", "2", "EB123456785VN");
  later.occurred_at = now + 1s;
  feed({later}, "", "r2");
  EXPECT_NE(parcel_state(number), was);
  EXPECT_EQ(open_items(), "");
}

TEST_F(CarrierOrders, AnOrderFoundAfterItsParcelHasEndedIsCompleted) {
  const auto number = lost("H20.01-18");
  for (const auto* code : {"collected", "out_for_delivery", "delivered"}) {
    Scan scan;
    scan.key = new_uuid_v7(now);
    scan.source = "bccid";
    scan.code = code;
    scan.item = number;
    scan.occurred_at = now;
    now += 1s;
    session.in_tx([&](sql::Tx& tx) { accept_scans(tx, std::span<const Scan>(&scan, 1), now); });
  }
  EXPECT_EQ(parcel_state(number), "delivered");
  feed({row("r1", number, "1")}, "", "r1");
  EXPECT_EQ(state_of(number), "completed");
}

}  // namespace
}  // namespace bccid
