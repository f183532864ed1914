#include "flow/import_statement.hpp"
#include "tests/adapters/statement_files.hpp"
#include "tests/flow/camt_text.hpp"
#include "tests/flow/money_day.hpp"

// One account, two formats of its bank that name their lines differently: only the balances can tell that it
// is the same money.
namespace bccid {
namespace {

using namespace std::chrono_literals;

class OtherNames : public test::MoneyDay {
 protected:
  Result<StatementReport> import_xml(const std::string& entries, std::int64_t sum) {
    static const auto bank = open_bank(test::bank_block("bank_camt")).value();
    return import_bytes(*bank, test::statement_of(entries, sum));
  }
  // `rows`: of the first day, each `<amount>,<text>`; a day later when `until` says so.
  Result<StatementReport> import_table(std::int64_t opening, const std::vector<std::string>& rows,
                                       std::int64_t closing, std::chrono::hours until = 0h) {
    static const auto bank = open_bank(test::bank_block("bank_csv")).value();
    const auto day = to_text(business_day(now));
    std::string text = "account,1010001\nfrom," + day + "\nto," + to_text(business_day(now + until)) +
                       "\nopening," + std::to_string(opening) + "\nclosing," + std::to_string(closing) +
                       "\nngay,so_tham_chieu,so_tien,noi_dung,nguoi_chuyen\n";
    for (const auto& row : rows) text += day + ",," + row + ",A\n";
    return import_bytes(*bank, text + "tong," + std::to_string(rows.size()) + "," +
                                   std::to_string(closing - opening) + ",,\n");
  }
  void expect_refused(const Result<StatementReport>& report, std::size_t lines) {
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Errc::statement_refused);
    EXPECT_NE(report.error().detail.find("already make this statement's closing balance"), std::string::npos)
        << report.error().detail;
    EXPECT_EQ(problems.size(), lines);
  }

  const std::string whole_ = test::entry("R1", 300);
};

TEST_F(OtherNames, RefusesTheDetailsOfATableAfterTheirWhole) {
  ASSERT_TRUE(import_xml(whole_, 300));
  const auto before = books();
  expect_refused(import_table(0, {"100,a", "200,b"}, 300), 2);
  EXPECT_EQ(problems.back().pointer, "line 8");
  EXPECT_EQ(books(), before);
}

TEST_F(OtherNames, RefusesTheWholeAfterTheDetailsOfATable) {
  ASSERT_TRUE(import_table(0, {"100,a", "200,b"}, 300));
  const auto before = books();
  expect_refused(import_xml(whole_, 300), 1);
  EXPECT_EQ(books(), before);
}

TEST_F(OtherNames, RefusesALongerStatementOfDaysThatAreThere) {
  ASSERT_TRUE(import_table(0, {"100,a", "200,b"}, 300));
  expect_refused(import_table(0, {"300,a+b"}, 300, 24h), 1);
}

// As an account is whose money is swept every day.
TEST_F(OtherNames, RefusesADayThatEndsAsItBeganInOtherWords) {
  ASSERT_TRUE(import_table(0, {"300,a", "-300,b"}, 0));
  const auto before = books();
  expect_refused(import_table(0, {"300,nop tien", "-300,ket chuyen"}, 0), 2);
  EXPECT_EQ(books(), before);
  EXPECT_TRUE(import_table(0, {"200,c", "-200,d"}, 0));
}

TEST_F(OtherNames, TakesTheSecondHalfOfADayThoughItBringsTheSameSum) {
  ASSERT_TRUE(import_table(0, {"300,a"}, 300));
  const auto evening = import_table(300, {"300,b"}, 600);
  ASSERT_TRUE(evening) << evening.error().text();
  EXPECT_EQ(evening->fresh_lines, 1U);
}

TEST_F(OtherNames, TakesWhatAnEarlierStatementOfTheDayCouldNotKnow) {
  ASSERT_TRUE(import_table(0, {"300,a"}, 300));
  const auto all = import_table(0, {"300,a", "50,b"}, 350);
  ASSERT_TRUE(all) << all.error().text();
  EXPECT_EQ(all->fresh_lines, 1U);
}

TEST_F(OtherNames, TakesMoneyThatCameAndWentAgain) {
  ASSERT_TRUE(import_table(0, {"300,a"}, 300));
  const auto longer = import_table(0, {"300,a", "50,b", "-50,c"}, 300, 24h);
  ASSERT_TRUE(longer) << longer.error().text();
  EXPECT_EQ(longer->fresh_lines, 2U);
}

}  // namespace
}  // namespace bccid
