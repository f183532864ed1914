#include "store/procedure_file.hpp"

#include "base/embedded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bccid {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<std::vector<ProcedureEntry>> read(const std::string& text) {
  return read_procedures(CsvTable::parse(text).value());
}

constexpr const char* kHeader = "procedure_code,name_vi,papers,by_post_receive,by_post_return\n";

TEST(ProcedureFile, ReadsPapersAndWhatThePostMayCarry) {
  const auto entries = read(std::string(kHeader) +
                            "1.001193,Khai sinh,Tờ khai| Giấy chứng sinh,yes,no\n"
                            "1.000894,Kết hôn,,,\n")
                           .value();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_THAT(entries[0].papers, ElementsAre("Tờ khai", "Giấy chứng sinh"));
  EXPECT_TRUE(entries[0].by_post_receive);
  EXPECT_FALSE(entries[0].by_post_return);
  EXPECT_TRUE(entries[1].papers.empty());
  EXPECT_TRUE(entries[1].by_post_receive && entries[1].by_post_return);
}

TEST(ProcedureFile, TheOptionalColumnsMayBeMissing) {
  const auto entries = read("procedure_code,name_vi\n1.001193,Khai sinh\n").value();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_TRUE(entries[0].papers.empty());
  EXPECT_TRUE(entries[0].by_post_receive && entries[0].by_post_return);
}

TEST(ProcedureFile, WhatIsWrongIsNamedWithItsLine) {
  for (const auto& [row, words] : {std::pair{"1.1193,x,,,", "procedure code"},
                                   {"1.001193,,,,", "has no name"},
                                   {"1.001193,x,a||b,,", "empty"},
                                   {"1.001193,x,a|,,", "empty"},
                                   {"1.001193,x,|a,,", "empty"},
                                   {"1.001193,x,Tờ khai|to  KHAI,,", "twice"},
                                   {"1.001193,x,,maybe,", "by_post_receive"},
                                   {"1.001193,x,,,No", "by_post_return"},
                                   {"1.000001,x,,,", "stands twice"}}) {
    const auto read_in = read(std::string(kHeader) + "1.000001,first,,,\n" + row + "\n");
    ASSERT_FALSE(read_in) << row;
    EXPECT_THAT(read_in.error().detail, HasSubstr(words));
    EXPECT_THAT(read_in.error().detail, HasSubstr("line 3")) << row;
    EXPECT_FALSE(read_in.error().hint.empty()) << row;
  }
  EXPECT_THAT(read("procedure_code\n1.001193\n").error().detail, HasSubstr("name_vi"));
}

TEST(ProcedureFile, TheFileOfThisBinaryIsGoodAndListsPapers) {
  const auto table = CsvTable::parse(embedded_file("reference/procedures.csv")).value();
  const auto entries = read_procedures(table).value();
  EXPECT_GE(entries.size(), 10U);
  for (const auto& entry : entries) EXPECT_FALSE(entry.papers.empty()) << entry.code;
}

}  // namespace
}  // namespace bccid
