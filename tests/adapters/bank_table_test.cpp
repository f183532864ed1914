#include "adapters/bank_table/mapping.hpp"
#include "adapters/bank_table/statement_table.hpp"
#include "adapters/bank_table/values.hpp"
#include "tests/adapters/statement_files.hpp"

#include <filesystem>

namespace bccid::table {
namespace {

using test::with;

BankBlock block_of(const std::string& habit) {
  auto block = test::bank_block("bank_table");
  block.mapping_file =
      (std::filesystem::path(BCCID_SOURCE_DIR) / "adapters/bank_table/mappings" / (habit + ".toml")).string();
  return block;
}

std::string two_columns() { return test::adapter_fixture("bank_table/fixtures/two_columns.csv"); }

void expect_refusal(const std::string& text, const std::string& reason) {
  test::expect_refusal(block_of("two_columns"), text, reason);
}

// The three fixtures tell of the same lines, each as its bank would.
void expect_the_day(const BankStatement& told) {
  EXPECT_EQ(told.opening, Money(1'000'000));
  EXPECT_EQ(told.closing, Money(1'196'700));
  ASSERT_EQ(told.lines.size(), 3U);
  std::map<std::string, Money> amounts;
  for (const auto& line : told.lines) amounts[line.text.substr(0, 14)] += line.amount;
  EXPECT_EQ(amounts["BCCI82 R000001"], Money(120'000));
  EXPECT_EQ(amounts["BCCI82 R000002"], Money(80'000));
}

TEST(BankTable, ReadsCreditAndDebitUnderTitlesInTwoLanguages) {
  const auto told = test::parsed(block_of("two_columns"), two_columns()).value();
  expect_the_day(told);
  EXPECT_EQ(told.account, "115000123456");
  EXPECT_EQ(to_text(told.from), "2026-07-03");
  EXPECT_EQ(to_text(told.to), "2026-07-04");
  EXPECT_EQ(told.lines[0].bank_ref, "FT26184000001");
  EXPECT_EQ(told.lines[0].text, "BCCI82 R000001, nộp phí");
  EXPECT_EQ(told.lines[0].payer, "BƯU ĐIỆN TỈNH");
  EXPECT_EQ(told.lines[0].line, 9U);
  EXPECT_EQ(told.lines[1].amount, Money(-3'300));
  EXPECT_EQ(to_text(told.lines[2].booked_on), "2026-07-04");
}

TEST(BankTable, ReadsTheEncodingOfOlderProgramsAndBothDaysInOneCell) {
  const auto told =
      test::parsed(block_of("day_time_dots"), test::adapter_fixture("bank_table/fixtures/day_time_dots.csv"))
          .value();
  expect_the_day(told);
  EXPECT_EQ(told.account, "0011001234567");
  EXPECT_EQ(to_text(told.from), "2026-07-03");
  EXPECT_EQ(to_text(told.to), "2026-07-03");
  EXPECT_EQ(told.lines[0].text, "BCCI82 R000001 nộp lệ phí hộ tịch");
  EXPECT_EQ(told.lines[2].payer, "Nguyễn Thị Đặng");
}

TEST(BankTable, ReadsASignedColumnWithTheNewestLineFirst) {
  const auto told = test::parsed(block_of("signed_newest_first"),
                                 test::adapter_fixture("bank_table/fixtures/signed_newest_first.txt"))
                        .value();
  expect_the_day(told);
  EXPECT_EQ(told.account, "19001234567890");
  EXPECT_EQ(told.lines[0].bank_ref, "FT26185000001");
  EXPECT_EQ(told.lines[2].text, "BCCI82 R000001  nộp phí") << "a text over two lines is one";
}

TEST(BankTable, KnowsTheTitlesThatBanksUseMost) {
  const auto told = test::parsed(test::bank_block("bank_table"),
                                 "Số tài khoản;1010001\nTỪ NGÀY: 03/07/2026;den ngay: 2026-07-03\n"
                                 "Số dư đầu kỳ;0\nSố dư cuối kỳ;1.200\n"
                                 "NGÀY;SO TIEN;Noi dung\n3/7/2026 08:00;1.200 VND;x\n");
  ASSERT_TRUE(told) << told.error().text();
  EXPECT_EQ(told->lines.at(0).amount, Money(1'200));
}

TEST(BankTable, LeavesAloneWhatOnlyLooksLikeALabel) {
  const auto told =
      test::parsed(block_of("two_columns"),
                   "To: CHI CỤC,,\nNgày 05 tháng 07 năm 2026,,\nĐến ngày mai,x,\n" + two_columns());
  ASSERT_TRUE(told) << told.error().text();
  expect_the_day(*told);
}

TEST(BankTable, ChecksEachBalanceAgainstTheLineBefore) {
  expect_refusal(with(two_columns(), "\"1,116,700.00\"", "\"1,116,800.00\""),
                 "line 10: its balance is 1.116.800 đ and does not follow from line 9: 1.120.000 đ there");
  const auto problems = test::all_problems(block_of("two_columns"),
                                           with(two_columns(), "\"1,116,700.00\"", "\"1,116,800.00\""));
  EXPECT_EQ(problems.size(), 2U) << "neither does the next one follow from it";
  expect_refusal(with(two_columns(), "\"1,120,000.00\",\"BCCI", ",\"BCCI"), "line 9: \"\" is no amount");
  expect_refusal(with(two_columns(), "\"1,000,000.00\"", "\"1,000,001.00\""), "plus the lines gives");
}

TEST(BankTable, ChecksWhatTheTableSaysOfItself) {
  expect_refusal(with(two_columns(), ",,\"3,300.00\",\"200,000.00\"", ",,\"3,300.00\",\"200,001.00\""),
                 "line 12: it says 200.001 đ as the sum of credit, the lines add up to 200.000 đ");
  expect_refusal(with(two_columns(), "Currency: VND", "Currency: USD"), "the currency is USD, not VND");
  expect_refusal(with(two_columns(), "03/07/2026,FT26184000001", "05/07/2026,FT26184000001"),
                 "outside the days of the statement");
  const std::string closing = "Số dư cuối kỳ / Closing balance,,,,\"1,196,700.00\",,\n";
  EXPECT_TRUE(test::parsed(block_of("two_columns"), with(two_columns(), closing, closing + closing)));
  expect_refusal(with(two_columns(), closing, closing + with(closing, "1,196,700", "1,196,701")),
                 "\"closing\" is \"1,196,701.00\" here and \"1,196,700.00\" in line 13");
}

TEST(BankTable, RefusesWhatDoesNotSayWhatItsLinesAddUpTo) {
  const auto habit = test::adapter_fixture("bank_table/fixtures/day_time_dots.csv");
  const auto cut = with(habit, "1.196.700;;;\r\n", ";;;\r\n");
  auto block = block_of("day_time_dots");
  test::expect_refusal(block, cut, "nothing says what its lines add up to");
  block.totals_required = false;
  EXPECT_TRUE(test::parsed(block, cut)) << "the column of balances says it then";
}

TEST(BankTable, RefusesARowThatItCannotRead) {
  expect_refusal(with(two_columns(), "03/07/2026,FT26184000002", "2026-07-03,FT26184000002"),
                 "line 10: \"2026-07-03\" is not a date as this bank writes it");
  expect_refusal(with(two_columns(), "\"120,000.00\"", "\"120.000,00\""), "is no amount of whole dong");
  expect_refusal(with(two_columns(), "\"120,000.00\"", "\"120,000.50\""), "is no amount of whole dong");
  expect_refusal(with(two_columns(), "\"3,300.00\",0.00", "\"3,300.00\",1.00"),
                 "line 10: it must have either");
  expect_refusal(with(two_columns(), "\"3,300.00\",0.00", "\"-3,300.00\",0.00"), "cannot be negative");
  expect_refusal(with(two_columns(), "Ghi có / Credit", "Ghi co"), "is a header");
  expect_refusal(two_columns() + "04/07/2026,FT9,,1.00,1.00,x,\n",
                 "line 15: a line stands below the end of the table in row 14");
  expect_refusal(with(two_columns(), "Số tài khoản", "Mã khách hàng"), "\"account\" is missing");
  expect_refusal("", "is a header");
  expect_refusal("\xFF\xFEx", "is not valid utf-16le");
  expect_refusal("PK\x03\x04 nothing", "it cannot be unpacked");
  std::string letterhead;
  for (int i = 0; i < 61; ++i) letterhead += "NGÂN HÀNG,,\n";
  expect_refusal(letterhead + two_columns(), "none of the first 60 rows is a header");
}

std::optional<Money> amount(const std::string& text, NumberStyle style) {
  Mapping mapping;
  mapping.number = style;
  return read_amount({Cell::Kind::text, text}, mapping);
}

TEST(BankTable, ReadsAnAmountOnlyAsItsBankWritesIt) {
  EXPECT_EQ(amount("1.234.567", NumberStyle::dots), Money(1'234'567));
  EXPECT_EQ(amount("1.234.567,00 đ", NumberStyle::dots), Money(1'234'567));
  EXPECT_EQ(amount("1234567", NumberStyle::dots), Money(1'234'567));
  EXPECT_EQ(amount("-1,234,567.00", NumberStyle::commas), Money(-1'234'567));
  EXPECT_EQ(amount("(1,234)", NumberStyle::commas), Money(-1'234));
  EXPECT_EQ(amount("+ 1 234 567,0 VND", NumberStyle::blanks), Money(1'234'567));
  EXPECT_EQ(amount("1\xC2\xA0"
                   "234",
                   NumberStyle::blanks),
            Money(1'234));
  EXPECT_EQ(amount("1,234", NumberStyle::any), Money(1'234));
  for (const auto* text : {"1,234,567.00", "1,234", "1.23", "1.2345", "12.34.567", "1.234,5", "1.234,",
                           "USD 1", "1.234 USD", "--1", "(-1)", "()", "-", "", "1e3", "0x1"})
    EXPECT_EQ(amount(text, NumberStyle::dots), std::nullopt) << text;
  EXPECT_EQ(amount("1.234", NumberStyle::commas), std::nullopt) << "a fraction there";
  EXPECT_EQ(amount("--1", NumberStyle::any), std::nullopt);
}

std::string day(const std::string& text, const std::string& pattern) {
  Mapping mapping;
  mapping.date = pattern;
  const auto read = read_day({Cell::Kind::text, text}, mapping);
  return read ? to_text(*read) : "";
}

TEST(BankTable, ReadsADayOnlyAsItsBankWritesIt) {
  EXPECT_EQ(day("03/07/2026", "dd/MM/yyyy"), "2026-07-03");
  EXPECT_EQ(day("03/07/2026 14:05:09", "dd/MM/yyyy"), "2026-07-03");
  EXPECT_EQ(day("3/7/26", "dd/MM/yy"), "2026-07-03");
  EXPECT_EQ(day("20260703", "yyyyMMdd"), "2026-07-03");
  EXPECT_EQ(day("07/03/2026", "MM/dd/yyyy"), "2026-07-03");
  EXPECT_EQ(day("03.07.2026", ""), "2026-07-03");
  EXPECT_EQ(day("2026-07-03T10:00:00", ""), "2026-07-03");
  for (const auto* text :
       {"31/02/2026", "03/07/26", "03/07/20261", "03-07-2026", "03/07/2026 x", "3//2026", "", "00/07/2026"})
    EXPECT_EQ(day(text, "dd/MM/yyyy"), "") << text;
  EXPECT_EQ(day("03/07/2026", "dd/MM/yyyy HH:mm:ss"), "");
}

std::string config_refusal(const std::string& toml) {
  const auto mapping = read_mapping(toml, "x.toml", statement_mapping());
  EXPECT_FALSE(mapping) << toml;
  if (mapping) return {};
  EXPECT_EQ(mapping.error().code, Errc::config);
  EXPECT_NE(mapping.error().hint, "");
  return mapping.error().detail;
}

TEST(BankTable, RefusesAMappingThatDoesNotSayWhatItMeans) {
  EXPECT_EQ(config_refusal("encoding = \"latin-1\""), "mapping x.toml, line 1: \"encoding\" cannot be that");
  EXPECT_EQ(config_refusal("\n[columns]\nbooking = \"Ngày\""),
            "mapping x.toml, line 3: \"columns.booking\" cannot be that");
  for (const auto* toml :
       {"separator = \"|\"", "number = \"1'000\"", "date = \"tomorrow\"", "order = \"shuffled\"", "sheet = 1",
        "header_within = 0", "header_within = 1001", "header_within = \"5\"", "columns = 1", "rows = 1",
        "[columns]\ndate = 5", "[columns]\ndate = [\"Ngày\", 1]", "[columns]\ndate = \"---\"",
        "[rows]\nx = \"a\"", "[labels]\nx = \"a\"", "colour = \"red\"", "a b", "encoding = \"\xFF\""})
    EXPECT_NE(config_refusal(toml), "") << toml;
  auto block = test::bank_block("bank_table");
  block.mapping_file = "/nowhere/x.toml";
  EXPECT_NE(open_bank(block).error().detail.find("/nowhere/x.toml"), std::string::npos);
  block.mapping_file = "/tmp";
  EXPECT_FALSE(open_bank(block)) << "a folder is no mapping";
}

}  // namespace
}  // namespace bccid::table
