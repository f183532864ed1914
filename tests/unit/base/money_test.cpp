#include "base/money.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

namespace bccid {
namespace {

struct Written {
  std::string_view text;
  std::int64_t dong;
};

TEST(MoneyParse, ReadsWhatPeopleAndBanksWrite) {
  for (const auto& [text, dong] : std::initializer_list<Written>{
           {"0", 0},
           {"120000", 120'000},
           {"120.000", 120'000},
           {"120,000", 120'000},
           {"1.234.567", 1'234'567},
           {"120000.00", 120'000},
           {"120000,0", 120'000},
           {"120.000,00", 120'000},
           {"120,000.00", 120'000},
           {"-5.000", -5'000},
           {"+5000", 5'000},
           {"000120", 120},
           {"1000000000000000", Money::kAbsMax},
           {"-1.000.000.000.000.000", -Money::kAbsMax},
       }) {
    const auto money = parse_money(text);
    ASSERT_TRUE(money) << text;
    EXPECT_EQ(money->dong(), dong) << text;
  }
}

TEST(MoneyParse, RefusesEveryGuess) {
  for (const std::string_view text : {"",
                                      " ",
                                      "đ",
                                      ".",
                                      ",",
                                      "-",
                                      "+-5",
                                      "--5",
                                      "5-",
                                      "1 000",
                                      " 5",
                                      "5 ",
                                      "1e6",
                                      "0x10",
                                      "12.5",
                                      "12,50",
                                      "120.50",
                                      "1.23",
                                      "1.2345",
                                      "12.34.567",
                                      "1..000",
                                      ".000",
                                      "1.000.",
                                      ",00",
                                      ".00",
                                      "1,000,00",
                                      "1.234,567",
                                      "1,234.567",
                                      "1.000.00",
                                      "0.500",
                                      "0,500",
                                      "00.500",
                                      "NaN",
                                      "inf",
                                      "1\u00a0000",
                                      "\uff11\uff12",
                                      "1.000\u0111",
                                      "5\n",
                                      "1000000000000001",
                                      "99999999999999999999999999",
                                      "-1.000.000.000.000.001"})
    EXPECT_FALSE(parse_money(text)) << '"' << text << '"';
}

TEST(MoneyParse, RefusesEmbeddedNulAndBrokenBytesWithoutEchoingThem) {
  EXPECT_FALSE(parse_money(std::string_view("5\0", 2)));
  const auto broken = parse_money("\xff\xfe\x1b[31m" + std::string(500, '9'));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, Errc::invalid_field);
  EXPECT_TRUE(valid_utf8(broken.error().detail));
  EXPECT_EQ(broken.error().detail.find('\x1b'), std::string::npos);
  EXPECT_LT(broken.error().detail.size(), 120U);
}

TEST(Money, SumsRefuseToPassTheLimit) {
  const Money most(Money::kAbsMax);
  EXPECT_EQ((most - Money(1)) + Money(1), most);
  EXPECT_THROW(most + Money(1), std::overflow_error);
  EXPECT_THROW(-most - Money(1), std::overflow_error);
  Money total = most;
  EXPECT_THROW(total += most, std::overflow_error);
  EXPECT_EQ(total, most);
}

TEST(Money, SumsOfNumbersNearTheEndOfInt64ThrowInsteadOfWrapping) {
  const Money huge(std::numeric_limits<std::int64_t>::max());
  const Money deep(std::numeric_limits<std::int64_t>::min());
  EXPECT_THROW(huge + Money(1), std::overflow_error);
  EXPECT_THROW(Money(1) - deep, std::overflow_error);
  EXPECT_THROW(deep + deep, std::overflow_error);
}

TEST(Money, PrintsGroupsOfThree) {
  EXPECT_EQ(Money(0).to_text(), "0 đ");
  EXPECT_EQ(Money(999).to_text(), "999 đ");
  EXPECT_EQ(Money(1'000).to_text(), "1.000 đ");
  EXPECT_EQ(Money(-1'234'567).to_text(), "-1.234.567 đ");
  EXPECT_EQ(Money(std::numeric_limits<std::int64_t>::min()).to_text(), "-9.223.372.036.854.775.808 đ");
}

}  // namespace
}  // namespace bccid
