#include "base/csv.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

std::vector<std::vector<std::string>> cells(std::string_view text, char separator = ',') {
  const auto rows = parse_csv(text, separator);
  EXPECT_TRUE(rows) << text;
  std::vector<std::vector<std::string>> out;
  if (rows)
    for (const auto& row : *rows) out.push_back(row.cells);
  return out;
}

using Cells = std::vector<std::vector<std::string>>;

TEST(ParseCsv, AcceptsEitherLineEndAndNoneAtTheEnd) {
  const Cells want{{"a", "b"}, {"c", "d"}};
  EXPECT_EQ(cells("a,b\nc,d"), want);
  EXPECT_EQ(cells("a,b\r\nc,d\r\n"), want);
  EXPECT_EQ(cells("a,b\nc,d\r\n"), want);
  EXPECT_EQ(cells("\xEF\xBB\xBF"
                  "a,b\n\n\r\nc,d\n\n"),
            want);
}

TEST(ParseCsv, KeepsEmptyCells) {
  EXPECT_EQ(cells(",\n"), (Cells{{"", ""}}));
  EXPECT_EQ(cells("a,,\n,b,"), (Cells{{"a", "", ""}, {"", "b", ""}}));
  EXPECT_EQ(cells("a,b,"), (Cells{{"a", "b", ""}}));
}

TEST(ParseCsv, ReadsQuotedSeparatorsQuotesAndLineEnds) {
  EXPECT_EQ(cells("\"a,b\",\"say \"\"yes\"\"\",\"two\r\nlines\"\nx,\"\",y"),
            (Cells{{"a,b", "say \"yes\"", "two\r\nlines"}, {"x", "", "y"}}));
  EXPECT_EQ(cells("\"\"\"\""), (Cells{{"\""}}));
}

TEST(ParseCsv, UsesTheGivenSeparator) {
  EXPECT_EQ(cells("a;b,c;\"d;e\"", ';'), (Cells{{"a", "b,c", "d;e"}}));
  EXPECT_EQ(cells("a\tb", '\t'), (Cells{{"a", "b"}}));
}

TEST(ParseCsv, NamesTheLineAcrossQuotedLineEnds) {
  const auto rows = parse_csv("a\n\"b\nb\"\n\nc\n");
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ((*rows)[1].line, 2U);
  EXPECT_EQ((*rows)[2].line, 5U);
}

TEST(ParseCsv, RefusesAnOpenQuoteNamingWhereItBegan) {
  const auto rows = parse_csv("a,b\nc,\"d\ne\nf");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Errc::malformed);
  EXPECT_NE(rows.error().detail.find("line 2"), std::string::npos);
  EXPECT_FALSE(parse_csv("\""));
  EXPECT_FALSE(parse_csv("\"a\"\""));
}

TEST(ParseCsv, RefusesTextBehindAClosingQuote) {
  const auto rows = parse_csv("a\n\"b\"c,d\n");
  ASSERT_FALSE(rows);
  EXPECT_NE(rows.error().detail.find("line 2"), std::string::npos);
  EXPECT_FALSE(parse_csv("\"a\" ,b"));
}

TEST(ParseCsv, RefusesBytesThatAreNotText) {
  EXPECT_FALSE(parse_csv("a,\xff"));
  EXPECT_FALSE(parse_csv(std::string_view("a\0,b", 4)));
  EXPECT_FALSE(parse_csv("a,\xE1\xBB"));
}

TEST(CsvTable, ReadsByColumnName) {
  const auto table = CsvTable::parse("\xEF\xBB\xBF code , vi\n82,Đồng Tháp\n\n01,\"Hà Nội\"\n");
  ASSERT_TRUE(table);
  ASSERT_EQ(table->size(), 2U);
  EXPECT_TRUE(table->has("code"));
  EXPECT_FALSE(table->has("en"));
  EXPECT_EQ(table->at(0, "vi"), "Đồng Tháp");
  EXPECT_EQ(table->at(1, "code"), "01");
  EXPECT_EQ(table->at(1, "en"), "");
  EXPECT_EQ(table->line(1), 4U);
}

TEST(CsvTable, RefusesARowOfAnotherWidthNamingTheLine) {
  const auto table = CsvTable::parse("a,b\n1,2\n3\n");
  ASSERT_FALSE(table);
  EXPECT_NE(table.error().detail.find("line 3 has 1"), std::string::npos);
  EXPECT_FALSE(CsvTable::parse("a,b\n1,2,3\n"));
}

TEST(CsvTable, RefusesAnEmptyFile) {
  EXPECT_FALSE(CsvTable::parse(""));
  EXPECT_FALSE(CsvTable::parse("\xEF\xBB\xBF\r\n\r\n"));
  const auto header_only = CsvTable::parse("a,b\n");
  ASSERT_TRUE(header_only);
  EXPECT_EQ(header_only->size(), 0U);
}

TEST(CsvTable, RefusesAColumnNamedTwice) {
  const auto table = CsvTable::parse("amount,note,amount\n1,2,3\n");
  ASSERT_FALSE(table);
  EXPECT_NE(table.error().detail.find("amount"), std::string::npos);
}

}  // namespace
}  // namespace bccid
