#include "base/ids.hpp"

#include <gtest/gtest.h>

#include <set>

namespace bccid {
namespace {

TEST(Uuid, ReadsEitherCaseAndPrintsLowerCase) {
  const auto id = parse_uuid("0192F0C1-7A52-7C3E-9D41-5f2b7d0f6a11");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->to_text(), "0192f0c1-7a52-7c3e-9d41-5f2b7d0f6a11");
}

TEST(Uuid, RefusesEveryOtherForm) {
  for (const std::string_view text :
       {"", "0192f0c17a527c3e9d415f2b7d0f6a11", "{0192f0c1-7a52-7c3e-9d41-5f2b7d0f6a11}",
        "0192f0c1-7a52-7c3e-9d41-5f2b7d0f6a1", "0192f0c1-7a52-7c3e-9d41-5f2b7d0f6a111",
        "0192f0c1-7a52-7c3e-9d41-5f2b7d0f6a1g", "0192f0c1_7a52-7c3e-9d41-5f2b7d0f6a11",
        "0192f0c17-a52-7c3e-9d41-5f2b7d0f6a11", " 192f0c1-7a52-7c3e-9d41-5f2b7d0f6a11"})
    EXPECT_FALSE(parse_uuid(text)) << text;
}

TEST(UuidV7, CarriesVersionVariantAndMilliseconds) {
  const Time time{std::chrono::milliseconds{0x0192f0c17a52}};
  const std::string text = new_uuid_v7(time).to_text();
  EXPECT_EQ(text.substr(0, 15), "0192f0c1-7a52-7");
  EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
}

TEST(UuidV7, IsOrderedByTimeAndNeverRepeats) {
  std::set<Uuid> seen;
  Uuid last = new_uuid_v7(Time{std::chrono::milliseconds{999}});
  for (int ms = 1000; ms < 3000; ++ms) {
    const Uuid id = new_uuid_v7(Time{std::chrono::milliseconds{ms}});
    EXPECT_GT(id, last);
    EXPECT_TRUE(seen.insert(id).second);
    last = id;
  }
}

TEST(UuidFromName, IsStableAndKeepsSourcesApart) {
  const Uuid id = uuid_from_name("vnpost", "5f0c");
  EXPECT_EQ(id, uuid_from_name("vnpost", "5f0c"));
  EXPECT_NE(id, uuid_from_name("vnpost5", "f0c"));
  EXPECT_NE(id, uuid_from_name("vnpost", "5f0d"));
  EXPECT_EQ(id.to_text()[14], '8');
  EXPECT_EQ(id.to_text(), "29dd84cf-2e90-8065-8663-8baa21503da9");
}

TEST(RandomToken, HasTheAskedEntropyInUrlSafeLetters) {
  const std::string token = random_token(32);
  EXPECT_EQ(token.size(), 43U);
  EXPECT_EQ(token.find_first_of("+/="), std::string::npos);
  EXPECT_NE(token, random_token(32));
  EXPECT_EQ(random_token(0), "");
}

}  // namespace
}  // namespace bccid
