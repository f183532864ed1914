#include "flow/decide_breaks.hpp"

#include "tests/flow/break_day.hpp"

#include <thread>

namespace bccid {
namespace {

class DecideBreaks : public test::BreakDay {
 protected:
  // A postman who collected 50 000 and handed less in.
  void hand_in_short() {
    collect({cash(order("A1", {{"fee", Money(50'000)}}), "A1", Money(50'000))});
    ASSERT_TRUE(hand_all_in(Money(42'000)));
    ASSERT_EQ(open_breaks_text(), "collector_short -8000");
  }
};

TEST_F(DecideBreaks, AShortageIsWrittenOffByASecondPersonOnly) {
  hand_in_short();
  ASSERT_TRUE(propose({BreakAction::write_off, "counted twice, not found", ""}));
  EXPECT_EQ(open_breaks_text(), "collector_short -8000");
  EXPECT_EQ(balance("receivable/fee/H20.01/postman-7"), 8'000);
  EXPECT_EQ(refusal(decide(finance, true)), "conflict you proposed this yourself");
  const auto ended = decide(second, true, "seen the till");
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->view.resolution,
            "write_off by finance-1: counted twice, not found; approved by finance-2: seen the till");
  EXPECT_EQ(ended->proposals.at(0).decision, "approved");
  EXPECT_EQ(balance("receivable/fee/H20.01/postman-7"), 0);
  EXPECT_EQ(balance("clearing/fee/H20.01/postman-7"), 0);
  EXPECT_EQ(session.number("SELECT count(*) FROM audit WHERE action IN ('break.propose', 'break.approve')"),
            2);
}

TEST_F(DecideBreaks, ACollectorWhoBringsTheRestNeedsNobodyElse) {
  hand_in_short();
  ASSERT_TRUE(propose({BreakAction::paid, "brought it on Tuesday", ""}));
  EXPECT_EQ(open_breaks_text(), "");
  EXPECT_EQ(balance("receivable/fee/H20.01/postman-7"), 0);
}

TEST_F(DecideBreaks, ARejectedProposalLeavesTheBreakOpenForAnother) {
  hand_in_short();
  ASSERT_TRUE(propose({BreakAction::write_off, "not found", ""}));
  EXPECT_EQ(refusal(propose({BreakAction::accept, "not found", ""})),
            "conflict a proposal for this break waits for its decision");
  ASSERT_TRUE(decide(second, false, "ask him once more"));
  EXPECT_EQ(open_breaks_text(), "collector_short -8000");
  EXPECT_EQ(refusal(decide(second, true)).substr(0, 34), "conflict nothing is proposed for b");
  EXPECT_TRUE(propose({BreakAction::paid, "found", ""}));
}

TEST_F(DecideBreaks, ASurplusGoesBackOutOfTheTillThatHoldsIt) {
  collect({cash(order("A1", {{"fee", Money(50'000)}}), "A1", Money(60'000))});
  ASSERT_TRUE(propose({BreakAction::pay_back, "to the applicant", "82001"}));
  EXPECT_EQ(refusal(decide(second, true)), "conflict no office has counted the money of this break");
  ASSERT_TRUE(hand_all_in(Money(60'000)));
  ASSERT_TRUE(decide(second, true));
  EXPECT_EQ(balance("office/fee/H20.01/82001"), 50'000);
  EXPECT_EQ(balance("clearing/fee/H20.01/A1"), 0);
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(DecideBreaks, CashThatNobodyOwedGoesBackToo) {
  collect({cash(order("A1", {}), "A1", {}, Money(9'000))});
  ASSERT_TRUE(hand_all_in(Money(9'000)));
  EXPECT_EQ(refusal(propose({BreakAction::pay_back, "to the applicant", "82999"})),
            "invalid_field there is no post office \"82999\"");
  ASSERT_TRUE(propose({BreakAction::pay_back, "to the applicant", "82001"}));
  ASSERT_TRUE(decide(second, true));
  EXPECT_EQ(balance("office/charge/H20.01/82001"), 0);
  EXPECT_EQ(balance("clearing/charge/H20.01/A1"), 0);
}

TEST_F(DecideBreaks, ACountThatIsOverGoesBackToo) {
  collect({cash(order("A1", {{"fee", Money(50'000)}}), "A1", Money(50'000))});
  ASSERT_TRUE(hand_all_in(Money(53'000)));
  ASSERT_EQ(open_breaks_text(), "collector_over 3000");
  ASSERT_TRUE(propose({BreakAction::pay_back, "his own money", "82001"}));
  ASSERT_TRUE(decide(second, true));
  EXPECT_EQ(balance("office/fee/H20.01/82001"), 50'000);
  EXPECT_EQ(balance("clearing/fee/H20.01/postman-7"), 0);
}

TEST_F(DecideBreaks, WhatIsStillDueIsWaivedByTwo) {
  collect({cash(order("A1", {{"fee", Money(50'000)}}), "A1", Money(45'000))});
  ASSERT_TRUE(propose({BreakAction::waive, "the office told him 45 000", ""}));
  ASSERT_TRUE(decide(second, true));
  EXPECT_EQ(charge_state("A1"), "collected, waived");
  EXPECT_EQ(balance("receivable/fee/H20.01/-"), 0);
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(DecideBreaks, ABreakEndsOnlyByWhatFitsItsType) {
  hand_in_short();
  for (const auto action : {BreakAction::waive, BreakAction::pay_back})
    EXPECT_EQ(refusal(propose({action, "no such thing", "82001"})).substr(0, 8), "conflict");
}

TEST_F(DecideBreaks, WhatWasSaidIsKeptAlsoAfterItsEnd) {
  hand_in_short();
  const auto id = only_break();
  const auto say = [&](const std::string& text) {
    return session.in_tx([&](sql::Tx& tx) { return comment_break(tx, finance, id, text, now); });
  };
  ASSERT_TRUE(say("asked him"));
  ASSERT_TRUE(propose({BreakAction::paid, "brought it", ""}));
  const auto found = say("closed");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->comments.size(), 2U);
  EXPECT_EQ(found->comments[0].text, "asked him");
  const auto again = session.in_tx([&](sql::Tx& tx) {
    return propose_end(tx, finance, id, {BreakAction::accept, "again", ""}, now);
  });
  EXPECT_EQ(again.error().code, Errc::conflict);
  const Actor stranger{"agency-b", "agency", "H20.02", "", ""};
  EXPECT_FALSE(session.in_tx([&](sql::Tx& tx) { return read_break(tx, stranger, id, now); }));
}

TEST_F(DecideBreaks, TheDatabaseRefusesAnEndThatNobodyDecided) {
  hand_in_short();
  const std::string end = "UPDATE recon_break SET resolved_at = now(), resolution = 'x', resolved_by = ";
  EXPECT_EQ(session.refusal(end + "'finance-1'"), "BC001");
  ASSERT_TRUE(propose({BreakAction::write_off, "not found", ""}));
  EXPECT_EQ(session.refusal(end + "'finance-2'"), "BC001");
  EXPECT_EQ(session.refusal("UPDATE break_proposal SET decision = 'approved', decided_by = 'finance-1', "
                            "decided_at = now()"),
            "23514");
  EXPECT_EQ(session.refusal("UPDATE break_proposal SET action = 'paid'"), "BC009");
  EXPECT_EQ(session.refusal("DELETE FROM break_proposal"), "BC009");
  ASSERT_TRUE(decide(second, true));
  EXPECT_EQ(session.refusal("UPDATE recon_break SET resolution = 'y'"), "BC009");
}

TEST_F(DecideBreaks, TwoWhoApproveAtOnceBookItOnce) {
  hand_in_short();
  ASSERT_TRUE(propose({BreakAction::write_off, "not found", ""}));
  const auto id = only_break();
  int done = 0;
  std::thread other;
  session.in_tx([&](sql::Tx& tx) {
    ASSERT_TRUE(decide_end(tx, second, id, true, "", now));
    other = std::thread([&] {
      test::Session own(database.dsn());
      const Actor third{"finance-3", "finance", "", "", ""};
      done += own.in_tx([&](sql::Tx& mine) { return decide_end(mine, third, id, true, "", now); }) ? 1 : 0;
    });
    test::Session watcher(database.dsn());
    while (watcher.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                          "wait_event_type = 'Lock'") == 0)
      std::this_thread::yield();
  });
  other.join();
  EXPECT_EQ(done, 0);
  EXPECT_EQ(session.number("SELECT count(*) FROM journal WHERE kind = 'reversal'"), 1);
}

}  // namespace
}  // namespace bccid
