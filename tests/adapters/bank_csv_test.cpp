#include "base/text.hpp"
#include "tests/adapters/statement_files.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using test::adapter_fixture;

using test::with;

BankBlock sample_block() { return test::bank_block("bank_csv"); }

Result<BankStatement> parse(std::string_view bytes, const BankBlock& block = sample_block()) {
  return test::parsed(block, bytes);
}

std::string good_file() { return adapter_fixture("bank_csv/fixtures/statement.csv"); }

void expect_refusal(const std::string& bytes, std::string_view detail) {
  test::expect_refusal(sample_block(), bytes, detail);
}

void expect_the_good_statement(const Result<BankStatement>& statement) {
  ASSERT_TRUE(statement) << statement.error().text();
  EXPECT_EQ(statement->account, "115000123456");
  EXPECT_EQ(to_text(statement->from), "2026-07-01");
  EXPECT_EQ(to_text(statement->to), "2026-07-03");
  EXPECT_EQ(statement->opening, Money(1'000'000));
  EXPECT_EQ(statement->closing, Money(1'215'000));
  ASSERT_EQ(statement->lines.size(), 3U);
  EXPECT_EQ(statement->lines[0].line, 8U);
  EXPECT_EQ(statement->lines[0].amount, Money(120'000));
  EXPECT_EQ(statement->lines[1].text, "Nộp tiền, lần \"2\"");
  EXPECT_EQ(statement->lines[1].payer, "Nguyễn Văn A");
  EXPECT_EQ(statement->lines[1].bank_ref, "FT26184000002");
  EXPECT_EQ(statement->lines[2].amount, Money(-5'000));
  EXPECT_EQ(to_text(statement->lines[2].booked_on), "2026-07-03");
}

TEST(BankCsv, reads_a_statement) { expect_the_good_statement(parse(good_file())); }

TEST(BankCsv, reads_it_with_a_byte_order_mark_and_windows_line_ends) {
  std::string text = "\xEF\xBB\xBF";
  for (const char c : good_file()) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
  expect_the_good_statement(parse(text));
}

TEST(BankCsv, reads_decomposed_titles_and_names) {
  std::string text = with(good_file(), "Từ ngày", "Tu\xCC\x9B\xCC\x80 nga\xCC\x80y");
  text = with(text, "Nguyễn", "Nguye\xCC\x82\xCC\x83n");
  expect_the_good_statement(parse(text));
}

TEST(BankCsv, reads_semicolons) {
  const std::string text =
      "account;1\nfrom;2026-07-03\nto;2026-07-03\nopening;0\nclosing;1,000\n"
      "Ngày;Số tham chiếu;Số tiền;Nội dung;Người chuyển\n03/07/2026;R1;1,000;\"a;b\";B\ntotal;1;1,000;;\n";
  const auto statement = parse(text);
  ASSERT_TRUE(statement) << statement.error().text();
  EXPECT_EQ(statement->lines.at(0).text, "a;b");
}

TEST(BankCsv, reads_credit_and_debit_under_the_banks_own_titles) {
  BankBlock block = sample_block();
  block.totals_required = false;
  block.column_titles = {{"date", "Ngày hiệu lực"}, {"credit", "Phát sinh có"}, {"debit", "Phát sinh nợ"}};
  const std::string text =
      "account,1\nfrom,2026-07-03\nto,2026-07-03\nopening,500\nclosing,1200\n"
      "Ngày hiệu lực,Phát sinh nợ,Phát sinh có\n03/07/2026,,1000\n03/07/2026,300,\n";
  const auto statement = parse(text, block);
  ASSERT_TRUE(statement) << statement.error().text();
  EXPECT_EQ(statement->lines.at(1).amount, Money(-300));
}

TEST(BankCsv, accepts_an_empty_day) {
  const auto statement = parse(
      "account,1\nfrom,2026-07-03\nto,2026-07-03\nopening,5\nclosing,5\nngay,so_tham_chieu,so_tien\ntong,0,"
      "0\n");
  ASSERT_TRUE(statement) << statement.error().text();
  EXPECT_TRUE(statement->lines.empty());
}

TEST(BankCsv, refuses_the_whole_file_and_names_line_and_reason) {
  const std::string good = good_file();
  expect_refusal(with(good, "120.000,BCCI", "12O.000,BCCI"), "line 8: amount \"12O.000\"");
  expect_refusal(with(good, "120.000,BCCI", "120.5,BCCI"), "line 8: amount");
  expect_refusal(with(good, "120.000,BCCI", "0,BCCI"), "line 8: the amount is 0");
  expect_refusal(with(good, "03/07/2026,FT", "07/13/2026,FT"), "line 8: \"07/13/2026\" is not a date");
  expect_refusal(with(good, "03/07/2026,FT", "04/07/2026,FT"), "line 8: 2026-07-04 lies outside");
  expect_refusal(with(good, "-5.000 VND,Phí giao dịch,", "-5.000 VND,Phí, giao, dịch"),
                 "line 10: it has 6 cells");
  expect_refusal(with(good, "tong,3", "tong,4"), "line 11: it counts 4 lines, the file has 3");
  expect_refusal(with(good, "tong,3,215.000", "tong,3,216.000"), "line 11: it adds up to");
  expect_refusal(with(good, "tong,3,215.000,,", ""), "the last row with count and sum is missing");
  expect_refusal(good + "03/07/2026,FT9,1,x,y\n", "line 12: a row follows the totals of line 11");
  expect_refusal(with(good, "1,215,000.00", "1,216,000.00"), "line 6: opening");
  expect_refusal(with(good, "tai_khoan,115 000 123 456", "chi_nhanh,1"), "\"account\" is missing");
  expect_refusal(with(good, "Đến ngày,03/07/2026", "Đến ngày,30/06/2026"),
                 "line 4: the last day lies before");
  expect_refusal(with(good, "NGÂN HÀNG TMCP MẪU", "from"), "line 1");
}

TEST(BankCsv, quotes_a_refused_cell_in_valid_utf8) {
  std::string letters = "x";
  for (int i = 0; i < 30; ++i) letters += "ữ";
  for (const std::string_view cell : {"Từ ngày,01/07/2026", "03/07/2026", "tong,3"}) {
    const auto comma = cell.find(',');
    const std::string broken =
        comma == std::string_view::npos ? letters : std::string(cell.substr(0, comma + 1)) + letters;
    const auto refused = parse(with(good_file(), cell, broken));
    ASSERT_FALSE(refused) << cell;
    EXPECT_TRUE(valid_utf8(refused.error().detail)) << cell << ": 40 bytes end inside a letter";
  }
}

TEST(BankCsv, tells_all_that_is_wrong_at_once_but_not_the_sums_that_follow_from_it) {
  std::string text = with(good_file(), "120.000,BCCI", "12O.000,BCCI");
  text = with(text, "-5.000 VND,Phí giao dịch,", "0,Phí giao dịch,");
  const auto problems = test::all_problems(sample_block(), text);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].pointer, "line 8");
  EXPECT_EQ(problems[1].pointer, "line 10");
  EXPECT_EQ(problems[1].detail, "line 10: the amount is 0");
}

TEST(BankCsv, stops_when_nothing_is_right) {
  std::string text = "account,1\nfrom,2026-07-03\nto,2026-07-03\nopening,0\nclosing,0\nngay,so_tien\n";
  for (int line = 0; line < 1'000; ++line) text += "x,y\n";
  EXPECT_EQ(test::all_problems(sample_block(), text).size(), 50U);
}

TEST(BankCsv, refuses_what_is_no_csv_at_all) {
  expect_refusal("", "no header row");
  expect_refusal("<html><body>Hết phiên làm việc</body></html>", "no header row");
  expect_refusal(
      "\xFF\xFE"
      "a",
      "not valid UTF-8");
  expect_refusal("\"open", "a quote is never closed");
  expect_refusal(std::string("a\0b", 3), "not valid UTF-8");
}

TEST(BankCsv, refuses_totals_beyond_every_plausible_amount) {
  const std::string text =
      "account,1\nfrom,2026-07-03\nto,2026-07-03\nopening,999999999999999\nclosing,1\n"
      "ngay,so_tham_chieu,so_tien\n03/07/2026,R1,999999999999999\n03/07/2026,R2,999999999999999\ntong,2,1\n";
  expect_refusal(text, "passes every plausible amount");
}

TEST(BankCsv, refuses_a_mapping_of_a_column_that_does_not_exist) {
  BankBlock block = sample_block();
  block.column_titles["colour"] = "màu";
  const auto port = open_bank(block);
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error().code, Errc::config);
}

// Cutting the file anywhere but behind its last row must be seen.
TEST(BankCsv, refuses_every_cut_of_a_file) {
  const std::string good = good_file();
  const std::size_t last_row_whole = good.rfind("215.000") + 7;
  for (std::size_t size = 0; size < last_row_whole; ++size)
    EXPECT_FALSE(parse(std::string_view(good).substr(0, size))) << size;
}

}  // namespace
}  // namespace bccid
