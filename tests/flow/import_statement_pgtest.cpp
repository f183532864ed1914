#include "flow/import_statement.hpp"

#include "tests/adapters/statement_files.hpp"
#include "tests/flow/money_day.hpp"

namespace bccid {
namespace {

using namespace std::chrono_literals;
using test::with;

class ImportStatement : public test::MoneyDay {
 protected:
  static const BankFilePort& csv() {
    static const auto bank = open_bank(test::bank_block("bank_csv")).value();
    return *bank;
  }
  // A file of that many lines of 1 000 dong each.
  std::string file_of(int lines, const std::string& account = "1010001") const {
    const std::string day = to_text(business_day(now));
    const std::string sum = std::to_string(lines * 1'000);
    std::string text = "account," + account + "\nfrom," + day + "\nto," + day + "\nopening,0\nclosing," +
                       sum + "\nngay,so_tham_chieu,so_tien,noi_dung,nguoi_chuyen\n";
    for (int line = 1; line <= lines; ++line)
      text += day + ",FT" + std::to_string(line) + ",1000,khong ro " + std::to_string(line) + ",A\n";
    return text + "tong," + std::to_string(lines) + "," + sum + ",,\n";
  }
  // An account's statement of a day that many days from the first; what moved on it is of no concern here.
  BankStatement of_day(int day, std::int64_t opening, std::int64_t closing, std::int64_t number = 0) const {
    BankStatement made;
    made.account = "1010001";
    made.from = made.to = business_day(now + day * 24h);
    made.opening = Money(opening);
    made.closing = Money(closing);
    made.first_no = made.last_no = number;
    return made;
  }
  Result<StatementReport> import_on(int day, std::int64_t opening, std::int64_t closing,
                                    std::int64_t number = 0) {
    return import_file(of_day(day, opening, closing, number));
  }
  std::string detail_of(const Result<StatementReport>& refused) {
    EXPECT_FALSE(refused);
    return refused ? std::string{} : refused.error().detail;
  }
};

TEST_F(ImportStatement, KeepsTheOrderOfLinesAcrossItsPieces) {
  const auto report = import_bytes(csv(), file_of(9'001));
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->lines, 9'001U);
  EXPECT_EQ(report->fresh_lines, 9'001U);
  EXPECT_EQ(
      session.number("SELECT count(*) FROM statement_line WHERE line_key = '1010001|FT' || line_no - 6"),
      9'001);
  EXPECT_EQ(session.number("SELECT count(*) FROM (SELECT id - lag(id) OVER (ORDER BY line_no) AS step "
                           "FROM statement_line) x WHERE step < 1"),
            0);
}

TEST_F(ImportStatement, TakesEachLineOfOverlappingFilesOnce) {
  ASSERT_TRUE(import_bytes(csv(), file_of(3)));
  const auto more = import_bytes(csv(), file_of(5));
  ASSERT_TRUE(more) << more.error().text();
  EXPECT_EQ(more->lines, 5U);
  EXPECT_EQ(more->fresh_lines, 2U);
  EXPECT_EQ(session.number("SELECT count(*) FROM statement_line"), 5);
}

TEST_F(ImportStatement, RefusesACopiedLineButNotAReusedReference) {
  const std::string line = to_text(business_day(now)) + ",FT2,1000,khong ro 2,A\n";
  const auto before = books();
  std::string copied = with(file_of(3), line, line + line);
  copied = with(with(copied, "closing,3000", "closing,4000"), "tong,3,3000", "tong,4,4000");
  EXPECT_EQ(detail_of(import_bytes(csv(), copied)), "line 9: it repeats line 8");
  EXPECT_EQ(books(), before);
  const auto reused = import_bytes(csv(), with(copied, line + line, line + with(line, "khong ro 2", "phi")));
  ASSERT_TRUE(reused) << reused.error().text();
  EXPECT_EQ(session.text("SELECT string_agg(line_key, ' ' ORDER BY line_no) FROM statement_line"),
            "1010001|FT1 1010001|FT2 1010001|FT2#2 1010001|FT3");
}

TEST_F(ImportStatement, NamesEveryCopyAndEveryContradiction) {
  const std::string day = to_text(business_day(now));
  ASSERT_TRUE(import_bytes(csv(), file_of(3)));
  const auto before = books();
  std::string other = with(file_of(3), "FT1,1000", "FT1,900");
  other = with(other, "FT3,1000", "FT3,1100");
  EXPECT_EQ(detail_of(import_bytes(csv(), other)),
            "line 7: it has the key \"1010001|FT1\" of an earlier line of 1000 dong on " + day);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[1].pointer, "line 9");
  EXPECT_EQ(books(), before);
}

TEST_F(ImportStatement, ADryRunSaysWhatWouldHappenAndStoresNothing) {
  ASSERT_TRUE(import_bytes(csv(), file_of(3)));
  const auto before = books();
  const auto preview = import_bytes(csv(), file_of(5), true);
  ASSERT_TRUE(preview) << preview.error().text();
  EXPECT_EQ(preview->lines, 5U);
  EXPECT_EQ(preview->fresh_lines, 2U);
  ASSERT_TRUE(preview->head);
  EXPECT_EQ(preview->head->closing, Money(5'000));
  EXPECT_TRUE(problems.empty());
  const auto refused = import_bytes(csv(), with(file_of(5), "FT4,1000", "FT4,1OOO"), true);
  ASSERT_TRUE(refused) << refused.error().text();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].pointer, "line 10");
  const auto known = import_bytes(csv(), file_of(3), true);
  ASSERT_TRUE(known);
  EXPECT_TRUE(known->already_imported);
  EXPECT_EQ(books(), before);
  ASSERT_TRUE(import_bytes(csv(), file_of(5)));
}

TEST_F(ImportStatement, AFileThatWasImportedIsNotReadAgain) {
  ASSERT_TRUE(import_bytes(csv(), file_of(3)));
  const auto again = import_read(
      [](LineSink&) -> Result<StatementHead> {
        ADD_FAILURE() << "it is read";
        return StatementHead{};
      },
      file_of(3));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->already_imported);
  EXPECT_EQ(again->lines, 3U);
}

TEST_F(ImportStatement, AMissingStatementIsABreakUntilItComes) {
  ASSERT_TRUE(import_on(-3, 0, 1'000));
  const auto third = import_on(-1, 5'000, 5'000);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->breaks_opened, 1U);
  ASSERT_EQ(third->warnings.size(), 1U);
  EXPECT_NE(third->warnings[0].find("closes with 1000 dong"), std::string::npos) << third->warnings[0];
  EXPECT_EQ(open_breaks_text(), "statement_gap 4000");
  EXPECT_EQ(session.text("SELECT subject FROM recon_break"), "statement:" + third->id.to_text());
  const auto second = import_on(-2, 1'000, 5'000);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->warnings.empty());
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(ImportStatement, StatementsThatCoverTheSameDaysAreNoGap) {
  const std::string day = to_text(business_day(now));
  ASSERT_TRUE(import_on(-1, 0, 0));
  ASSERT_TRUE(import_bytes(csv(), file_of(3)));
  const auto again =
      import_bytes(csv(), with(file_of(3), "from," + day, "from," + to_text(business_day(now - 24h))));
  ASSERT_TRUE(again) << again.error().text();
  // As MT940 dates it: the opening balance stands on the last day of the statement before.
  auto next = of_day(1, 3'000, 3'000);
  next.from = business_day(now);
  ASSERT_TRUE(import_file(next));
  EXPECT_EQ(session.number("SELECT count(*) FROM recon_break WHERE type = 'statement_gap'"), 0);
}

TEST_F(ImportStatement, ANumberThatIsLeftOutIsAGapThoughTheBalancesAgree) {
  ASSERT_TRUE(import_on(-4, 0, 0, 365));
  EXPECT_TRUE(import_on(-3, 0, 0, 1)->warnings.empty()) << "numbers begin anew each year";
  EXPECT_EQ(import_on(-1, 0, 0, 3)->warnings.size(), 1U);
  EXPECT_EQ(open_breaks_text(), "statement_gap 0");
  ASSERT_TRUE(import_on(-2, 0, 0, 2));
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(ImportStatement, ASourceThatFailsHalfwayLeavesNothing) {
  const auto before = books();
  const auto failed = import_read(
      [this](LineSink& lines) -> Result<StatementHead> {
        for (int i = 0; i < 5'000; ++i)
          if (auto taken = lines.take(line("FT" + std::to_string(i), 1'000, "x")); !taken)
            return taken.error();
        return Failure(Errc::unavailable, "the disk is gone");
      },
      "broken");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::unavailable);
  EXPECT_EQ(books(), before);
}

}  // namespace
}  // namespace bccid
