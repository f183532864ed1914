#include "base/digest.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace bccid {
namespace {

std::span<const std::uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(Sha256, MatchesPublishedVectors) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(HmacSha256, MatchesRfc4231) {
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      to_hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(to_hex(hmac_sha256({}, {})), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Base64, MatchesRfc4648BothWays) {
  for (const auto& [plain, coded] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"", ""},
                                                                            {"f", "Zg=="},
                                                                            {"fo", "Zm8="},
                                                                            {"foo", "Zm9v"},
                                                                            {"foob", "Zm9vYg=="},
                                                                            {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(base64(bytes(plain)), coded);
    EXPECT_EQ(parse_base64(coded).value(), plain);
  }
}

TEST(Base64, ReadsBackEveryByte) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (std::size_t cut = 250; cut <= all.size(); ++cut)
    EXPECT_EQ(parse_base64(base64(bytes(all.substr(0, cut)))).value(), all.substr(0, cut));
}

TEST(Base64, RefusesBlanksMisplacedPaddingAndStrayBits) {
  for (const std::string_view text :
       {"Zg", "Zg=", "Z===", "====", "=Zg=", "Z=g=", "Zg==Zg==", "    Zm9v", "Zm9v    ", "Zm9v\n\n\n\n",
        "Zh==", "Zm9=", "Zm-_", "Zm9v====", "Zm\0v", "Zmé="})
    EXPECT_FALSE(parse_base64(text)) << text;
  EXPECT_FALSE(parse_base64(std::string_view("Zm\0v", 4)));
}

TEST(Base64Url, HasNoPaddingAndNoReservedLetters) {
  EXPECT_EQ(base64url(bytes("\xfb\xff\xfe")), "-__-");
  EXPECT_EQ(base64url(bytes("f")), "Zg");
}

TEST(ContentHash, TellsContentsApartAndIsStable) {
  EXPECT_EQ(content_hash("abc"), static_cast<std::int64_t>(0xba7816bf8f01cfeaULL));
  EXPECT_NE(content_hash("abc"), content_hash("abd"));
}

TEST(EqualConstantTime, ComparesWholeTexts) {
  EXPECT_TRUE(equal_constant_time("", ""));
  EXPECT_TRUE(equal_constant_time({}, ""));
  EXPECT_TRUE(equal_constant_time(std::string_view("a\0b", 3), std::string_view("a\0b", 3)));
  EXPECT_FALSE(equal_constant_time(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
  EXPECT_FALSE(equal_constant_time("secret", "secreT"));
  EXPECT_FALSE(equal_constant_time("secret", "secre"));
  EXPECT_FALSE(equal_constant_time("secret", ""));
}

}  // namespace
}  // namespace bccid
