#include "domain/parcel/parcel.hpp"

#include "tests/unit/domain/fixtures.hpp"

#include <gtest/gtest.h>

#include <set>

namespace bccid {
namespace {

using test::tables;

bool one_of(ParcelEvent event, std::initializer_list<ParcelEvent> events) {
  return std::find(events.begin(), events.end(), event) != events.end();
}

bool is_quiet(ParcelEvent event) { return event >= ParcelEvent::proof_recorded; }

bool is_final_event(ParcelEvent event) {
  return event >= ParcelEvent::delivered && event <= ParcelEvent::lost;
}

// Scans that show the parcel in the post's hands.
bool is_custody_scan(ParcelEvent event) {
  return event >= ParcelEvent::collected && event <= ParcelEvent::forwarded &&
         event != ParcelEvent::delivery_failed;
}

ParcelState same_name(ParcelEvent event) { return static_cast<ParcelState>(index_of(event)); }

using Expected = std::optional<ParcelState>;

Expected before_custody(ParcelState from, ParcelEvent event) {
  if (event == ParcelEvent::registered) return from;
  if (event <= ParcelEvent::pickup_failed || is_custody_scan(event)) return same_name(event);
  if (one_of(event, {ParcelEvent::cancelled, ParcelEvent::lost})) return same_name(event);
  return std::nullopt;
}

Expected in_custody(ParcelEvent event) {
  if (event == ParcelEvent::refused) return ParcelState::returning;
  if (is_custody_scan(event) || is_final_event(event)) return same_name(event);
  if (one_of(event, {ParcelEvent::delivery_failed, ParcelEvent::returning, ParcelEvent::return_failed})) {
    return same_name(event);
  }
  return std::nullopt;
}

Expected on_way_back(ParcelEvent event) {
  if (one_of(event, {ParcelEvent::out_for_delivery, ParcelEvent::return_failed})) return same_name(event);
  if (is_final_event(event)) return same_name(event);
  if (is_custody_scan(event) || event == ParcelEvent::returning) return ParcelState::returning;
  return std::nullopt;
}

// The rules in words, written a second time and without the table.
Expected by_the_rules(ParcelState from, ParcelEvent event) {
  if (is_quiet(event)) return from;
  switch (phase(from)) {
    case ParcelPhase::before_custody: return before_custody(from, event);
    case ParcelPhase::custody: return in_custody(event);
    case ParcelPhase::way_back: return on_way_back(event);
    case ParcelPhase::final:
      if (!is_final_event(event)) return std::nullopt;
      return same_name(event) == from ? from : ParcelState::disputed;
    case ParcelPhase::disputed: break;
  }
  return is_final_event(event) ? Expected(ParcelState::disputed) : std::nullopt;
}

class EachState : public testing::TestWithParam<int> {
 protected:
  ParcelState from() const { return static_cast<ParcelState>(GetParam()); }
};

TEST_P(EachState, MovesExactlyAsTheRulesSay) {
  for (std::size_t at = 0; at < kCount<ParcelEvent>; ++at) {
    const auto event = static_cast<ParcelEvent>(at);
    EXPECT_EQ(tables().parcel.find(from(), event), by_the_rules(from(), event))
        << name(from()) << " on " << name(event);
  }
}

TEST_P(EachState, RefusesAnIllegalMoveByName) {
  int refused = 0;
  for (std::size_t at = 0; at < kCount<ParcelEvent>; ++at) {
    const auto event = static_cast<ParcelEvent>(at);
    const auto next = tables().parcel.next(from(), event);
    if (next) continue;
    ++refused;
    EXPECT_EQ(next.error().code, Errc::illegal_move);
    EXPECT_NE(next.error().detail.find(name(from())), std::string::npos);
    EXPECT_NE(next.error().detail.find(name(event)), std::string::npos);
  }
  EXPECT_GT(refused, 0) << "a state that takes everything guards nothing";
}

INSTANTIATE_TEST_SUITE_P(Parcel, EachState, testing::Range(0, static_cast<int>(kCount<ParcelState>)),
                         [](const auto& tested) {
                           return std::string(name(static_cast<ParcelState>(tested.param)));
                         });

TEST(Parcel, APrintedLabelIsNotADelivery) {
  for (const auto& move : tables().parcel.moves()) {
    if (phase(move.from) != ParcelPhase::before_custody) continue;
    EXPECT_NE(move.to, ParcelState::delivered);
    EXPECT_NE(move.to, ParcelState::returned);
  }
}

TEST(Parcel, DirectMovesAreSortedOnceAndNeverLeaveAFinalButToDisputed) {
  const auto moves = parcel_moves(tables().parcel);
  EXPECT_TRUE(std::is_sorted(moves.begin(), moves.end()));
  EXPECT_EQ(std::set(moves.begin(), moves.end()).size(), moves.size());
  for (const auto& move : moves) {
    EXPECT_NE(move.from, move.to);
    if (is_final(move.from)) {
      EXPECT_EQ(move.to, ParcelState::disputed);
    }
    EXPECT_NE(move.from, ParcelState::disputed);
  }
}

TEST(Parcel, StateTableNamesEveryStateWithItsPhase) {
  const auto rows = CsvTable::parse(embedded_file("codes/parcel_states.csv")).value();
  ASSERT_EQ(rows.size(), kCount<ParcelState>);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto state = from_name<ParcelState>(rows.at(row, "state"));
    ASSERT_TRUE(state) << rows.at(row, "state");
    EXPECT_EQ(rows.at(row, "phase"), name(phase(*state)));
    EXPECT_FALSE(rows.at(row, "vi").empty());
  }
}

TEST(Parcel, EventTableNamesEveryEvent) {
  const auto rows = CsvTable::parse(embedded_file("codes/parcel_events.csv")).value();
  ASSERT_EQ(rows.size(), kCount<ParcelEvent>);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    EXPECT_EQ(from_name<ParcelEvent>(rows.at(row, "event")), static_cast<ParcelEvent>(row));
  }
}

TEST(TransitionTable, RefusesUnknownNamesRepeatedPairsAndEmptyFiles) {
  EXPECT_EQ(ParcelMachine::parse("from,event,to,note\nnowhere,collected,collected,\n").error().code,
            Errc::invalid_field);
  EXPECT_EQ(ParcelMachine::parse("from,event,to,note\n").error().code, Errc::malformed);
  const auto twice = ParcelMachine::parse(
      "from,event,to,note\nregistered,collected,collected,\nregistered,collected,lost,\n");
  EXPECT_EQ(twice.error().code, Errc::duplicate);
  EXPECT_NE(twice.error().detail.find("line 3"), std::string::npos);
}

}  // namespace
}  // namespace bccid
