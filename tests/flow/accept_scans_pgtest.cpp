#include "flow/accept_scans.hpp"

#include "tests/flow/post_day.hpp"

#include <algorithm>
#include <array>

namespace bccid {
namespace {

using namespace std::chrono_literals;

class AcceptScans : public test::PostDay {
 protected:
  std::string delivered_parcel(int number) {
    const auto parcel_number = delivery(number);
    walk(parcel_number, {"collected", "in_transit", "out_for_delivery", "delivered"}, now);
    return parcel_number;
  }
  // Everything that the order of arrival must not change.
  std::string fold_text(const std::string& number) {
    return session.text(
        "SELECT concat_ws(' ', state, step, attempts, anomalies, events, evidence, since, reason, last_at, "
        "final_at) "
        "FROM parcel WHERE order_number = '" +
        number + "'");
  }
  std::string events_text(const std::string& number) {
    return session.text(
        "SELECT string_agg(e.event || ' ' || e.occurred_at, ', ' ORDER BY e.occurred_at) FROM parcel_event e "
        "JOIN parcel p ON p.id = e.parcel_id WHERE p.order_number = '" +
        number + "'");
  }
  std::int64_t balance(const std::string& account) {
    return session.number(
        "SELECT coalesce(sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END), 0)::bigint "
        "FROM account a JOIN posting p ON p.account_id = a.id WHERE a.key = '" +
        account + "'");
  }
};

TEST_F(AcceptScans, AScanMovesTheParcelAndTellsTheDossier) {
  const auto number = delivery(1);
  const auto answer = walk(number, {"collected"}, now);
  EXPECT_EQ(answer.outcome, ScanOutcome::accepted);
  EXPECT_EQ(answer.parcel_state, "collected");
  EXPECT_EQ(answer.reason, "");
  EXPECT_EQ(told(test::dossier_code(1)), "9");
}

TEST_F(AcceptScans, TheSameScanTwiceIsOneEvent) {
  const auto number = delivery(1);
  const auto one = test::scan_of(number, "collected", now);
  EXPECT_EQ(scan_one(one).outcome, ScanOutcome::accepted);
  EXPECT_EQ(scan_one(one).outcome, ScanOutcome::duplicate);
  const auto other = test::scan_of(number, "in_transit", now + 1min);
  const auto both = scan({other, other, one});
  EXPECT_EQ(both.at(0).outcome, ScanOutcome::accepted);
  EXPECT_EQ(both.at(1).outcome, ScanOutcome::duplicate);
  EXPECT_EQ(both.at(2).outcome, ScanOutcome::duplicate);
  EXPECT_EQ(parcel("events", number), "2");
  EXPECT_EQ(count("parcel_event"), 2);
}

TEST_F(AcceptScans, AKeyStandsForOneContentForEver) {
  const auto number = delivery(1);
  auto one = test::scan_of(number, "collected", now);
  scan_one(one);
  one.code = "in_transit";
  const auto refused = scan_one(one);
  EXPECT_EQ(refused.outcome, ScanOutcome::rejected);
  EXPECT_EQ(refused.reason, "key_used_for_other_content");
  auto fresh = test::scan_of(number, "in_transit", now + 1min);
  auto twin = fresh;
  twin.device = "device-2";
  const auto answers = scan({fresh, twin});
  EXPECT_EQ(answers.at(0).outcome, ScanOutcome::accepted);
  EXPECT_EQ(answers.at(1).outcome, ScanOutcome::rejected);
  EXPECT_EQ(state(number), "in_transit");
}

TEST_F(AcceptScans, EveryOrderOfArrivalGivesOneStateAndOneSetOfEvents) {
  constexpr std::array<const char*, 5> kCodes{"collected", "in_transit", "out_for_delivery",
                                              "delivery_failed_recipient_absent", "delivered"};
  std::array<std::size_t, 5> arrival{0, 1, 2, 3, 4};
  std::string expected_fold, expected_events;
  int round = 0;
  do {
    const auto number = delivery(++round);
    for (const auto at : arrival) scan_one(test::scan_of(number, kCodes[at], now + std::chrono::minutes(at)));
    const auto folded = fold_text(number);
    const auto events = events_text(number);
    if (round == 1) {
      expected_fold = folded;
      expected_events = events;
    }
    ASSERT_EQ(folded, expected_fold) << "round " << round;
    ASSERT_EQ(events, expected_events) << "round " << round;
  } while (std::next_permutation(arrival.begin(), arrival.end()));
  EXPECT_EQ(round, 120);
  EXPECT_EQ(count("parcel WHERE state = 'delivered' AND attempts = 1"), 120);
  EXPECT_EQ(count("orders WHERE state = 'completed'"), 120);
}

TEST_F(AcceptScans, EveryOrderInOneBatchToo) {
  constexpr std::array<const char*, 4> kCodes{"collected", "out_for_delivery", "refused", "returned"};
  std::array<std::size_t, 4> arrival{0, 1, 2, 3};
  int round = 0;
  do {
    const auto number = delivery(++round);
    std::vector<Scan> batch;
    for (const auto at : arrival)
      batch.push_back(test::scan_of(number, kCodes[at], now + std::chrono::minutes(at)));
    for (const auto& answer : scan(batch)) ASSERT_EQ(answer.outcome, ScanOutcome::accepted);
    ASSERT_EQ(state(number), "returned") << "round " << round;
  } while (std::next_permutation(arrival.begin(), arrival.end()));
}

TEST_F(AcceptScans, EventsOfOneMomentAreSortedByTheirKeys) {
  const auto one = delivery(1);
  auto first = test::scan_of(one, "collected", now);
  auto second = test::scan_of(one, "in_transit", now);
  if (second.key < first.key) std::swap(first.key, second.key);
  scan_one(second);
  scan_one(first);
  EXPECT_EQ(state(one), "in_transit");
}

TEST_F(AcceptScans, TwoLegalMovesInOneBatchAreBothMade) {
  const auto number = delivery(1);
  const auto answers =
      scan({test::scan_of(number, "collected", now), test::scan_of(number, "refused", now + 1min),
            test::scan_of(number, "returned", now + 2min)});
  for (const auto& answer : answers) EXPECT_EQ(answer.parcel_state, "returned");
  EXPECT_EQ(parcel("anomalies", number), "0");
}

TEST_F(AcceptScans, EachStepOfOneBatchIsToldInItsOrder) {
  session.sql("INSERT INTO webhook_endpoint (id, url) VALUES ('a-1', 'http://127.0.0.1/')");
  const auto number = delivery(1);
  auto proved = test::scan_of(number, "delivered", now + 2min);
  proved.evidence = true;
  scan({proved, test::scan_of(number, "collected", now), test::scan_of(number, "in_transit", now + 1min)});
  EXPECT_EQ(told(test::dossier_code(1)), "9 9 10");
  EXPECT_EQ(session.text("SELECT string_agg(payload::jsonb->'data'->>'previous_state' || ' ' || "
                         "(payload::jsonb->'data'->>'state'), ', ' ORDER BY id) FROM outbox "
                         "WHERE target = 'webhook:a-1'"),
            "registered collected, collected in_transit, in_transit delivered");
  EXPECT_EQ(count("outbox WHERE kind = 'event' AND next_at = created_at"), 3);
}

TEST_F(AcceptScans, AnIllegalMoveIsKeptAndShown) {
  const auto number = delivery(1);
  const auto answer = walk(number, {"delivered"}, now);  // a printed label is no delivery
  EXPECT_EQ(answer.outcome, ScanOutcome::accepted);
  EXPECT_EQ(answer.reason, "illegal_move_kept_for_a_person");
  EXPECT_EQ(state(number), "registered");
  EXPECT_EQ(parcel("anomalies", number), "1");
  EXPECT_EQ(open_attention_text(), "illegal_scan parcel:" + number);
  // The custody scan that was missing comes late, and explains it.
  scan_one(test::scan_of(number, "collected", now - 5min));
  EXPECT_EQ(state(number), "delivered");
  EXPECT_EQ(parcel("anomalies", number), "0");
}

TEST_F(AcceptScans, CodesOfNobodyAreRefusedOneByOne) {
  const auto number = delivery(1);
  const auto answers =
      scan({test::scan_of(number, "teleported", now), test::scan_of(number, "collected", now)});
  EXPECT_EQ(answers.at(0).outcome, ScanOutcome::rejected);
  EXPECT_EQ(answers.at(0).reason, "unknown_code");
  EXPECT_EQ(answers.at(1).outcome, ScanOutcome::accepted);
  EXPECT_EQ(count("parcel_event"), 1);
  EXPECT_EQ(count("scan_key"), 1);
}

TEST_F(AcceptScans, AFinalStateIsLeftByARetractionOnly) {
  const auto number = delivered_parcel(1);
  scan_one(test::scan_of(number, "in_transit", now + 30s));
  scan_one(test::scan_of(number, "held", now + 1h));
  scan_one(test::scan_of(number, "out_for_delivery", now - 1h));
  EXPECT_EQ(state(number), "delivered");
  EXPECT_EQ(session.refusal("UPDATE parcel SET state = 'in_transit', final_at = NULL, step = 'none'"),
            "BC001");
}

TEST_F(AcceptScans, ARetractionLeadsBack) {
  const auto number = delivery(1);
  walk(number, {"collected", "out_for_delivery"}, now);
  const auto wrong = test::scan_of(number, "delivered", now + 10min);
  scan_one(wrong);
  ASSERT_EQ(state(number), "delivered");
  const auto answer = scan_one(retraction_of(wrong, now + 20min));
  EXPECT_EQ(answer.parcel_state, "out_for_delivery");
  EXPECT_EQ(parcel("coalesce(final_at::text, 'none')", number), "none");
  EXPECT_EQ(walk(number, {"delivered"}, now + 30min).parcel_state, "delivered");
}

TEST_F(AcceptScans, ARetractionMayComeBeforeWhatItRetracts) {
  const auto number = delivery(1);
  walk(number, {"collected"}, now);
  const auto wrong = test::scan_of(number, "delivered", now + 10min);
  scan_one(retraction_of(wrong, now + 20min));
  EXPECT_EQ(parcel("open_retractions", number), "1");
  scan_one(wrong);
  EXPECT_EQ(state(number), "collected");
  EXPECT_EQ(parcel("open_retractions", number), "0");
}

TEST_F(AcceptScans, TwoOutcomesAreADisputeUntilOneIsRetracted) {
  const auto number = delivery(1);
  walk(number, {"collected", "out_for_delivery"}, now);
  const auto delivered = test::scan_of(number, "delivered", now + 10min);
  const auto returned = test::scan_of(number, "returned", now + 11min);
  scan({delivered});
  EXPECT_EQ(scan_one(returned).parcel_state, "disputed");
  EXPECT_EQ(open_attention_text(), "disputed parcel:" + number);
  EXPECT_EQ(scan_one(retraction_of(delivered, now + 1h)).parcel_state, "returned");
  EXPECT_EQ(open_attention_text(), "");
}

TEST_F(AcceptScans, TheDossierIsGivenOnlyWithProof) {
  const auto number = delivered_parcel(1);
  const auto code = test::dossier_code(1);
  EXPECT_EQ(parcel("step", number), "provisional");
  EXPECT_EQ(told(code).find("10"), std::string::npos);
  auto proof = test::scan_of(number, "proof_recorded", now + 1h);
  scan_one(proof);  // recorded, but nobody was checked and nothing is named by its hash
  EXPECT_EQ(parcel("step", number), "provisional");
  proof = test::scan_of(number, "proof_recorded", now + 2h);
  proof.evidence = true;
  scan_one(proof);
  EXPECT_EQ(parcel("step", number), "proved");
  EXPECT_TRUE(told(code).ends_with(" 10")) << told(code);
  EXPECT_EQ(session.number("SELECT told_status FROM dossier"), 10);
  EXPECT_EQ(
      session.text(
          "SELECT payload::jsonb->>'delivered_at' FROM outbox WHERE payload LIKE '%\"portal_status\":10%'"),
      to_rfc3339(now + 3min));  // when it was given, not when it was proved
}

TEST_F(AcceptScans, AnUnknownParcelIsHeldAndAdoptedWithItsCash) {
  const auto item = test::item_code(1);
  auto paid = test::scan_of(item, "collected", now);
  paid.postage = Money(26'000);
  EXPECT_EQ(scan_one(paid).outcome, ScanOutcome::held_unknown_parcel);
  EXPECT_EQ(scan_one(paid).outcome, ScanOutcome::duplicate);
  scan_one(test::scan_of(item, "in_transit", now + 1min));
  EXPECT_EQ(open_attention_text(), "unknown_parcel parcel:" + item);
  EXPECT_EQ(count("journal"), 0);

  auto wanted = test::delivery_wish(test::dossier_code(1));
  wanted.charges = {{"postage", Money(26'000)}};
  const auto order = placed(wanted, item);
  const auto adopt = [&] {
    return session.in_tx([&](sql::Tx& tx) { return adopt_held_scans(tx, {item}, now); });
  };
  EXPECT_EQ(adopt(), 2U);
  EXPECT_EQ(adopt(), 0U);
  EXPECT_EQ(state(order.number), "in_transit");
  EXPECT_EQ(open_attention_text(), "");
  EXPECT_EQ(balance("cash/postage/H20.01/clerk-1"), 26'000);
  EXPECT_EQ(session.text("SELECT state FROM charge"), "collected");
}

TEST_F(AcceptScans, AHeldScanThatWasRetractedBringsNoCash) {
  const auto item = test::item_code(1);
  auto paid = test::scan_of(item, "collected", now);
  paid.fee = Money(50'000);
  scan_one(paid);
  auto wanted = test::delivery_wish(test::dossier_code(1));
  wanted.charges = {{"fee", Money(50'000)}};
  const auto order = placed(wanted);
  auto retraction = retraction_of(paid, now + 1h);
  retraction.item = order.number;
  scan_one(retraction);
  session.sql("UPDATE parcel SET item_code = '" + item + "'");
  EXPECT_EQ(session.in_tx([&](sql::Tx& tx) { return adopt_held_scans(tx, {item}, now); }), 1U);
  EXPECT_EQ(state(order.number), "registered");
  EXPECT_EQ(balance("cash/fee/H20.01/clerk-1"), 0);
  EXPECT_EQ(session.text("SELECT state FROM charge"), "due");
}

TEST_F(AcceptScans, AParcelIsFoundByItsNumberAndByItsItemCode) {
  const auto item = test::item_code(1);
  const auto order = placed(test::delivery_wish(test::dossier_code(1)), item);
  const auto answers =
      scan({test::scan_of(item, "collected", now), test::scan_of(order.number, "in_transit", now + 1min)});
  EXPECT_EQ(answers.at(0).parcel_state, "in_transit");
  EXPECT_EQ(answers.at(1).parcel_state, "in_transit");
}

TEST_F(AcceptScans, CashIsBookedOnceAndTakenBackWithItsScan) {
  auto wanted = test::delivery_wish(test::dossier_code(1));
  wanted.charges = {{"fee", Money(50'000)}};
  const auto number = placed(wanted).number;
  walk(number, {"collected", "out_for_delivery"}, now);
  auto paid = test::scan_of(number, "delivered", now + 10min);
  paid.fee = Money(50'000);
  scan({paid, paid});
  scan_one(paid);
  EXPECT_EQ(balance("cash/fee/H20.01/clerk-1"), 50'000);
  EXPECT_EQ(count("journal WHERE kind = 'collected'"), 1);
  scan_one(retraction_of(paid, now + 20min));
  EXPECT_EQ(balance("cash/fee/H20.01/clerk-1"), 0);
  EXPECT_EQ(session.text("SELECT state FROM charge"), "due");
}

TEST_F(AcceptScans, ARetractionTakesBackNothingOfAnotherParcel) {
  auto wanted = test::delivery_wish(test::dossier_code(1));
  wanted.charges = {{"fee", Money(50'000)}};
  const auto number = placed(wanted).number;
  walk(number, {"collected", "out_for_delivery"}, now);
  auto paid = test::scan_of(number, "delivered", now + 10min);
  paid.fee = Money(50'000);
  scan_one(paid);
  const auto other = delivery(2);
  walk(other, {"collected"}, now);
  for (const auto& item : {other, test::item_code(9)}) {
    auto wrong_label = retraction_of(paid, now + 20min);
    wrong_label.item = item;
    const auto answer = scan_one(wrong_label);
    EXPECT_EQ(answer.reason, item == other ? "retracted_event_not_seen_on_this_parcel" : "") << item;
  }
  EXPECT_EQ(state(number), "delivered");
  EXPECT_EQ(balance("cash/fee/H20.01/clerk-1"), 50'000);
  EXPECT_EQ(session.text("SELECT state FROM charge"), "collected");
  EXPECT_EQ(scan_one(retraction_of(paid, now + 30min)).reason, "");
  EXPECT_EQ(balance("cash/fee/H20.01/clerk-1"), 0);
}

TEST_F(AcceptScans, ARepeatOfARefusedScanIsRefusedToo) {
  const auto number = delivery(1);
  const auto first = test::scan_of(number, "collected", now);
  scan_one(first);
  auto other = first;
  other.code = "in_transit";
  const auto answers = scan({other, other, first});
  for (const auto at : {0U, 1U}) {
    EXPECT_EQ(answers.at(at).outcome, ScanOutcome::rejected);
    EXPECT_EQ(answers.at(at).reason, "key_used_for_other_content");
  }
}

TEST_F(AcceptScans, CashOfARetractedScanThatCameLateIsNotKept) {
  auto wanted = test::delivery_wish(test::dossier_code(1));
  wanted.charges = {{"fee", Money(50'000)}};
  const auto number = placed(wanted).number;
  walk(number, {"collected", "out_for_delivery"}, now);
  auto paid = test::scan_of(number, "delivered", now + 10min);
  paid.fee = Money(50'000);
  scan_one(retraction_of(paid, now + 20min));
  scan_one(paid);
  EXPECT_EQ(state(number), "out_for_delivery");
  EXPECT_EQ(balance("cash/fee/H20.01/clerk-1"), 0);
  EXPECT_EQ(session.text("SELECT state FROM charge"), "due");
}

TEST_F(AcceptScans, PapersThatDifferFromTheListAskAPerson) {
  auto wanted = test::pickup_wish("PG0001");
  wanted.papers = {"Tờ khai", "Giấy chứng sinh"};
  const auto number = placed(wanted).number;
  auto counted = test::scan_of(number, "papers_counted", now);
  counted.papers = {{"Tờ khai", 1}};
  scan_one(counted);
  EXPECT_EQ(open_attention_text(), "papers_differ parcel:" + number);
  EXPECT_EQ(parcel("papers_counted", number), "true");
}

TEST_F(AcceptScans, PapersAreCountedAgainstTheProceduresListWhenTheOrderBringsNone) {
  session.sql("UPDATE procedure SET papers = '{\"Tờ khai\",\"Giấy chứng sinh\"}' WHERE code = '1.001193'");
  const auto number = placed(test::pickup_wish("PG0001")).number;
  auto counted = test::scan_of(number, "papers_counted", now);
  counted.papers = {{"Tờ khai", 1}};
  scan_one(counted);
  EXPECT_EQ(session.text("SELECT detail FROM attention WHERE kind = 'papers_differ'"),
            "paper_missing: Giấy chứng sinh (listed 1, counted 0)");
}

TEST_F(AcceptScans, PapersOfAProcedureWithoutAListAreComparedWithNothing) {
  session.sql("UPDATE procedure SET papers = '{}'");
  const auto number = placed(test::pickup_wish("PG0001")).number;
  auto counted = test::scan_of(number, "papers_counted", now);
  counted.papers = {{"Tờ khai", 1}, {"Giấy chứng sinh", 2}};
  scan_one(counted);
  EXPECT_EQ(open_attention_text(), "");
  EXPECT_EQ(parcel("papers_counted", number), "true");
}

TEST_F(AcceptScans, FiveHundredScansAreOneTransaction) {
  std::vector<std::string> numbers;
  for (int i = 0; i < 100; ++i) numbers.push_back(delivery(i));
  std::vector<Scan> batch;
  for (std::size_t step = 0; step < 5; ++step)
    for (const auto& number : numbers) {
      constexpr std::array<const char*, 5> kCodes{"collected", "accepted_at_office", "in_transit",
                                                  "out_for_delivery", "delivered"};
      batch.push_back(test::scan_of(number, kCodes[step], now + std::chrono::minutes(step)));
    }
  ASSERT_EQ(batch.size(), 500U);
  for (const auto& answer : scan(batch)) ASSERT_EQ(answer.outcome, ScanOutcome::accepted);
  EXPECT_EQ(count("parcel WHERE state = 'delivered' AND events = 5 AND anomalies = 0"), 100);
  for (const auto& answer : scan(batch)) ASSERT_EQ(answer.outcome, ScanOutcome::duplicate);
  EXPECT_EQ(count("parcel_event"), 500);
}

TEST_F(AcceptScans, TheDatabaseKeepsEventsAsTheyAre) {
  const auto number = delivery(1);
  walk(number, {"collected"}, now);
  EXPECT_EQ(session.refusal("UPDATE parcel_event SET event = 'delivered'"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE parcel_event SET parcel_id = NULL"), "BC009");
  EXPECT_EQ(session.refusal("DELETE FROM parcel_event"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE parcel SET state = 'registered'"), "BC001");
  EXPECT_EQ(
      session.refusal("UPDATE parcel SET state = 'delivered', final_at = now() WHERE state = 'registered'"),
      "");
}

}  // namespace
}  // namespace bccid
