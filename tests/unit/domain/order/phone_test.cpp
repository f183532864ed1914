#include "domain/order/phone.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

TEST(Phone, AllSpellingsOfOneMobileAreOneNumber) {
  for (const auto* text :
       {"0912345678", "0912 345 678", "0912.345.678", "0912-345-678", "+84912345678", "84912345678",
        "(+84) 912 345 678", "(+84) 0912 345 678", "0084912345678", " 0912345678 "}) {
    const auto phone = parse_phone(text);
    ASSERT_TRUE(phone) << text;
    EXPECT_EQ(phone->e164, "+84912345678") << text;
    EXPECT_TRUE(phone->mobile);
  }
}

TEST(Phone, TakesTheMobilePrefixesOf2018) {
  for (const auto* text : {"0321234567", "0391234567", "0521234567", "0561234567", "0701234567", "0791234567",
                           "0811234567", "0871234567", "0991234567"}) {
    EXPECT_TRUE(parse_phone(text)) << text;
  }
  for (const auto* text :
       {"0301234567", "0311234567", "0511234567", "0711234567", "0801234567", "0112345678", "01621234567"}) {
    EXPECT_FALSE(parse_phone(text)) << text;
  }
}

TEST(Phone, TakesLandlinesByAreaCode) {
  EXPECT_EQ(parse_phone("024 3825 1234").value(), (PhoneNumber{"+842438251234", false}));
  EXPECT_EQ(parse_phone("+84 277 385 1234").value(), (PhoneNumber{"+842773851234", false}));
  EXPECT_EQ(parse_phone("0277.3851.234").value(), (PhoneNumber{"+842773851234", false}));
  EXPECT_FALSE(parse_phone("0217 385 1234")) << "no such area";
  EXPECT_FALSE(parse_phone("0277 385 123")) << "a digit short";
}

TEST(Phone, RefusesOtherThingsWithoutRepeatingThem) {
  for (const auto* text : {"", "0", "+1 202 555 0100", "091234567", "09123456789", "0912x45678", "84",
                           "12+84912345678", "1900 1234", "0912345678 0912345679"}) {
    EXPECT_FALSE(parse_phone(text)) << text;
  }
  const auto refused = parse_phone("0912345");
  EXPECT_EQ(refused.error().code, Errc::invalid_field);
  EXPECT_EQ(refused.error().text().find("0912345"), std::string::npos);
}

}  // namespace
}  // namespace bccid
