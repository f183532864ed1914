#include "flow/configured_counterparts.hpp"
#include "jobs/portal_deliverer.hpp"
#include "tests/flow/outbox_case.hpp"

namespace bccid::test {
namespace {

// Keeps what it was told, ten steps at once; answers as it is told to.
class FakePortal final : public PortalPort {
 public:
  const std::string& name() const override { return name_; }
  std::size_t steps_max() const override { return 10; }
  asio::awaitable<SendReport> report(const DossierReport& report, CallTag) override {
    told.push_back(report);
    SendReport answer;
    answer.outcome = outcome;
    answer.reason = outcome == SendOutcome::accepted ? "" : "no";
    co_return answer;
  }
  std::vector<DossierReport> told;
  SendOutcome outcome = SendOutcome::accepted;

 private:
  std::string name_ = "dvcqg";
};

class PortalReports : public OutboxSending {
 protected:
  PortalReports() : deliverer(*db, clock) {
    deliverer.add(portal);
    portals({{"dvcqg", {}}});
    place("H20.01-8");
    served_orders();
  }
  void portals(const std::vector<ConfiguredPortal>& wanted) {
    session.in_tx([&](sql::Tx& tx) { put_configured_portals(tx, wanted); });
  }
  // As parcel_news writes them: for the dossier's own system, and so for every portal.
  void tell(int status, const std::string& text, const std::string& extra = {}) {
    auto message = event("onestop:H20.01", "dossier:H20.01-8", "dossier:H20.01-8");
    message.kind = "dossier.status";
    message.payload = R"({"agency":"H20.01","dossier_code":"H20.01-8","portal_status":)" +
                      std::to_string(status) + R"(,"step_text":")" + text +
                      R"(","occurred_at":"2026-03-02T02:00:00Z")" + extra + "}";
    put({message});
  }
  std::string rows(const std::string& target) {
    return session.text(
        "SELECT coalesce(string_agg(state, ' ' ORDER BY created_at, id), '') FROM outbox "
        "WHERE target = '" +
        target + "'");
  }

  FakePortal portal;
  PortalDeliverer deliverer;
};

