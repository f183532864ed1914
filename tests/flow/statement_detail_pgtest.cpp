#include "store/verify.hpp"
#include "tests/adapters/statement_files.hpp"
#include "tests/flow/camt_text.hpp"
#include "tests/flow/money_day.hpp"

#include <algorithm>

// What the bank books as one entry comes whole in one file and in its transactions in another, or both ways
// with references of its own. Each dong is taken once, whichever file is first.
namespace bccid {
namespace {

using test::entry;
using test::part;
using test::statement_of;

class StatementDetail : public test::MoneyDay {
 protected:
  Result<StatementReport> import_xml(const std::string& text) {
    static const auto bank = open_bank(test::bank_block("bank_camt")).value();
    return import_bytes(*bank, text);
  }
  // The second file brings nothing, whichever of the two it is.
  void expect_same_money(const std::string& one, const std::string& other, std::int64_t sum) {
    const auto first = import_xml(statement_of(one, sum, "a"));
    ASSERT_TRUE(first) << first.error().text();
    EXPECT_EQ(first->fresh_lines, first->lines);
    const auto before = lines();
    const auto second = import_xml(statement_of(other, sum, "b"));
    ASSERT_TRUE(second) << second.error().text();
    EXPECT_EQ(second->fresh_lines, 0U);
    EXPECT_TRUE(second->warnings.empty());
    EXPECT_EQ(lines(), before);
  }
  void expect_refused(const std::string& first, std::int64_t first_sum, const std::string& second,
                      std::int64_t second_sum, const std::string& reason) {
    ASSERT_TRUE(import_xml(statement_of(first, first_sum, "a")));
    const auto before = books();
    const auto refused = import_xml(statement_of(second, second_sum, "b"));
    ASSERT_FALSE(refused) << reason;
    EXPECT_EQ(refused.error().code, Errc::statement_refused);
    EXPECT_NE(refused.error().detail.find(reason), std::string::npos) << refused.error().detail;
    EXPECT_EQ(problems.front().pointer, "line 1");
    EXPECT_EQ(books(), before);
  }
  std::string lines() {
    return session.text(
        "SELECT coalesce(string_agg(line_key || ' ' || amount, ', ' ORDER BY id), '') "
        "FROM statement_line");
  }

