#include "domain/parcel/fold.hpp"

#include "tests/unit/domain/fixtures.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace bccid {
namespace {

using test::at_minute;
using test::key_of;
using test::pick;
using test::tables;
using Events = std::vector<FoldEvent>;

FoldEvent event(int key, ParcelEvent what, int minute, bool evidence = false) {
  FoldEvent made;
  made.key = key_of(key);
  made.event = what;
  made.occurred_at = at_minute(minute);
  made.evidence = evidence;
  return made;
}

FoldEvent retraction(int key, int wrong, int minute) {
  auto made = event(key, ParcelEvent::retracted, minute);
  made.retracts = key_of(wrong);
  return made;
}

FoldState folded(const Events& events) { return fold(tables().parcel, events); }

// The way of arrival one by one: the fast path where it answers, a new fold where it does not.
FoldState arrived(const Events& events) {
  FoldState state;
  Events seen;
  for (const auto& next : events) {
    const bool known =
        std::any_of(seen.begin(), seen.end(), [&](const auto& old) { return old.key == next.key; });
    if (known) continue;
    seen.push_back(next);
    const auto appended = append(tables().parcel, state, next);
    state = appended ? *appended : folded(seen);
  }
  return state;
}

Events random_events(std::mt19937& random, int count) {
  Events events;
  for (int key = 1; key <= count; ++key) {
    auto made =
        event(key, static_cast<ParcelEvent>(pick(random, 0, static_cast<int>(kCount<ParcelEvent>) - 1)),
              pick(random, 0, count), pick(random, 0, 3) == 0);
    if (made.event == ParcelEvent::retracted) made.retracts = key_of(pick(random, 1, count + 1));
    made.reason = pick(random, 0, 1) == 0 ? "" : "recipient_absent";
    events.push_back(made);
  }
  return events;
}

Events with_repeats(std::mt19937& random, Events events) {
  const auto count = static_cast<int>(events.size());
  for (int at = 0; at < count / 2; ++at)
    events.push_back(events[static_cast<std::size_t>(pick(random, 0, count - 1))]);
  std::shuffle(events.begin(), events.end(), random);
  return events;
}

TEST(Fold, OfNothingIsARegisteredParcel) {
  EXPECT_EQ(folded({}), FoldState{});
  EXPECT_EQ(FoldState{}.state, ParcelState::registered);
}

TEST(Fold, AnOrdinaryDeliveryIsProvisionalUntilProofComes) {
  Events events{event(1, ParcelEvent::collected, 1), event(2, ParcelEvent::out_for_delivery, 5),
                event(3, ParcelEvent::delivered, 9)};
  EXPECT_EQ(folded(events).step, OutcomeStep::provisional);
  events.push_back(event(4, ParcelEvent::proof_recorded, 12, true));
  const auto proved = folded(events);
  EXPECT_EQ(proved.step, OutcomeStep::proved);
  EXPECT_EQ(proved.since, at_minute(9)) << "the time of delivery, not of its proof";
  EXPECT_EQ(proved.anomalies, 0);
}

TEST(Fold, ProofMayComeBeforeTheDeliveryThatCitesIt) {
  const auto state =
      folded({event(1, ParcelEvent::collected, 1), event(2, ParcelEvent::proof_recorded, 8, true),
              event(3, ParcelEvent::delivered, 9)});
  EXPECT_EQ(state.step, OutcomeStep::proved);
}

TEST(Fold, EvidenceOfACollectionProvesNoDelivery) {
  const auto state = folded({event(1, ParcelEvent::collected, 1, true), event(2, ParcelEvent::delivered, 9)});
  EXPECT_EQ(state.step, OutcomeStep::provisional);
}

TEST(Fold, EvidenceOfADeliveryThatTheTableRefusesDoesNotCount) {
  const auto state = folded({event(1, ParcelEvent::delivered, 0, true), event(2, ParcelEvent::collected, 1),
                             event(3, ParcelEvent::delivered, 9)});
  EXPECT_EQ(state.anomalies, 1);
  EXPECT_EQ(state.step, OutcomeStep::provisional);
}

TEST(Fold, CountsFailedAttemptsAndKeepsTheReason) {
  auto failed = event(3, ParcelEvent::delivery_failed, 5);
  failed.reason = "recipient_absent";
  const auto state =
      folded({event(1, ParcelEvent::collected, 1), event(2, ParcelEvent::delivery_failed, 4), failed});
  EXPECT_EQ(state.attempts, 2);
  EXPECT_EQ(state.reason, "recipient_absent");
  EXPECT_EQ(state.since_key, key_of(3));
}

TEST(Fold, ALateScanIsKeptAsAnAnomalyAndMovesNothing) {
  const auto state = folded({event(1, ParcelEvent::collected, 1), event(2, ParcelEvent::delivered, 5, true),
                             event(3, ParcelEvent::in_transit, 9)});
  EXPECT_EQ(state.state, ParcelState::delivered);
  EXPECT_EQ(state.anomalies, 1);
}

TEST(Fold, TheSameOutcomeTwiceKeepsTheFirstTimeAndIsNoAnomaly) {
  const auto state = folded({event(1, ParcelEvent::collected, 1), event(2, ParcelEvent::delivered, 5),
                             event(3, ParcelEvent::delivered, 9)});
  EXPECT_EQ(state.since, at_minute(5));
  EXPECT_EQ(state.anomalies, 0);
}

TEST(Fold, TwoOutcomesAreDisputedUntilOneIsRetracted) {
  Events events{event(1, ParcelEvent::collected, 1), event(2, ParcelEvent::delivered, 5, true),
                event(3, ParcelEvent::returned, 9)};
  EXPECT_EQ(folded(events).state, ParcelState::disputed);
  EXPECT_EQ(folded(events).step, OutcomeStep::none);
  events.push_back(retraction(4, 3, 10));
  EXPECT_EQ(folded(events).state, ParcelState::delivered);
  EXPECT_EQ(folded(events).step, OutcomeStep::proved);
}

TEST(Fold, ARetractionThatComesFirstWaitsForItsEvent) {
  const Events early{event(1, ParcelEvent::collected, 1), retraction(2, 9, 3)};
  const auto waiting = folded(early);
  EXPECT_EQ(waiting.open_retractions, 1);
  const auto wrong = event(9, ParcelEvent::delivered, 20, true);
  EXPECT_EQ(append(tables().parcel, waiting, wrong), std::nullopt);
  auto all = early;
  all.push_back(wrong);
  EXPECT_EQ(folded(all).state, ParcelState::collected);
  EXPECT_EQ(folded(all).open_retractions, 0);
}

TEST(Fold, ARetractionCannotBeRetracted) {
  const auto state = folded({event(1, ParcelEvent::collected, 1), event(2, ParcelEvent::lost, 5),
                             retraction(3, 2, 6), retraction(4, 3, 7)});
  EXPECT_EQ(state.state, ParcelState::collected);
  EXPECT_EQ(state.anomalies, 1);
}

TEST(SetAside, CountsWhatComesTooLateAndLeavesTheStateAsItWas) {
  const auto before = folded({event(1, ParcelEvent::collected, 1), event(2, ParcelEvent::delivered, 9)});
  const auto after = set_aside(before, Events{event(3, ParcelEvent::in_transit, 5), retraction(4, 2, 12)});
  EXPECT_EQ(after.state, ParcelState::delivered);
  EXPECT_EQ(after.since, before.since);
  EXPECT_EQ(after.events, 4);
  EXPECT_EQ(after.anomalies, before.anomalies + 2);
  EXPECT_EQ(after.last_at, at_minute(12));
  EXPECT_EQ(after.last_key, key_of(4));
}

TEST(RetractedEvents, AreThoseOfTheSetItselfHoweverTheyCame) {
  const auto first = event(1, ParcelEvent::collected, 1);
  const auto second = event(2, ParcelEvent::delivered, 2);
  EXPECT_EQ(retracted_events(Events{retraction(3, 2, 3), first, second}), std::vector{key_of(2)});
  EXPECT_EQ(retracted_events(Events{first, second, retraction(3, 9, 3)}), std::vector<Uuid>{});
}

TEST(Fold, RetractedEvidenceProvesNothing) {
  const auto state = folded({event(1, ParcelEvent::collected, 1), event(2, ParcelEvent::delivered, 5),
                             event(3, ParcelEvent::proof_recorded, 6, true), retraction(4, 3, 7)});
  EXPECT_EQ(state.step, OutcomeStep::provisional);
}

TEST(Fold, RefusedGoesBackAtOnce) {
  const auto state = folded({event(1, ParcelEvent::out_for_delivery, 1), event(2, ParcelEvent::refused, 5),
                             event(3, ParcelEvent::in_transit, 6)});
  EXPECT_EQ(state.state, ParcelState::returning);
  EXPECT_EQ(state.attempts, 1);
}

TEST(Fold, RemembersCountedPapersAndCash) {
  const auto state =
      folded({event(1, ParcelEvent::papers_counted, 1), event(2, ParcelEvent::cod_collected, 2)});
  EXPECT_TRUE(state.papers_counted);
  EXPECT_TRUE(state.cod_collected);
  EXPECT_EQ(state.state, ParcelState::registered);
}

TEST(Fold, EqualTimesAreOrderedByKey) {
  const Events events{event(2, ParcelEvent::in_transit, 5), event(1, ParcelEvent::collected, 5)};
  EXPECT_EQ(folded(events).state, ParcelState::in_transit);
  EXPECT_EQ(folded(events).last_key, key_of(2));
}

TEST(Append, AnswersOnlyWhatSortsBehindEverythingSeen) {
  const auto before = folded({event(5, ParcelEvent::collected, 10)});
  EXPECT_EQ(append(tables().parcel, before, event(4, ParcelEvent::in_transit, 10)), std::nullopt);
  EXPECT_EQ(append(tables().parcel, before, event(5, ParcelEvent::in_transit, 10)), std::nullopt);
  EXPECT_EQ(append(tables().parcel, before, event(6, ParcelEvent::in_transit, 9)), std::nullopt);
  EXPECT_EQ(append(tables().parcel, before, retraction(7, 5, 20)), std::nullopt);
  ASSERT_TRUE(append(tables().parcel, before, event(6, ParcelEvent::in_transit, 10)));
}

TEST(Fold, AllPermutationsOfSixEventsGiveOneState) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  for (int trace = 0; trace < 20; ++trace) {
    auto events = random_events(random, pick(random, 2, 6));
    const auto expected = folded(events);
    const auto by_key = [](const FoldEvent& left, const FoldEvent& right) { return left.key < right.key; };
    std::sort(events.begin(), events.end(), by_key);
    do {
      ASSERT_EQ(folded(events), expected);
      ASSERT_EQ(arrived(events), expected);
    } while (std::next_permutation(events.begin(), events.end(), by_key));
  }
}

