#include "domain/dossier/dossier.hpp"

#include "base/text.hpp"
#include "tests/unit/domain/fixtures.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using test::at_minute;
using test::tables;

FoldState in(ParcelState state, OutcomeStep step = OutcomeStep::none) {
  FoldState made;
  made.state = state;
  made.step = step;
  made.since = at_minute(90);
  return made;
}

DossierFacts ready() { return DossierFacts{"H01.16-250701-0001", PortalStatus::processed}; }

std::optional<DossierEffect> tell(Leg leg, const FoldState& before, const FoldState& after,
                                  const DossierFacts& facts = ready()) {
  return decide(tables().dossier_steps, leg, before, after, facts);
}

const FoldState kProvisional = in(ParcelState::delivered, OutcomeStep::provisional);
const FoldState kProved = in(ParcelState::delivered, OutcomeStep::proved);

TEST(DossierEffect, ResultGivenComesOnlyWithProofAndWithTheTimeOfDelivery) {
  const auto provisional = tell(Leg::delivery, in(ParcelState::out_for_delivery), kProvisional);
  EXPECT_EQ(provisional->status, PortalStatus::processed);
  EXPECT_FALSE(provisional->result_given_at);
  const auto proved = tell(Leg::delivery, kProvisional, kProved);
  EXPECT_EQ(proved->status, PortalStatus::result_given);
  EXPECT_EQ(proved->result_given_at, at_minute(90));
  EXPECT_FALSE(proved->correction);
}

TEST(DossierEffect, NineStaysInEveryOtherStateOfADelivery) {
  for (std::size_t at = 1; at < kCount<ParcelState>; ++at) {
    const auto effect = tell(Leg::delivery, in(ParcelState::registered), in(static_cast<ParcelState>(at)));
    ASSERT_TRUE(effect);
    EXPECT_EQ(effect->status, PortalStatus::processed);
    EXPECT_FALSE(effect->result_given_at);
    EXPECT_FALSE(effect->step_vi.empty());
  }
}

TEST(DossierEffect, AReturnedResultIsKeptAtTheOneStop) {
  const auto effect = tell(Leg::delivery, in(ParcelState::returning), in(ParcelState::returned));
  EXPECT_EQ(effect->status, PortalStatus::processed);
  EXPECT_EQ(effect->step_vi, "Kết quả được lưu tại Bộ phận Một cửa.");
}

TEST(DossierEffect, APickupNeverChangesTheStatus) {
  for (std::size_t at = 1; at < kCount<ParcelState>; ++at) {
    const auto effect = tell(Leg::pickup, in(ParcelState::registered), in(static_cast<ParcelState>(at)));
    ASSERT_TRUE(effect);
    EXPECT_FALSE(effect->status);
  }
  EXPECT_FALSE(tell(Leg::pickup, kProvisional, kProved)->status);
}

TEST(DossierEffect, NothingNewOrNobodyToTellIsNoEffect) {
  EXPECT_FALSE(tell(Leg::delivery, in(ParcelState::in_transit), in(ParcelState::in_transit)));
  EXPECT_FALSE(tell(Leg::delivery, kProved, in(ParcelState::delivered, OutcomeStep::closed)));
  EXPECT_FALSE(tell(Leg::pickup, in(ParcelState::registered), in(ParcelState::collected),
                    DossierFacts{std::nullopt, PortalStatus::filed}));
}

TEST(DossierEffect, ADossierThatWasNotProcessedKeepsItsStatus) {
  const DossierFacts refused{"H01.16-250701-0001", PortalStatus::not_accepted};
  const auto effect = tell(Leg::delivery, kProvisional, kProved, refused);
  EXPECT_FALSE(effect->status);
  EXPECT_FALSE(effect->result_given_at);
}

TEST(DossierEffect, TakingAnOutcomeBackIsSaidToBeACorrection) {
  const DossierFacts given{"H01.16-250701-0001", PortalStatus::result_given};
  const auto effect = tell(Leg::delivery, kProved, in(ParcelState::out_for_delivery), given);
  EXPECT_EQ(effect->status, PortalStatus::processed);
  EXPECT_TRUE(effect->correction);
  EXPECT_TRUE(effect->step_vi.starts_with("Đính chính"));
  EXPECT_TRUE(tell(Leg::delivery, kProved, kProvisional, given)->correction);
  EXPECT_TRUE(tell(Leg::delivery, kProvisional, in(ParcelState::disputed))->correction);
}

TEST(DossierEffect, NoPairOfFoldsGivesTenWithoutProof) {
  const OutcomeStep steps[] = {OutcomeStep::none, OutcomeStep::provisional, OutcomeStep::proved,
                               OutcomeStep::closed};
  for (const auto leg : {Leg::pickup, Leg::delivery}) {
    for (const auto step : steps) {
      const auto effect = tell(leg, in(ParcelState::collected), in(ParcelState::delivered, step));
      const bool ten = effect && effect->status == PortalStatus::result_given;
      EXPECT_EQ(ten, leg == Leg::delivery && step >= OutcomeStep::proved);
    }
  }
}

TEST(DossierSteps, AreWrittenInNormalFormForEveryOutcome) {
  for (const auto leg : {Leg::pickup, Leg::delivery}) {
    for (const auto state : EnumNames<ParcelState>::kNames) {
      const auto& step = tables().dossier_steps.at(leg, state);
      EXPECT_EQ(to_nfc(step.vi), step.vi);
    }
  }
}

TEST(DossierSteps, RefuseATableThatGivesTenAway) {
  std::string csv(embedded_file("codes/dossier_steps.csv"));
  EXPECT_TRUE(DossierSteps::parse(csv));
  const std::string honest = "delivery,delivered,9,";
  ASSERT_NE(csv.find(honest), std::string::npos);
  csv.replace(csv.find(honest), honest.size(), "delivery,delivered,10,");
  EXPECT_EQ(DossierSteps::parse(csv).error().code, Errc::invalid_field);
  EXPECT_FALSE(DossierSteps::parse("leg,outcome,status,vi,en\npickup,collected,9,a,b\n"));
  EXPECT_EQ(DossierSteps::parse("leg,outcome,status,vi,en\npickup,collected,,a,b\n").error().code,
            Errc::malformed);
}

TEST(PortalStatus, HasTenCodesWithTheirPublishedNames) {
  EXPECT_FALSE(parse_portal_status(0));
  EXPECT_FALSE(parse_portal_status(11));
  ASSERT_EQ(tables().portal_status.size(), 10U);
  EXPECT_EQ(tables().portal_status.at(PortalStatus::processed).vi, "Đã xử lý xong");
  EXPECT_EQ(tables().portal_status.at(parse_portal_status(10).value()).vi, "Đã trả kết quả");
}

}  // namespace
}  // namespace bccid
