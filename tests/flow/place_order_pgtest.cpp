#include "flow/place_order.hpp"

#include "tests/flow/post_day.hpp"

#include <atomic>
#include <thread>

namespace bccid {
namespace {

using test::kAgencyB;

class PlaceOrder : public test::PostDay {};

TEST_F(PlaceOrder, OneWishMakesTheOrderItsParcelItsChargesAndItsMessage) {
  auto wanted = test::delivery_wish(test::dossier_code(1));
  wanted.charges = {{"fee", Money(50'000)}, {"postage", Money(26'000)}};
  const auto order = wish(wanted);
  ASSERT_TRUE(order) << order.error().text();
  EXPECT_EQ(order->number, test::dossier_code(1) + "-T1");
  EXPECT_EQ(order->state, "wanted");
  EXPECT_EQ(order->parcel_state, "registered");
  EXPECT_FALSE(order->existed);
  ASSERT_EQ(order->charges.size(), 2U);
  EXPECT_EQ(order->charges[0].state, "due");
  EXPECT_EQ(count("outbox WHERE kind = 'order.create' AND state = 'scheduled' AND target = 'carrier:post'"),
            1);
  EXPECT_EQ(count("journal WHERE kind = 'charge_raised'"), 1);
}

TEST_F(PlaceOrder, WhatLeavesBearsTheRequestThatCausedIt) {
  const auto order = placed(test::delivery_wish(test::dossier_code(1)));
  ASSERT_TRUE(cancel(order.id, agency_a));
  EXPECT_EQ(session.text("SELECT request_id FROM outbox WHERE kind = 'order.create'"), clerk.request_id);
  EXPECT_EQ(session.text("SELECT request_id FROM outbox WHERE kind = 'order.cancel'"), agency_a.request_id);
}

TEST_F(PlaceOrder, TheSameTriggerAgainIsTheSameOrder) {
  const auto first = wish(test::delivery_wish(test::dossier_code(1))).value();
  const auto again = wish(test::delivery_wish(test::dossier_code(1))).value();
  EXPECT_TRUE(again.existed);
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(count("orders"), 1);
  EXPECT_EQ(count("outbox"), 1);
}

TEST_F(PlaceOrder, TwoTriggersAtOnceMakeOneOrder) {
  constexpr int kCallers = 4;
  constexpr int kDossiers = 20;
  std::atomic<int> created{0};
  const auto call = [&] {
    test::Session mine(database.dsn());
    for (int i = 0; i < kDossiers; ++i) {
      const auto wanted = test::delivery_wish(test::dossier_code(i));
      const auto order = mine.in_tx(
          [&](sql::Tx& tx) { return place_order(tx, agency_a, test::kAgencyA, "post", wanted, now); });
      ASSERT_TRUE(order) << order.error().text();
      if (!order->existed) ++created;
    }
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) callers.emplace_back(call);
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(created, kDossiers);
  EXPECT_EQ(count("orders"), kDossiers);
  EXPECT_EQ(count("dossier"), kDossiers);
  EXPECT_EQ(count("outbox"), kDossiers);
}

TEST_F(PlaceOrder, BothLegsOfOneDossierLiveSideBySide) {
  auto pickup = test::pickup_wish("PG0001");
  const auto gone = wish(pickup).value();
  EXPECT_EQ(gone.number, "PG0001-N1");
  pickup.dossier_code = test::dossier_code(1);
  EXPECT_TRUE(wish(pickup).value().existed);  // the slip's dossier learned its code
  const auto back = wish(test::delivery_wish(test::dossier_code(1))).value();
  EXPECT_EQ(back.number, test::dossier_code(1) + "-T1");
  EXPECT_EQ(count("dossier"), 1);
  EXPECT_EQ(count("orders"), 2);
}

TEST_F(PlaceOrder, RefusesWhatDoesNotAgreeAndStoresNothing) {
  const auto refused = [&](const OrderWish& wanted, Errc code, const char* pointer) {
    const auto order = wish(wanted);
    ASSERT_FALSE(order);
    EXPECT_EQ(order.error().code, code) << order.error().text();
    EXPECT_EQ(order.error().pointer, pointer) << order.error().text();
  };
  auto wanted = test::delivery_wish(test::dossier_code(1));
  wanted.procedure_code = "9.999999";
  refused(wanted, Errc::invalid_field, "/procedure_code");
  wanted = test::delivery_wish(test::dossier_code(1));
  wanted.citizen.commune_code = "99999";
  refused(wanted, Errc::invalid_field, "/citizen/commune_code");
  wanted = test::delivery_wish(test::dossier_code(1));
  wanted.citizen.province_code = "01";
  refused(wanted, Errc::invalid_field, "/citizen/province_code");
  wanted = test::delivery_wish("");
  wanted.slip_no = "PG0001";
  refused(wanted, Errc::missing_field, "/dossier_code");
  for (const int status : {1, 2, 3, 4, 8, 10}) {
    wanted = test::delivery_wish(test::dossier_code(1));
    wanted.portal_status = status;  // a result is delivered when the dossier is finished
    refused(wanted, Errc::conflict, "");
  }
  EXPECT_EQ(wish(test::delivery_wish(test::dossier_code(1)), "H99.99").error().pointer, "/agency");
  EXPECT_EQ(count("dossier") + count("orders") + count("parcel") + count("outbox") + count("charge"), 0);
}

TEST_F(PlaceOrder, AProcedureThatForbidsThePostIsRefusedByLeg) {
  session.sql(std::string("UPDATE procedure SET by_post_return = false WHERE code = '") + test::kProcedure +
              "'");
  EXPECT_EQ(wish(test::delivery_wish(test::dossier_code(1))).error().code, Errc::conflict);
  EXPECT_TRUE(wish(test::pickup_wish("PG0001")));
}

TEST_F(PlaceOrder, ADossierKeepsItsProcedureAndItsAgency) {
  ASSERT_TRUE(wish(test::pickup_wish("PG0001")));
  auto other = test::pickup_wish("PG0001");
  other.procedure_code =
      session.text("SELECT min(code) FROM procedure WHERE code <> '" + std::string(test::kProcedure) + "'");
  EXPECT_EQ(wish(other).error().code, Errc::conflict);
  EXPECT_EQ(wish(test::pickup_wish("PG0001"), kAgencyB).error().code, Errc::conflict);
}

TEST_F(PlaceOrder, AResultThatWasGivenIsNotSentAgain) {
  const auto order = placed(test::delivery_wish(test::dossier_code(1)));
  walk(order.number, {"collected", "out_for_delivery", "delivered", "proof_recorded"}, now);
  // The proof stands in the scan's evidence flag.
  auto proof = test::scan_of(order.number, "proof_recorded", now + std::chrono::minutes(9));
  proof.evidence = true;
  scan_one(proof);
  ASSERT_EQ(session.number("SELECT told_status FROM dossier"), 10);
  EXPECT_EQ(wish(test::delivery_wish(test::dossier_code(1))).error().code, Errc::conflict);
}

TEST_F(PlaceOrder, AResultThatSomebodySaysWasGivenIsNotSentAgain) {
  const auto order = placed(test::delivery_wish(test::dossier_code(1)));
  walk(order.number, {"collected", "out_for_delivery"}, now);
  const auto given = test::scan_of(order.number, "delivered", now + std::chrono::minutes(9));
  scan_one(given);
  ASSERT_EQ(state(order.number), "delivered");
  auto again = wish(test::delivery_wish(test::dossier_code(1))).value();
  EXPECT_TRUE(again.existed);
  EXPECT_EQ(again.number, order.number);
  // Taken back: it travels again, and its order is still the one.
  auto retraction = test::scan_of(order.number, "retracted", now + std::chrono::minutes(10));
  retraction.retracts = given.key;
  scan_one(retraction);
  again = wish(test::delivery_wish(test::dossier_code(1))).value();
  EXPECT_EQ(again.number, order.number);
  scan_one(test::scan_of(order.number, "returned", now + std::chrono::minutes(11)));
  EXPECT_EQ(wish(test::delivery_wish(test::dossier_code(1))).value().number, test::dossier_code(1) + "-T2");
}

TEST_F(PlaceOrder, PapersThatArrivedAreFetchedAgainOnlyForASupplement) {
  const auto order = placed(test::pickup_wish("PG0002"));
  walk(order.number, {"collected", "out_for_delivery", "delivered"}, now);
  EXPECT_EQ(wish(test::pickup_wish("PG0002")).value().number, order.number);
  auto more = test::pickup_wish("PG0002");
  more.portal_status = 5;
  const auto second = wish(more).value();
  EXPECT_FALSE(second.existed);
  EXPECT_NE(second.number, order.number);
}

TEST_F(PlaceOrder, ADeliveryWhoseStatusNobodyGaveIsToldAsGivenWhenItIsProved) {
  auto silent = test::delivery_wish(test::dossier_code(1));
  silent.portal_status = 0;
  const auto order = placed(silent);
  walk(order.number, {"collected", "out_for_delivery"}, now);
  auto given = test::scan_of(order.number, "delivered", now + std::chrono::minutes(9));
  given.evidence = true;
  scan_one(given);
  EXPECT_EQ(session.number("SELECT told_status FROM dossier"), 10);
}

TEST_F(PlaceOrder, ACodeThatAnotherAgencyUsedByMistakeBlocksNobody) {
  const auto mistaken = wish(test::delivery_wish(test::dossier_code(1)), test::kAgencyB).value();
  ASSERT_TRUE(cancel(mistaken.id, clerk));
  const auto right = wish(test::delivery_wish(test::dossier_code(1))).value();
  EXPECT_EQ(right.number, test::dossier_code(1) + "-T2");
}

TEST_F(PlaceOrder, CancelBeforeTheSendEndsEverythingHere) {
  const auto order = wish(test::delivery_wish(test::dossier_code(1))).value();
  const auto cancelled = cancel(order.id, agency_a);
  ASSERT_TRUE(cancelled) << cancelled.error().text();
  EXPECT_EQ(cancelled->state, "cancelled");
  EXPECT_EQ(cancelled->parcel_state, "cancelled");
  EXPECT_EQ(count("outbox WHERE kind = 'order.create' AND state = 'void'"), 1);
  EXPECT_EQ(count("outbox WHERE kind = 'order.cancel'"), 0);
  EXPECT_EQ(begin_send(order.number), SendStep::unwanted);
  EXPECT_EQ(cancel(order.id, agency_a).value().state, "cancelled");  // again changes nothing
  EXPECT_EQ(
      count("audit WHERE actor = 'agency-a' AND action = 'order.cancel' AND request_id = 'req-00000002'"), 1);
  const auto second = wish(test::delivery_wish(test::dossier_code(1))).value();
  EXPECT_EQ(second.number, test::dossier_code(1) + "-T2");
}

TEST_F(PlaceOrder, CancelAfterThePostHasItAsksThePost) {
  const auto order = placed(test::delivery_wish(test::dossier_code(1)));
  EXPECT_EQ(cancel(order.id, clerk).value().state, "cancel_wanted");
  EXPECT_EQ(count("outbox WHERE kind = 'order.cancel' AND state = 'scheduled'"), 1);
  EXPECT_EQ(cancel(order.id, clerk).value().state, "cancel_wanted");
  EXPECT_EQ(count("outbox WHERE kind = 'order.cancel'"), 1);
  SendReport yes;
  yes.outcome = SendOutcome::accepted;
  session.in_tx([&](sql::Tx& tx) { apply_cancel_report(tx, order.number, yes, now); });
  EXPECT_EQ(read(order.id).state, "cancelled");
  EXPECT_EQ(state(order.number), "cancelled");
}

TEST_F(PlaceOrder, CancelFindsItsMessageInALongQueueByTheOrdersKey) {
  session.sql(
      "INSERT INTO outbox (target, kind, order_key, subject, payload) SELECT 'carrier:post', 'order.create', "
      "outbox_order_key('carrier:post', 'N' || i), 'order:N' || i, '{}' FROM generate_series(1, 5000) AS i; "
      "ANALYZE outbox");
  const auto order = wish(test::delivery_wish(test::dossier_code(1))).value();
  const auto* query = sql::first_query();
  while (std::string_view(query->name) != "outbox_void") query = query->next;
  session.sql("PREPARE void_them AS " + std::string(query->text));
  session.sql("SET enable_seqscan = off; SET enable_bitmapscan = off");  // as the statement is planned
  session.sql("CREATE TEMP TABLE plan (line text)");
  session.sql("DO $$ DECLARE line text; BEGIN FOR line IN EXECUTE 'EXPLAIN EXECUTE void_them(''order:" +
              order.number +
              "'', ''order.create'', ''x'')' LOOP INSERT INTO plan VALUES (line); END LOOP; END $$");
  EXPECT_EQ(count("plan WHERE line LIKE '%Seq Scan on outbox%'"), 0)
      << session.text("SELECT string_agg(line, E'\\n') FROM plan");
  EXPECT_GT(count("plan WHERE line LIKE '%order_key = %'"), 0);
  session.sql("RESET enable_seqscan; RESET enable_bitmapscan");
  EXPECT_EQ(cancel(order.id, clerk).value().state, "cancelled");
  EXPECT_EQ(count("outbox WHERE state = 'void'"), 1);
  session.sql_past_guards("DELETE FROM outbox WHERE subject LIKE 'order:N%'");
}

TEST_F(PlaceOrder, CancelWhileBeingSentIsToldToComeBack) {
  const auto order = wish(test::delivery_wish(test::dossier_code(1))).value();
  ASSERT_EQ(begin_send(order.number), SendStep::send);
  EXPECT_EQ(cancel(order.id, clerk).error().code, Errc::conflict);
  EXPECT_EQ(read(order.id).state, "sending");
}

TEST_F(PlaceOrder, CancelAfterCustodyIsTooLate) {
  const auto order = placed(test::delivery_wish(test::dossier_code(1)));
  walk(order.number, {"collected"}, now);
  const auto refused = cancel(order.id, clerk);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_EQ(read(order.id).state, "placed");
}

TEST_F(PlaceOrder, AnotherAgencyNeitherSeesNorCancels) {
  const auto order = wish(test::delivery_wish(test::dossier_code(1))).value();
  EXPECT_EQ(cancel(order.id, agency_b).error().code, Errc::not_found);
  const auto read_by_b = session.in_tx([&](sql::Tx& tx) { return read_order(tx, agency_b, order.id); });
  EXPECT_EQ(read_by_b.error().code, Errc::not_found);
  EXPECT_EQ(cancel(new_uuid_v7(now), clerk).error().code, Errc::not_found);
}

TEST_F(PlaceOrder, TheDatabaseAloneKeepsOneLiveOrderPerLeg) {
  const auto order = wish(test::delivery_wish(test::dossier_code(1))).value();
  const std::string second =
      "INSERT INTO orders (public_id, dossier_id, leg, attempt, number, carrier, sender, receiver, "
      "created_by) "
      "SELECT gen_random_uuid(), dossier_id, leg, 2, 'X-T2', carrier, sender, receiver, 'psql' FROM orders";
  EXPECT_EQ(session.refusal(second), "23505");
  ASSERT_TRUE(cancel(order.id, clerk));
  // After the first is closed a second may live; without its parcel it would be a finding, so it goes again.
  EXPECT_EQ(session.refusal(second), "");
  EXPECT_EQ(session.refusal("DELETE FROM orders WHERE number = 'X-T2'"), "BC009");
  session.sql_past_guards("DELETE FROM orders WHERE number = 'X-T2'");
}

TEST_F(PlaceOrder, TheDatabaseAloneRefusesIllegalStates) {
  const auto order = wish(test::delivery_wish(test::dossier_code(1))).value();
  EXPECT_EQ(session.refusal("UPDATE orders SET state = 'completed'"), "BC001");
  EXPECT_EQ(session.refusal("UPDATE orders SET state = 'nonsense'"), "BC001");
  EXPECT_EQ(session.refusal("UPDATE orders SET number = 'other-T1'"), "BC001");
  EXPECT_EQ(session.refusal("UPDATE orders SET leg = 'pickup'"), "BC001");
  EXPECT_EQ(session.refusal("UPDATE parcel SET state = 'delivered', final_at = now()"), "BC001");
  EXPECT_EQ(session.refusal("UPDATE parcel SET state = 'nonsense'"), "BC001");
  EXPECT_EQ(session.refusal("UPDATE parcel SET step = 'proved'"), "23514");
  EXPECT_EQ(session.refusal("UPDATE parcel SET step = 'proved', final_at = now()"), "23514");
  EXPECT_EQ(session.refusal("UPDATE parcel SET final_at = now()"), "23514");
  EXPECT_EQ(session.refusal("UPDATE parcel SET state = 'delivered'"), "23514");
  EXPECT_EQ(session.refusal("UPDATE parcel SET id = DEFAULT, state = 'delivered', final_at = now()"),
            "BC001");
  EXPECT_EQ(session.refusal("UPDATE parcel SET order_number = 'other-T1'"), "BC001");
  EXPECT_EQ(session.refusal("DELETE FROM parcel_event"), "");
  EXPECT_EQ(read(order.id).state, "wanted");
  EXPECT_EQ(session.refusal(
                "INSERT INTO orders (public_id, dossier_id, leg, attempt, number, carrier, state, sender, "
                "receiver, created_by) SELECT gen_random_uuid(), dossier_id, 'pickup', 1, 'X-N1', carrier, "
                "'placed', sender, receiver, 'psql' FROM orders"),
            "BC001");
}

TEST_F(PlaceOrder, AParcelBeginsAsRegistered) {
  const auto order = wish(test::delivery_wish(test::dossier_code(1))).value();
  session.sql_past_guards("DELETE FROM parcel");
  const std::string insert =
      "INSERT INTO parcel (order_id, dossier_id, leg, agency_code, order_number, state) SELECT id, "
      "dossier_id, leg, "
      "'H20.01', number, '";
  EXPECT_EQ(session.refusal(insert + "collected' FROM orders"), "BC001");
  EXPECT_EQ(session.refusal(insert + "registered' FROM orders"), "");
  EXPECT_EQ(state(order.number), "registered");
}

}  // namespace
}  // namespace bccid
