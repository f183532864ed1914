#include "domain/order/look_pace.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using namespace std::chrono_literals;

const LookPace kPace{2min, 30min, 12h, std::chrono::hours(24 * 30)};
const Time kNow{std::chrono::seconds{1'783'051'200}};

LookCase at(OrderState order, ParcelState parcel = ParcelState::registered) {
  LookCase made;
  made.order = order;
  made.parcel = parcel;
  made.item_known = true;
  return made;
}

TEST(NextLook, IsSoonWhereSomethingIsAboutToHappen) {
  for (const auto parcel : {ParcelState::pickup_assigned, ParcelState::pickup_in_progress,
                            ParcelState::at_delivery_office, ParcelState::out_for_delivery})
    EXPECT_EQ(next_look(at(OrderState::placed, parcel), kPace, kNow), 2min);
  for (const auto order : {OrderState::sending, OrderState::unknown, OrderState::cancel_wanted})
    EXPECT_EQ(next_look(at(order, ParcelState::in_transit), kPace, kNow), 2min);
  auto unlabelled = at(OrderState::placed);
  unlabelled.item_known = false;
  EXPECT_EQ(next_look(unlabelled, kPace, kNow), 2min);
}

TEST(NextLook, IsSeldomWhereAParcelTravelsOrWaits) {
  for (const auto parcel : {ParcelState::registered, ParcelState::in_transit, ParcelState::delivery_failed,
                            ParcelState::returning})
    EXPECT_EQ(next_look(at(OrderState::placed, parcel), kPace, kNow), 30min);
  EXPECT_EQ(next_look(at(OrderState::held), kPace, kNow), 30min);
}

TEST(NextLook, EndsSomeTimeAfterTheParcelDid) {
  auto ended = at(OrderState::completed, ParcelState::delivered);
  ended.ended_at = kNow - 24h;
  EXPECT_EQ(next_look(ended, kPace, kNow), 12h);
  ended.ended_at = kNow - kPace.keep;
  EXPECT_EQ(next_look(ended, kPace, kNow), std::nullopt);
  for (const auto order : {OrderState::wanted, OrderState::cancelled, OrderState::refused})
    EXPECT_EQ(next_look(at(order), kPace, kNow), std::nullopt);
}

TEST(NextLook, WaitsLongerAfterEachFailureButNotForEver) {
  auto failing = at(OrderState::placed, ParcelState::out_for_delivery);
  std::vector<Duration> waits;
  for (failing.failures = 1; failing.failures <= 6; ++failing.failures)
    waits.push_back(next_look(failing, kPace, kNow).value());
  EXPECT_EQ(waits, (std::vector<Duration>{4min, 8min, 16min, 30min, 30min, 30min}));
}

}  // namespace
}  // namespace bccid