  const std::string whole_ = entry("R1", 300);
  const std::string placed_ = entry("R1", 300, part(100, "a") + part(200, "b"));
  const std::string named_ = entry("R1", 300, part(100, "a", "T1") + part(200, "b", "T2"));
};

TEST_F(StatementDetail, TheWholeIsKnownByItsParts) {
  expect_same_money(placed_, whole_, 300);
  EXPECT_EQ(lines(), "1010001|R1/1 100, 1010001|R1/2 200");
}
TEST_F(StatementDetail, ThePartsAreKnownByTheirWhole) {
  expect_same_money(whole_, named_, 300);
  EXPECT_EQ(lines(), "1010001|R1 300");
}
TEST_F(StatementDetail, PartsWithReferencesOfTheirOwnAreKnownByThoseWithout) {
  expect_same_money(placed_, named_, 300);
}
TEST_F(StatementDetail, PartsWithoutReferencesAreKnownByThoseThatHaveThem) {
  expect_same_money(named_, placed_, 300);
}
TEST_F(StatementDetail, ASingleTransactionWithAReferenceOfItsOwnIsItsEntry) {
  expect_same_money(entry("R1", 300, part(300, "a", "T1")), whole_, 300);
}
TEST_F(StatementDetail, TheEntrysReferenceInEachOfItsPartsIsNoneOfTheirs) {
  expect_same_money(entry("R1", 300, part(150, "a", "R1") + part(150, "a", "R1")), whole_, 300);
}
TEST_F(StatementDetail, AnEntryWithoutReferenceIsKnownByItsDayAndAmount) {
  expect_same_money(entry("", 300, part(100, "a") + part(200, "b")), entry("", 300), 300);
}
TEST_F(StatementDetail, TwoEntriesWithoutReferenceAreTwoHoweverTheyAreTold) {
  ASSERT_TRUE(import_xml(statement_of(entry("", 300, part(300, "a")), 300, "morning")));
  // In another order, and with one more: by their texts they are told apart.
  const auto day =
      import_xml(statement_of(entry("", 300, part(300, "b")) + entry("", 300, part(300, "a")), 600, "day"));
  ASSERT_TRUE(day) << day.error().text();
  EXPECT_EQ(day->fresh_lines, 1U);
  EXPECT_EQ(session.number("SELECT sum(amount)::bigint FROM statement_line"), 600);
}

TEST_F(StatementDetail, OtherEntriesOfTheFileAreTakenAllTheSame) {
  ASSERT_TRUE(import_xml(statement_of(named_, 300)));
  const auto more = import_xml(statement_of(whole_ + entry("R2", 50, part(20, "c") + part(30, "d")), 350));
  ASSERT_TRUE(more) << more.error().text();
  EXPECT_EQ(more->lines, 3U);
  EXPECT_EQ(more->fresh_lines, 2U);
  EXPECT_EQ(lines(), "1010001|T1 100, 1010001|T2 200, 1010001|R2/1 20, 1010001|R2/2 30");
}

TEST_F(StatementDetail, RefusesAWholeThatIsNotTheSumOfItsParts) {
  expect_refused(
      named_, 300, entry("R1", 301), 301,
      "line 1: its entry \"1010001|R1\" of 301 dong came with an earlier file: 2 lines of 300 dong");
}
TEST_F(StatementDetail, RefusesPartsThatAreNotTheirWhole) {
  expect_refused(entry("R1", 250), 250, named_, 300, "1 lines of 250 dong on 2026-03-02");
}
TEST_F(StatementDetail, RefusesAPartThatTheEntryDidNotHave) {
  expect_refused(named_, 300, entry("R1", 350, part(100, "a", "T1") + part(250, "c", "T3")), 350,
                 "2 lines of 300 dong");
}
TEST_F(StatementDetail, RefusesAPartThatStandsAlone) {
  expect_refused(named_, 300, entry("R1", 100, part(100, "a", "T1")), 100, "2 lines of 300 dong");
}

TEST_F(StatementDetail, RefusesAnEntryThatStandsInAFileWholeAndInParts) {
  const auto refused = import_xml(statement_of(whole_ + "\n" + named_, 600));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail, "line 2: its entry is the one of line 1 again");
  EXPECT_EQ(lines(), "");
}
TEST_F(StatementDetail, AReferenceThatTheFeeSharesIsTwoEntriesInWhateverDetail) {
  const auto fee = entry("R1", 11);
  expect_same_money(named_ + fee, whole_ + fee, 311);
  EXPECT_EQ(lines(), "1010001|T1 100, 1010001|T2 200, 1010001|R1#2 11");
}
TEST_F(StatementDetail, AKeyThatLooksLikeOursIsNoOther) {
  const auto all = entry("R1#2", 1) + whole_ + entry("R1", 11) +
                   entry("R9", 30, part(10, "a") + part(20, "b")) + entry("R9/1", 2);
  ASSERT_TRUE(import_xml(statement_of(all, 344)));
  EXPECT_EQ(session.number("SELECT sum(amount)::bigint FROM statement_line"), 344);
  EXPECT_EQ(session.number("SELECT count(*) FROM statement_line"), 6);
}

TEST_F(StatementDetail, MoneyThatIsThereTwiceIsFoundOut) {
  ASSERT_TRUE(import_xml(statement_of(named_, 300)));
  session.sql(
      "INSERT INTO statement_line (file_id, line_no, line_key, account_no, booked_on, amount, text) "
      "SELECT file_id, 9, entry_key, account_no, booked_on, -300, 'x' FROM statement_line LIMIT 1");
  const auto report = run_verify(database.dsn());
  ASSERT_TRUE(report) << report.error().text();
  const auto found = std::ranges::find(report->findings, "entries_are_taken_once", &Finding::check);
  ASSERT_NE(found, report->findings.end());
  EXPECT_EQ(found->text, "entry 1010001|R1 is there whole, and in 2 details");
  session.sql_past_guards("DELETE FROM statement_line WHERE amount < 0");
}

}  // namespace
}  // namespace bccid
