#include "domain/tariff/price_table.hpp"

#include "base/embedded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace bccid {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

PriceTable ceiling() {
  return PriceTable::parse(embedded_file("reference/tariff_ceiling_tt22_2017.csv"), "max_vnd").value();
}

PriceTable contract(const std::string& lines) {
  auto read = PriceTable::parse("leg,zone,weight_step_g,price_vnd\n" + lines, "price_vnd");
  EXPECT_TRUE(read) << read.error().summary().text();
  return std::move(*read);
}

std::int64_t dong(const PriceTable& table, PostageLeg leg, Zone zone, int grams) {
  const auto price = table.price(leg, zone, grams);
  return price ? price->amount.dong() : -1;
}

TEST(PriceTableTest, TheCeilingIsTheTableOfTheLaw) {
  const auto table = ceiling();
  EXPECT_EQ(dong(table, PostageLeg::receipt, Zone::intra_district, 1), 26'000);
  EXPECT_EQ(dong(table, PostageLeg::receipt, Zone::intra_district, 250), 26'000);
  EXPECT_EQ(dong(table, PostageLeg::receipt, Zone::inter_district, 251), 30'500);
  EXPECT_EQ(dong(table, PostageLeg::receipt, Zone::far_region, 500), 51'000);
  EXPECT_EQ(dong(table, PostageLeg::result, Zone::intra_district, 101), 27'000);
  EXPECT_EQ(dong(table, PostageLeg::result, Zone::adjacent_region, 500), 40'000);
  EXPECT_EQ(table.rows().size(), 10U);
}

TEST(PriceTableTest, AFurtherStepCountsWholeOnceItIsBegun) {
  const auto table = ceiling();
  EXPECT_EQ(dong(table, PostageLeg::result, Zone::inter_district, 501), 32'500 + 2'900);
  EXPECT_EQ(dong(table, PostageLeg::result, Zone::inter_district, 1'000), 32'500 + 2'900);
  EXPECT_EQ(dong(table, PostageLeg::result, Zone::inter_district, 1'001), 32'500 + 2 * 2'900);
  EXPECT_EQ(dong(table, PostageLeg::result, Zone::far_region, kWeightMax), 53'000 + 59 * 9'700);
  EXPECT_EQ(table.price(PostageLeg::result, Zone::inter_district, 1'001)->cell,
            "up to 500 g and 2 further 500 g");
  EXPECT_FALSE(table.price(PostageLeg::result, Zone::inter_district, 0));
  EXPECT_FALSE(table.price(PostageLeg::result, Zone::inter_district, kWeightMax + 1));
  EXPECT_FALSE(table.price(PostageLeg::both, Zone::inter_district, 100));
}

TEST(PriceTableTest, AFlatPriceCoversEveryWeightAndATableWithoutFurtherStepsEnds) {
  const auto table = contract("return,intra_district,any,20000\nreceipt,intra_district,500,20000\n");
  EXPECT_EQ(dong(table, PostageLeg::result, Zone::intra_district, kWeightMax), 20'000);
  EXPECT_EQ(table.price(PostageLeg::result, Zone::intra_district, 7)->cell, "any weight");
  EXPECT_EQ(dong(table, PostageLeg::receipt, Zone::intra_district, 500), 20'000);
  EXPECT_FALSE(table.price(PostageLeg::receipt, Zone::intra_district, 501));
}

TEST(PriceTableTest, EverythingThatIsWrongIsSaidAtOnceWithItsLine) {
  const auto read = PriceTable::parse(
      "leg,zone,weight_step_g,price_vnd\n"
      "back,intra_district,100,1\n"
      "return,the_moon,100,1\n"
      "return,intra_district,0,1\n"
      "return,intra_district,100,26.5\n"
      "return,intra_district,100,-1\n"
      "return,inter_district,100,1\n"
      "return,inter_district,100,2\n"
      "receipt,inter_district,+500,2\n",
      "price_vnd");
  ASSERT_FALSE(read);
  std::string text;
  for (const auto& error : read.error().errors) text += error.pointer + ' ' + error.detail + '\n';
  EXPECT_THAT(read.error().errors, SizeIs(7)) << text;
  EXPECT_THAT(text, HasSubstr("/line/2 leg \"back\" is not known"));
  EXPECT_THAT(text, HasSubstr("/line/3 zone \"the_moon\" is not known"));
  EXPECT_THAT(text, HasSubstr("/line/4 the weight step \"0\" is not known"));
  EXPECT_THAT(text, HasSubstr("/line/5 the price \"26.5\" is not an amount"));
  EXPECT_THAT(text, HasSubstr("/line/6 the price \"-1\" is not an amount"));
  EXPECT_THAT(text, HasSubstr("/line/8 the same leg, zone and weight step as in line 7"));
  EXPECT_THAT(text, HasSubstr("/line/9 further weight is priced for receipt in inter_district"));
}

TEST(PriceTableTest, ATableWithoutItsColumnsOrLinesIsRefused) {
  const auto refused = [](const char* csv) {
    const auto read = PriceTable::parse(csv, "price_vnd");
    return read ? std::string("accepted") : read.error().summary().text();
  };
  EXPECT_THAT(refused("leg,zone,weight_step_g\nreturn,intra_district,100\n"),
              HasSubstr("the column price_vnd is missing"));
  EXPECT_THAT(refused("leg,zone,weight_step_g,price_vnd\n"), HasSubstr("has no prices"));
  EXPECT_THAT(refused("leg,zone,weight_step_g,price_vnd\nreturn,intra_district\n"), HasSubstr("2"));
}

TEST(CeilingTest, TheCeilingItselfIsAllowed) { EXPECT_THAT(above_ceiling(ceiling(), ceiling()), IsEmpty()); }

TEST(CeilingTest, EachCellAboveItIsNamedOnceAtItsLeastWeight) {
  const auto table = contract(
      "receipt,intra_district,100,26001\n"
      "receipt,intra_district,250,26000\n"
      "receipt,intra_district,500,26500\n"
      "receipt,intra_district,+500,2201\n"
      "return,inter_province_far_region,100,1\n");
  const auto breaches = above_ceiling(table, ceiling());
  ASSERT_THAT(breaches, SizeIs(2));
  EXPECT_EQ(breaches[0].line, 2U);
  EXPECT_EQ(breaches[0].from_g, 1);
  EXPECT_EQ(breaches[0].price, Money(26'001));
  EXPECT_EQ(breaches[0].ceiling, Money(26'000));
  EXPECT_EQ(breaches[1].line, 5U);
  EXPECT_EQ(breaches[1].from_g, 501);
}

TEST(CeilingTest, AWideStepIsHeldToTheLeastWeightThatItCovers) {
  const auto wide = contract("return,inter_province_far_region,500,53000\n");
  ASSERT_THAT(above_ceiling(wide, ceiling()), SizeIs(1));
  EXPECT_EQ(above_ceiling(wide, ceiling())[0].ceiling, Money(31'500));
  EXPECT_THAT(above_ceiling(contract("return,inter_province_far_region,any,31500\n"), ceiling()), IsEmpty());
  EXPECT_THAT(above_ceiling(contract("return,inter_province_far_region,any,31501\n"), ceiling()), SizeIs(1));
}

TEST(CeilingTest, OnePriceForBothWaysIsHeldToTheTwoTogether) {
  EXPECT_THAT(above_ceiling(contract("both,intra_district,100,52000\n"), ceiling()), IsEmpty());
  EXPECT_THAT(above_ceiling(contract("both,intra_district,100,52001\n"), ceiling()), SizeIs(1));
}

// Any contract: what the cells say is what every single weight says.
TEST(CeilingTest, NoWeightIsDearerThanTheLawWhenNoCellIs) {
  const auto law = ceiling();
  std::mt19937 random(7);
  int allowed = 0;
  for (int round = 0; round < 200; ++round) {
    std::string lines;
    for (const int step : {100, 300, 500, 900})
      if (random() % 3 > 0)
        lines += "return,inter_district," + std::to_string(step) + ',' +
                 std::to_string(29'000 + random() % 2'500) + '\n';
    lines += "return,inter_district,2000," + std::to_string(30'000 + random() % 6'000) + '\n';
    lines += "return,inter_district,+500," + std::to_string(2'800 + random() % 200) + '\n';
    const auto table = contract(lines);
    bool dearer = false;
    for (int grams = 1; grams <= kWeightMax; grams += grams < 3'000 ? 1 : 250)
      dearer |= table.price(PostageLeg::result, Zone::inter_district, grams)->amount >
                law.price(PostageLeg::result, Zone::inter_district, grams)->amount;
    const auto breaches = above_ceiling(table, law);
    EXPECT_EQ(breaches.empty(), !dearer) << lines;
    allowed += breaches.empty() ? 1 : 0;
  }
  EXPECT_GT(allowed, 0);
  EXPECT_LT(allowed, 200);
}

}  // namespace
}  // namespace bccid
