#include "paper/table_csv.hpp"
#include "paper/table_xlsx.hpp"
#include "tests/support/shell.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace bccid {
namespace {

using testing::HasSubstr;
using testing::Not;

Table a_table() {
  Table table;
  table.name = "thu";
  table.title = "Bảng thử";
  table.columns = {{"kind", "Loại", CellKind::text, {{"fee", "Phí"}}},
                   {"payer", "Người nộp", CellKind::text},
                   {"number", "Số", CellKind::count},
                   {"amount", "Số tiền", CellKind::money},
                   {"day", "Ngày", CellKind::day},
                   {"at", "Lúc", CellKind::time}};
  const auto day = parse_day("2026-03-02").value();
  const auto at = parse_rfc3339("2026-03-02T23:45:10+07:00").value();
  table.rows.push_back({"fee", "Đặng Thị Hoà", std::int64_t{7}, Money(-120'000), day, at});
  table.rows.push_back(
      {"charge", "=HYPERLINK(\"x\"), một", TableCell{}, Money(10'000'000'000), TableCell{}, TableCell{}});
  return table;
}

// A workbook as its parts; unzip also checks the sums of the archive.
std::string part_of(const std::string& workbook, const std::string& part) {
  char pattern[] = "/tmp/bccid-table-XXXXXX";
  const std::filesystem::path folder = mkdtemp(pattern);
  std::ofstream(folder / "table.xlsx", std::ios::binary) << workbook;
  const auto whole = test::run_shell("unzip -tqq '" + (folder / "table.xlsx").string() + "'");
  EXPECT_EQ(whole.status, 0) << whole.out;
  const auto ran = test::run_shell("unzip -p '" + (folder / "table.xlsx").string() + "' '" + part + "'");
  std::filesystem::remove_all(folder);
  EXPECT_EQ(ran.status, 0) << ran.out;
  return ran.out;
}

TEST(TableCsv, WritesTitlesLabelsAndBareNumbersForASpreadsheet) {
  EXPECT_EQ(table_csv(a_table()),
            "\xEF\xBB\xBF"
            "Loại,Người nộp,Số,Số tiền,Ngày,Lúc\r\n"
            "Phí,Đặng Thị Hoà,7,-120000,2026-03-02,2026-03-02T23:45:10+07:00\r\n"
            "charge,\"'=HYPERLINK(\"\"x\"\"), một\",,10000000000,,\r\n");
}

TEST(TableCsv, NoTextBecomesAFormula) {
  Table table;
  table.columns = {{"a", "A", CellKind::text}};
  for (const auto* text : {"=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\rx", "\n-2"}) {
    table.rows = {{std::string(text)}};
    const auto csv = table_csv(table);
    const auto cell = csv.substr(csv.find("\r\n") + 2);
    EXPECT_TRUE(cell.starts_with("'") || cell.starts_with("\"'")) << text;
  }
  table.rows = {{std::string("1.000.00.16.H01-191001-0001")}};
  EXPECT_THAT(table_csv(table), Not(HasSubstr("'")));
}

TEST(TableXlsx, HoldsTextsAsTextsAndMoneyAsNumbers) {
  const auto workbook = table_xlsx(a_table());
  ASSERT_TRUE(workbook) << workbook.error().text();
  const auto sheet = part_of(*workbook, "xl/worksheets/sheet1.xml");
  EXPECT_THAT(sheet, HasSubstr("Đặng Thị Hoà"));
  EXPECT_THAT(sheet, HasSubstr("<t>Phí</t>"));
  EXPECT_THAT(sheet, HasSubstr("=HYPERLINK"));
  EXPECT_THAT(sheet, Not(HasSubstr("<f>")));
  EXPECT_THAT(sheet, HasSubstr("<v>-120000</v>"));
  EXPECT_THAT(sheet, HasSubstr("<v>10000000000</v>"));
  EXPECT_THAT(sheet, HasSubstr("<autoFilter ref=\"A1:F3\""));
}

// 2026-03-02 is day 46083 of a spreadsheet, counted here from 1899-12-30.
TEST(TableXlsx, TimesAreVietnameseAndReal) {
  const auto workbook = table_xlsx(a_table());
  ASSERT_TRUE(workbook);
  const auto sheet = part_of(*workbook, "xl/worksheets/sheet1.xml");
  EXPECT_THAT(sheet, HasSubstr("<v>46083</v>"));
  EXPECT_THAT(sheet, HasSubstr("<v>46083.98969907"));
}

TEST(TableXlsx, ATextThatIsTooLongForACellEndsAtAWholeLetter) {
  Table table;
  table.name = "dai";
  table.columns = {{"a", "A", CellKind::text}};
  std::string text = "a";
  for (int at = 0; at < 20'000; ++at) text += "ạ";
  table.rows = {{text}};
  const auto workbook = table_xlsx(table);
  ASSERT_TRUE(workbook) << workbook.error().text();
  EXPECT_THAT(part_of(*workbook, "xl/worksheets/sheet1.xml"), HasSubstr("ạ</t>"));
}

TEST(TableXlsx, AnEmptyTableIsASheetOfTitles) {
  auto table = a_table();
  table.rows.clear();
  const auto workbook = table_xlsx(table);
  ASSERT_TRUE(workbook);
  EXPECT_THAT(part_of(*workbook, "xl/worksheets/sheet1.xml"), HasSubstr("Người nộp"));
}

}  // namespace
}  // namespace bccid