TEST_F(PortalReports, HearWhatTheDossiersOwnSystemHears) {
  tell(9, "Kết quả đang được bưu điện vận chuyển.");
  auto one = sender({family("portal:", deliverer)});
  EXPECT_EQ(round(*one).delivered, 1U);
  ASSERT_EQ(portal.told.size(), 1U);
  const auto& report = portal.told.front();
  EXPECT_EQ(report.agency, "H20.01");
  EXPECT_EQ(report.agency_name, "Sở Tư pháp");
  EXPECT_EQ(report.dossier_code, "H20.01-8");
  EXPECT_EQ(report.procedure_name, "Đăng ký khai sinh");
  EXPECT_EQ(report.channel, 1);  // no pickup by post: the channel that the agency named
  EXPECT_TRUE(report.result_by_post);
  EXPECT_EQ(report.recipient.name, "Nguyễn Văn An");
  EXPECT_EQ(report.recipient.commune_code, "29869");
  ASSERT_EQ(report.charges.size(), 1U);  // postage is the post's own
  EXPECT_EQ(report.charges[0].amount, Money(50'000));
  EXPECT_TRUE(report.charges[0].on_return);
  ASSERT_EQ(report.steps.size(), 1U);
  EXPECT_EQ(report.portal_status, 9);
  EXPECT_FALSE(report.delivered_at);
  EXPECT_FALSE(report.known);
  EXPECT_TRUE(report.status_stated);
  EXPECT_EQ(session.text("SELECT portal || ' ' || status FROM portal_dossier"), "dvcqg 9");
  EXPECT_EQ(rows("onestop:H20.01"), "scheduled");  // its own system is not configured, and waits by itself
}

TEST_F(PortalReports, StepsThatWaitLeaveTogetherInOrderAndAreToldOnce) {
  for (int i = 1; i <= 12; ++i) tell(9, "bước " + std::to_string(i));
  auto one = sender({family("portal:", deliverer)});
  for (int i = 0; i < 12; ++i) {
    all_due();
    round(*one);
  }
  ASSERT_EQ(portal.told.size(), 2U);
  ASSERT_EQ(portal.told[0].steps.size(), 10U);
  EXPECT_EQ(portal.told[0].steps.front().text, "bước 1");
  EXPECT_EQ(portal.told[0].steps.back().text, "bước 10");
  ASSERT_EQ(portal.told[1].steps.size(), 2U);
  EXPECT_EQ(portal.told[1].steps.front().text, "bước 11");
  EXPECT_TRUE(portal.told[1].known);
  EXPECT_EQ(
      session.number("SELECT count(*) FROM outbox WHERE target = 'portal:dvcqg' AND state = 'delivered'"),
      12);
}

TEST_F(PortalReports, TheReturnIsToldWithItsTimeAndOnlyFromItsOwnStepOn) {
  tell(9, "đang phát");
  tell(10, "đã trả", R"(,"delivered_at":"2026-03-02T03:00:00Z")");
  tell(0, "ghi chú");
  auto one = sender({family("portal:", deliverer)});
  EXPECT_EQ(round(*one).delivered, 1U);
  ASSERT_EQ(portal.told.size(), 1U);
  const auto& report = portal.told.front();
  ASSERT_EQ(report.steps.size(), 3U);
  EXPECT_EQ(report.steps[0].portal_status, 9);
  EXPECT_EQ(report.steps[1].portal_status, 10);
  EXPECT_EQ(report.steps[2].portal_status, 10);  // says no status of its own: it stays
  EXPECT_EQ(report.portal_status, 10);
  EXPECT_EQ(report.delivered_at, parse_rfc3339("2026-03-02T03:00:00Z").value());
  EXPECT_TRUE(returned_with_its_time(report));
}

TEST_F(PortalReports, AStepThatSaysNoStatusLeavesTheOneThatIsKnown) {
  session.sql("UPDATE dossier SET portal_status = 4");
  tell(0, "Bưu tá đang đến nhận hồ sơ.");
  auto one = sender({family("portal:", deliverer)});
  EXPECT_EQ(round(*one).delivered, 1U);
  EXPECT_EQ(portal.told.front().portal_status, 4);
  EXPECT_FALSE(portal.told.front().status_stated);
}

TEST_F(PortalReports, ARefusalIsAPersonsAndWhatComesAfterGoesOn) {
  tell(9, "một");
  portal.outcome = SendOutcome::rejected;
  auto one = sender({family("portal:", deliverer)});
  EXPECT_EQ(round(*one).dead, 1U);
  EXPECT_EQ(session.number("SELECT count(*) FROM portal_dossier"), 0);
  portal.outcome = SendOutcome::accepted;
  tell(9, "hai");
  EXPECT_EQ(round(*one).delivered, 1U);
  // Replayed, the first finds that the portal has heard something newer: it is not told after it.
  const auto id = session.number("SELECT id FROM outbox WHERE state = 'dead'");
  session.in_tx([&](sql::Tx& tx) { return replay(tx, id, "admin-1"); });
  all_due();
  EXPECT_EQ(round(*one).delivered, 1U);
  EXPECT_EQ(portal.told.size(), 2U);
}

TEST_F(PortalReports, AnUnknownOutcomeIsToldAgain) {
  tell(9, "một");
  portal.outcome = SendOutcome::unknown;
  auto one = sender({family("portal:", deliverer)});
  EXPECT_EQ(round(*one).retried, 1U);
  portal.outcome = SendOutcome::accepted;
  all_due();
  EXPECT_EQ(round(*one).delivered, 1U);
  EXPECT_EQ(portal.told[0].message_id, portal.told[1].message_id);
}

TEST_F(PortalReports, EachPortalHearsOfItsAgenciesAlone) {
  portals({{"all", {}}, {"one", {"H20.01", "H20.02"}}, {"other", {"H20.09"}}});
  tell(9, "một");
  EXPECT_EQ(rows("portal:all") + rows("portal:one") + rows("portal:other"), "scheduledscheduled");
  EXPECT_EQ(rows("portal:dvcqg"), "");  // no longer configured
}

TEST_F(PortalReports, WhatAPortalThatIsGoneWouldBeToldWaits) {
  tell(9, "một");
  portals({});
  auto one = sender({family("portal:", deliverer)});
  EXPECT_EQ(round(*one).claimed, 0U);
  portals({{"dvcqg", {}}});
  EXPECT_EQ(round(*one).delivered, 1U);
}

TEST_F(PortalReports, WhatAPortalHasTakenIsNotTakenBack) {
  tell(9, "một");
  auto one = sender({family("portal:", deliverer)});
  EXPECT_EQ(round(*one).delivered, 1U);
  EXPECT_EQ(session.refusal("UPDATE portal_dossier SET told_at = told_at - interval '1 day'"), "BC001");
  EXPECT_NE(session.refusal("DELETE FROM portal_dossier"), "");
}

}  // namespace
}  // namespace bccid::test
