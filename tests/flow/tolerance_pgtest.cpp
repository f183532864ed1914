#include "flow/matches_by_hand.hpp"
#include "flow/money_report.hpp"
#include "flow/settlement.hpp"
#include "tests/flow/money_day.hpp"

namespace bccid {
namespace {

// Up to 2 000 dong may be missing and 500 too many: the fixture's books are verified after each test.
class Tolerated : public test::MoneyDay {
 protected:
  Tolerated() { rules.tolerance = {Money(2'000), Money(500)}; }

  std::int64_t reported(const std::string& column) {
    ReportQuestion question;
    question.from = question.to = business_day(now);
    const auto table = session.in_tx([&](sql::Tx& tx) { return money_report(tx, finance, question); });
    std::int64_t sum = 0;
    for (const auto& row : table.rows)
      for (std::size_t at = 0; at < table.columns.size(); ++at)
        if (table.columns[at].id == column) sum += std::get<Money>(row[at]).dong();
    return sum;
  }
  void expect_even() {
    EXPECT_EQ(
        session.number("SELECT count(*) FROM (SELECT a.id FROM account a JOIN posting p "
                       "ON p.account_id = a.id WHERE a.role IN ('bank', 'transit', 'clearing') GROUP BY "
                       "a.id HAVING sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END) <> 0) t"),
        0);
  }
};

TEST_F(Tolerated, ALineThatIsALittleShortOrOverSettlesItsRemittance) {
  deliver_paid("A1", 50'000);
  deliver_paid("A2", 40'000);
  ASSERT_TRUE(
      import_file(statement({line("FT1", 48'000, "BCCI82 R000001"), line("FT2", 40'500, "BCCI82 R000002")})));
  EXPECT_EQ(open_breaks_text(), "");
  EXPECT_EQ(charge_state("A1"), "settled");
  EXPECT_EQ(charge_state("A2"), "settled");
  EXPECT_EQ(session.number("SELECT count(*) FROM parcel WHERE step = 'closed'"), 2);
  expect_even();
  EXPECT_EQ(session.text("SELECT string_agg(difference || ' ' || adjusted, ', ' ORDER BY difference) "
                         "FROM line_match"),
            "-2000 -2000, 500 500");
  EXPECT_EQ(session.number("SELECT count(*) FROM line_match WHERE evidence LIKE '%within the tolerance%'"),
            2);
}

TEST_F(Tolerated, TheReportsNameWhatWasAdjustedAndStayEqualToTheBooks) {
  remitted("A1", 50'000);
  remitted("A2", 40'000);
  ASSERT_TRUE(
      import_file(statement({line("FT1", 48'000, "BCCI82 R000001"), line("FT2", 40'500, "BCCI82 R000002")})));
  EXPECT_EQ(reported("remitted"), 90'000);
  EXPECT_EQ(reported("arrived"), 88'500);
  EXPECT_EQ(reported("settled"), 88'000);
  EXPECT_EQ(reported("adjusted"), -1'500);
  EXPECT_EQ(reported("remitted") + reported("adjusted"), reported("arrived"));
  const auto minutes = session.in_tx([&](sql::Tx& tx) {
    return read_settlement(tx, finance, "H20.01", business_day(now), business_day(now), now);
  });
  const auto& fee = minutes.value().lines.at(0);
  EXPECT_EQ(fee.arrived, Money(88'000)) << "the surplus was under way for nobody";
  EXPECT_EQ(fee.adjusted, Money(-2'000));
  EXPECT_EQ(fee.closing(), fee.held());
}

TEST_F(Tolerated, WhatIsFartherAwayIsABreakAndNamelessLinesHaveNoTolerance) {
  remitted("A1", 50'000);
  remitted("A2", 40'000);
  remitted("A3", 30'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 47'999, "BCCI82 R000001"),
                                     line("FT2", 40'501, "BCCI82 R000002"), line("FT3", 29'900, "nop")})));
  EXPECT_EQ(open_breaks_text(), "missing -30000, over 501, remitted_without_receipt 29900, short -2001");
  EXPECT_EQ(session.number("SELECT count(*) FROM journal WHERE kind = 'adjusted'"), 0);
}

TEST_F(Tolerated, AnUndoneMatchTakesItsAdjustmentBack) {
  remitted("A1", 50'000);
  remitted("A2", 40'000);
  ASSERT_TRUE(
      import_file(statement({line("FT1", 49'000, "BCCI82 R000001"), line("FT2", 40'100, "BCCI82 R000002")})));
  for (const auto* reference : {"BCCI82 R000001", "BCCI82 R000002"}) {
    const auto id = parse_uuid(session.text("SELECT m.public_id FROM line_match m JOIN matched_remittance x "
                                            "ON x.match_id = m.id JOIN remittance r ON r.id = "
                                            "x.remittance_id WHERE NOT x.undone AND r.reference = '" +
                                            std::string(reference) + "'"))
                        .value();
    ASSERT_TRUE(session.in_tx(
        [&](sql::Tx& tx) { return undo_match(tx, finance, id, "wrong transfer", now, rules); }));
  }
  EXPECT_EQ(charge_state("A1"), "remitted");
  EXPECT_EQ(balance("transit/fee/H20.01/BCCI82 R000001"), 50'000);
  EXPECT_EQ(balance("transit/fee/H20.01/BCCI82 R000002"), 40'000);
  EXPECT_EQ(reported("adjusted"), 0);
  EXPECT_EQ(session.number("SELECT count(*) FROM journal WHERE key LIKE 'reversal:adjusted:%'"), 2);
}

}  // namespace
}  // namespace bccid
