#include "tests/adapters/workbook_file.hpp"

#include "adapters/bank_table/workbook_parts.hpp"
#include "adapters/bank_table/zip_archive.hpp"
#include "tests/adapters/statement_files.hpp"

// A statement as a workbook (XLSX), with the titles that the reader knows by itself.
namespace bccid::table {
namespace {

using test::number_cell;
using test::packed;
using test::text_cell;
using test::with;
using test::workbook;
using test::workbook_parts;

// Letterhead, labelled cells, a header of shared texts, days and amounts as numbers of the workbook.
const std::string& rows() {
  static const std::string text =
      "<row r=\"2\">" + text_cell("B2", "Số tài khoản:") + number_cell("D2", "1.15000123456E11") +
      "</row><row r=\"3\">" + text_cell("B3", "Từ ngày 03/07/2026 đến ngày 04/07/2026") +
      text_cell("D3", "Số dư đầu kỳ: 1.000.000") + text_cell("F3", "Số dư cuối kỳ: 1.116.700") +
      "</row><row r=\"5\"><c r=\"B5\" t=\"s\"><v>0</v></c><c r=\"C5\" t=\"s\"><v>1</v></c><c r=\"D5\" "
      "t=\"s\"><v>2"
      "</v></c><c r=\"E5\" t=\"s\"><v>3</v></c><c r=\"F5\" t=\"s\"><v>4</v></c></row>" +
      "<row r=\"6\">" + number_cell("B6", "46206", 1) + number_cell("D6", "120000", 2) +
      number_cell("E6", "1120000") + "<c r=\"F6\" t=\"s\"><v>5</v></c></row><row r=\"7\">" +
      number_cell("B7", "46207.635", 3) + number_cell("C7", "3300") +
      "<c r=\"E7\"><f>E6-C7</f><v>1116700</v></c></row>";
  return text;
}
const std::vector<std::string>& strings() {
  static const std::vector<std::string> texts{"Ngày giao dịch", "Ghi nợ",   "Ghi có",
                                              "Số dư",          "Nội dung", "BCCI82 R000001 &amp; phí"};
  return texts;
}

Result<BankStatement> parsed(const std::string& bytes) {
  return test::parsed(test::bank_block("bank_table"), bytes);
}
void expect_refusal(const std::string& bytes, const std::string& reason) {
  test::expect_refusal(test::bank_block("bank_table"), bytes, reason);
}

TEST(Workbook, IsReadAsAStatement) {
  const auto told = parsed(workbook(rows(), strings()));
  ASSERT_TRUE(told) << told.error().text();
  EXPECT_EQ(told->account, "115000123456");
  EXPECT_EQ(to_text(told->from), "2026-07-03");
  EXPECT_EQ(to_text(told->to), "2026-07-04");
  EXPECT_EQ(told->opening, Money(1'000'000));
  EXPECT_EQ(told->closing, Money(1'116'700));
  ASSERT_EQ(told->lines.size(), 2U);
  EXPECT_EQ(told->lines[0].text, "BCCI82 R000001 & phí");
  EXPECT_EQ(told->lines[0].line, 6U);
  EXPECT_EQ(told->lines[1].amount, Money(-3'300)) << "what a formula gave when the file was saved";
  EXPECT_EQ(to_text(told->lines[1].booked_on), "2026-07-04");
}

TEST(Workbook, NamesTheRowOfWhatIsWrong) {
  const auto changed = [](std::string_view was, std::string_view now) {
    return workbook(with(rows(), was, now), strings());
  };
  expect_refusal(changed("<v>1116700</v>", ""), "line 7: cell E7 has a formula that was never computed");
  expect_refusal(changed("<v>1116700</v>", "<v>1116701</v>"), "line 7: its balance is 1.116.701 đ");
  expect_refusal(changed("<v>3300</v>", "<v>3300.5</v>"), "line 7: ");
  expect_refusal(changed("<v>5</v>", "<v>6</v>"), "line 6: cell F6 names a text that is not there");
  expect_refusal(changed("<v>46206</v>", "<v>46206x</v>"), "line 6: \"46206x\" is not a date");
  expect_refusal(changed("s=\"1\"><v>46206", "s=\"0\"><v>46206"), "line 6: \"46206\" is not a date");
  expect_refusal(changed("row r=\"7\"", "row r=\"6\""), "row \"6\" follows it");
  expect_refusal(changed("r=\"B7\"", "r=\"ZZZ7\""), "cell \"ZZZ7\" is not where a cell can be");
  expect_refusal(changed("r=\"C7\"", "r=\"B7\""), "cell \"B7\" is not where");
  expect_refusal(changed("<row r=\"7\">", "<row r=\"7\"></c>"), "it is no XML");
}

TEST(Workbook, CountsFromAnotherYearWhereItSaysSo) {
  auto parts = workbook_parts(rows(), strings());
  parts["xl/workbook.xml"] =
      with(parts["xl/workbook.xml"], "<sheets>", "<workbookPr date1904=\"1\"/><sheets>");
  expect_refusal(packed(parts), "2030-07-04 lies outside the days");
}

TEST(Workbook, TakesTheSheetThatIsNamed) {
  auto parts = workbook_parts(rows(), strings());
  parts["xl/workbook.xml"] = with(parts["xl/workbook.xml"], "rId7", "rId8");
  expect_refusal(packed(parts), "the workbook's sheet \"Sao kê\" is nowhere");
  parts["xl/workbook.xml"] = with(parts["xl/workbook.xml"], "<sheet ", "<sheets ");
  expect_refusal(packed(parts), "the workbook has no sheet");
  parts = workbook_parts(rows(), strings());
  parts["xl/_rels/workbook.xml.rels"] =
      with(parts["xl/_rels/workbook.xml.rels"], "worksheets/", "/xl/worksheets/");
  EXPECT_TRUE(parsed(packed(parts)));
  for (const auto* part : {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"}) {
    auto without = workbook_parts(rows(), strings());
    without.erase(part);
    expect_refusal(packed(without), "is missing");
  }
}

TEST(Workbook, RefusesWhatUnpacksToMoreThanAnyStatement) {
  expect_refusal(workbook("<row r=\"1\">" + std::string(4 * 1024 * 1024, ' ') + "</row>"), "unpacks to");
  auto parts = workbook_parts(rows(), strings());
  for (int i = 0; i < 1'000; ++i) parts["xl/media/" + std::to_string(i)] = "x";
  expect_refusal(packed(parts), "is made of 1006 files");
  class Endless final : public ByteSource {
    Result<std::size_t> read(std::span<char> into) override {
      std::ranges::fill(into, 'x');
      into[0] = 'P';
      into[1] = 'K';
      into[2] = '\x03';
      into[3] = '\x04';
      return into.size();
    }
  } endless;
  EXPECT_EQ(ZipArchive::open(endless).error().detail, "the workbook is larger than 64 MiB");
}

TEST(Workbook, ADamagedByteMovesNoMoney) {
  const auto good = workbook(rows(), strings());
  std::size_t refused = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto mutant = good;
    mutant[at] = static_cast<char>(mutant[at] ^ 0x15);
    const auto told = parsed(mutant);
    if (!told) {
      ++refused;
      continue;
    }
    EXPECT_EQ(told->closing, Money(1'116'700)) << at;
    EXPECT_EQ(told->lines.size(), 2U) << at;
  }
  EXPECT_GT(refused, good.size() / 2);
  for (std::size_t size = 0; size < good.size(); size += 7)
    EXPECT_FALSE(parsed(good.substr(0, size))) << size;
}

TEST(Workbook, WritesNumbersInPlainDigits) {
  for (const auto& [text, plain] :
       std::map<std::string, std::string>{{"120000", "120000"},
                                          {"1.2E5", "120000"},
                                          {"1.2e+05", "120000"},
                                          {"-0.50", "-0.5"},
                                          {"5E-1", "0.5"},
                                          {"007", "7"},
                                          {"-0", "0"},
                                          {"0.0", "0"},
                                          {"119999.99999999999", "119999.99999999999"}})
    EXPECT_EQ(plain_number(text), plain) << text;
  for (const auto* text : {"", "-", "1.2.3", "1e", "1e99", "0x5", "1,5", "NaN", "+1", "1e-99"})
    EXPECT_EQ(plain_number(text), std::nullopt) << text;
}

TEST(Workbook, KnowsWhichFormatsWriteADay) {
  for (const auto* format : {"dd/mm/yyyy", "[$-42A]d mmmm yyyy", "yyyy\\-mm\\-dd hh:mm", "D/M/YY"})
    EXPECT_TRUE(format_writes_day(format)) << format;
  for (const auto* format :
       {"General", "#,##0", "#,##0 [$VND]", "0.00E+00", "h:mm", "\"day\" 0", "\\d0", "[Red"})
    EXPECT_FALSE(format_writes_day(format)) << format;
  EXPECT_EQ(day_of_number("60", false), std::nullopt);
  EXPECT_EQ(to_text(*day_of_number("61", false)), "1900-03-01");
  EXPECT_EQ(to_text(*day_of_number("46206.9", false)), "2026-07-03");
  EXPECT_EQ(day_of_number("-46206", false), std::nullopt);
}

}  // namespace
}  // namespace bccid::table