TEST(Fold, RandomSetsWithRepeatsInRandomOrdersGiveOneState) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  for (int round = 0; round < 400; ++round) {
    const auto events = random_events(random, pick(random, 1, 30));
    const auto expected = folded(events);
    for (int order = 0; order < 3; ++order) {
      const auto repeated = with_repeats(random, events);
      ASSERT_EQ(folded(repeated), expected);
      ASSERT_EQ(arrived(repeated), expected);
    }
  }
}

TEST(Fold, NoLateScanLeavesAFinalStateExceptIntoDispute) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  int finals = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto events = random_events(random, pick(random, 1, 12));
    std::erase_if(events, [](const auto& old) { return old.event == ParcelEvent::retracted; });
    const auto before = folded(events);
    if (phase(before.state) < ParcelPhase::final) continue;
    ++finals;
    auto late = random_events(random, 1).front();
    if (late.event == ParcelEvent::retracted) continue;
    late.key = key_of(500);
    late.occurred_at = at_minute(pick(random, -1, 14));
    events.push_back(late);
    const auto after = folded(events).state;
    ASSERT_TRUE(after == before.state || after == ParcelState::disputed)
        << name(before.state) << " left to " << name(after) << " by " << name(late.event);
  }
  EXPECT_GT(finals, 1000);
}

TEST(Fold, RetractingEveryOutcomeIsAWayBackFromEachFinalState) {
  const ParcelEvent finals[] = {ParcelEvent::delivered, ParcelEvent::returned, ParcelEvent::cancelled,
                                ParcelEvent::lost};
  for (const auto last : finals) {
    const Events events{event(1, ParcelEvent::collected, 1), event(2, last, 5), retraction(3, 2, 6)};
    EXPECT_EQ(folded(events).state, ParcelState::collected) << name(last);
  }
}

TEST(OutcomeStep, ClosesOnlyWhatIsProvedAndPaid) {
  FoldState state;
  state.step = OutcomeStep::provisional;
  EXPECT_EQ(outcome_step(state, true), OutcomeStep::provisional);
  state.step = OutcomeStep::proved;
  EXPECT_EQ(outcome_step(state, false), OutcomeStep::proved);
  EXPECT_EQ(outcome_step(state, true), OutcomeStep::closed);
}

}  // namespace
}  // namespace bccid
