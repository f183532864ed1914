#include "domain/fees/fee_schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bccid {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

const std::string kRules = "procedure,case,channel,kind,code,name,amount_vnd,timing,destination,basis\n";
const std::string kExemptions = "group,procedure,code,percent,basis\n";

FeeSchedule schedule(const std::string& rules, const std::string& exemptions = {}) {
  auto read = FeeSchedule::parse("NA-2025", kRules + rules, kExemptions + exemptions);
  EXPECT_TRUE(read) << read.error().summary().text();
  return std::move(*read);
}

// Land registration: a phí that is cut online, a lệ phí that is not, and a house as a case of its own.
const std::string kLand =
    "1.004238,,,fee,tham-dinh,Phí thẩm định hồ sơ,500000,1,,NQ 01/2025\n"
    "1.004238,,2,fee,tham-dinh,Phí thẩm định hồ sơ,0,1,,NQ 09/2025\n"
    "1.004238,nha-o,,fee,tham-dinh,Phí thẩm định hồ sơ,700000,1,,NQ 01/2025\n"
    "1.004238,,,charge,cap-giay,Lệ phí cấp giấy chứng nhận,100000,4,lephi-115000,NQ 02/2025\n";

FeeQuestion land(Channel channel, const std::string& fee_case = {}, std::vector<std::string> groups = {}) {
  return {"1.004238", fee_case, channel, std::move(groups)};
}

// "code amount" of each line.
std::string lines(const Result<FeeQuote>& quote) {
  if (!quote) return quote.error().text();
  std::string out;
  for (const auto& line : quote->lines)
    out += (out.empty() ? "" : ", ") + line.code + ' ' + std::to_string(line.amount.dong());
  return out;
}

TEST(FeeScheduleTest, TheChannelChangesWhatIsCutOnlineAndNothingElse) {
  const auto all = schedule(kLand);
  EXPECT_EQ(lines(all.quote(land(Channel::direct))), "cap-giay 100000, tham-dinh 500000");
  EXPECT_EQ(lines(all.quote(land(Channel::online))), "cap-giay 100000, tham-dinh 0");
  EXPECT_EQ(lines(all.quote(land(Channel::post))), "cap-giay 100000, tham-dinh 500000");
  EXPECT_EQ(all.quote(land(Channel::direct))->total(), Money(600'000));
}

TEST(FeeScheduleTest, ACaseCountsBeforeAChannel) {
  const auto all = schedule(kLand);
  EXPECT_EQ(lines(all.quote(land(Channel::direct, "nha-o"))), "cap-giay 100000, tham-dinh 700000");
  EXPECT_EQ(lines(all.quote(land(Channel::online, "nha-o"))), "cap-giay 100000, tham-dinh 700000");
}

TEST(FeeScheduleTest, PhiAndLePhiKeepTheirDestinationTimingAndReason) {
  const auto quote = schedule(kLand).quote(land(Channel::online)).value();
  ASSERT_THAT(quote.lines, SizeIs(2));
  EXPECT_EQ(quote.version, "NA-2025");
  EXPECT_EQ(quote.lines[0].kind, ChargeKind::charge);
  EXPECT_EQ(quote.lines[0].destination, "lephi-115000");
  EXPECT_EQ(quote.lines[0].timing, FeeTiming::on_returning);
  EXPECT_EQ(quote.lines[1].kind, ChargeKind::fee);
  EXPECT_EQ(quote.lines[1].why, "every case, channel 2, NQ 09/2025");
}

TEST(FeeScheduleTest, TheLargestExemptionCountsAndIsNamed) {
  const auto all = schedule(kLand,
                            "ho-ngheo,,,50,QĐ 45/2016\n"
                            "ho-ngheo,1.004238,tham-dinh,100,NQ 01/2025\n"
                            "nguoi-co-cong,,,70,NQ 03/2025\n");
  EXPECT_EQ(lines(all.quote(land(Channel::direct, "", {"ho-ngheo"}))), "cap-giay 50000, tham-dinh 0");
  const auto both = all.quote(land(Channel::direct, "", {"ho-ngheo", "nguoi-co-cong"})).value();
  EXPECT_EQ(both.lines[0].amount, Money(30'000));
  EXPECT_EQ(both.lines[0].listed, Money(100'000));
  EXPECT_THAT(both.lines[0].why, HasSubstr("exempt 70 % as nguoi-co-cong, NQ 03/2025"));
  EXPECT_EQ(lines(all.quote(land(Channel::direct, "", {"tre-em"}))), "cap-giay 100000, tham-dinh 500000");
}

TEST(FeeScheduleTest, WhatIsLeftOfAnExemptionIsRoundedDown) {
  const auto all = schedule("1.1,,,fee,a,A,99,1,,X\n", "g,,,33,Y\n");
  EXPECT_EQ(lines(all.quote({"1.1", "", Channel::direct, {"g"}})), "a 66");
}

TEST(FeeScheduleTest, UnknownIsNotFree) {
  const auto all = schedule(kLand + "1.1,,2,fee,a,A,0,1,,X\n1.1,,,fee,b,B,1000,1,,X\n");
  EXPECT_EQ(all.quote({"9.9", "", Channel::direct, {}}).error().code, Errc::not_found);
  EXPECT_EQ(all.quote(land(Channel::direct, "chung-cu")).error().code, Errc::not_found);
  EXPECT_EQ(all.quote({"1.1", "", Channel::direct, {}}).error().code, Errc::not_found);
  EXPECT_EQ(lines(all.quote({"1.1", "", Channel::online, {}})), "a 0, b 1000");
}

TEST(FeeScheduleTest, EverythingThatIsWrongIsSaidAtOnce) {
  const auto read = FeeSchedule::parse("X",
                                       kRules +
                                           ",,,fee,a,A,1,1,,X\n"
                                           "1.1,,4,fee,a,A,1,1,,X\n"
                                           "1.1,,,postage,a,A,1,1,,X\n"
                                           "1.1,,,fee,b,B,-1,1,,X\n"
                                           "1.1,,,fee,c,C,1,3,,X\n"
                                           "1.1,,,fee,c,C,1,1,,X\n",
                                       kExemptions + "g,,,0,Y\ng,,,101,Y\n,,,50,\n");
  ASSERT_FALSE(read);
  std::string text;
  for (const auto& error : read.error().errors) text += error.pointer + ' ' + error.detail + '\n';
  EXPECT_THAT(text, HasSubstr("/rules/line/2 procedure is empty"));
  EXPECT_THAT(text, HasSubstr("/rules/line/3 channel \"4\" is not known"));
  EXPECT_THAT(text, HasSubstr("/rules/line/4 postage is not a fee"));
  EXPECT_THAT(text, HasSubstr("/rules/line/5 the amount \"-1\""));
  EXPECT_THAT(text, HasSubstr("/rules/line/6 timing \"3\" is not known"));
  EXPECT_THAT(text, HasSubstr("/rules/line/7 the same procedure, case, channel and code as in line 6"));
  EXPECT_THAT(text, HasSubstr("/exemptions/line/2 the percent \"0\""));
  EXPECT_THAT(text, HasSubstr("/exemptions/line/3 the percent \"101\""));
  EXPECT_THAT(text, HasSubstr("/exemptions/line/4 group is empty"));
}

TEST(FeeScheduleTest, AMissingColumnIsNamed) {
  const auto read = FeeSchedule::parse("X", "procedure,case\n", kExemptions);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().summary().text(), HasSubstr("the column channel is missing"));
}

}  // namespace
}  // namespace bccid
