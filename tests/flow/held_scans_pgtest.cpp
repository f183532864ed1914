#include "flow/held_scans.hpp"

#include "store/verify.hpp"
#include "tests/flow/post_day.hpp"

namespace bccid {
namespace {

class HeldScans : public test::PostDay {
 protected:
  // The scan finds no parcel; somebody gives the parcel its item code beside it, from psql.
  std::string missed_adoption(int number, test::Session& beside) {
    const auto order_number = placed(test::delivery_wish(test::dossier_code(number))).number;
    const auto item = test::item_code(number);
    const auto one = test::scan_of(item, "collected", now);
    beside.in_tx([&](sql::Tx& tx) {
      EXPECT_EQ(accept_scans(tx, {&one, 1}, now).at(0).outcome, ScanOutcome::held_unknown_parcel);
      session.sql("UPDATE parcel SET item_code = '" + item + "' WHERE order_number = '" + order_number + "'");
    });
    return order_number;
  }
  std::size_t adopt(std::size_t items_max) {
    return session.in_tx([&](sql::Tx& tx) { return adopt_missed_scans(tx, items_max, now); });
  }
  std::string findings() {
    std::string text;
    const auto report = run_verify(database.dsn()).value();
    for (const auto& finding : report.findings) text += finding.check + "\n";
    return text;
  }
  test::Session other{database.dsn()};
};

TEST_F(HeldScans, AScanWhoseParcelGotItsCodeBesideItIsAdoptedByTheHousekeeper) {
  const auto number = missed_adoption(1, other);
  EXPECT_EQ(state(number), "registered");
  EXPECT_EQ(open_attention_text(), "unknown_parcel parcel:" + test::item_code(1));
  EXPECT_EQ(findings(), "") << "within the grace";
  EXPECT_EQ(adopt(200), 1U);
  EXPECT_EQ(state(number), "collected");
  EXPECT_EQ(open_attention_text(), "");
  EXPECT_EQ(told(test::dossier_code(1)), "9");
  EXPECT_EQ(adopt(200), 0U);
}

TEST_F(HeldScans, AMissedAdoptionIsFoundByTheBooksAfterItsGrace) {
  const auto number = missed_adoption(1, other);
  session.sql(
      "BEGIN; SET LOCAL session_replication_role = replica; "
      "UPDATE parcel_event SET received_at = now() - interval '6 minutes'; COMMIT");
  EXPECT_EQ(findings(), "held_scans_have_no_parcel\n");
  EXPECT_EQ(adopt(200), 1U);
  EXPECT_EQ(state(number), "collected");
}

TEST_F(HeldScans, ManyMissedOnesAreAdoptedInRoundsAndOthersStayHeld) {
  for (int i = 1; i <= 3; ++i) missed_adoption(i, other);
  const auto unknown = test::item_code(5);
  scan_one(test::scan_of(unknown, "collected", now));
  EXPECT_EQ(adopt(2), 2U);
  EXPECT_EQ(adopt(2), 1U);
  EXPECT_EQ(adopt(2), 0U);
  EXPECT_EQ(open_attention_text(), "unknown_parcel parcel:" + unknown);
}

}  // namespace
}  // namespace bccid
