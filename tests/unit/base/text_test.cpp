#include "base/text.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

// "Nguyễn Đình Hà" as a Mac or an iPhone sends it: letters and marks apart.
constexpr std::string_view kApart = "Nguye\u0302\u0303n \u0110i\u0300nh Ha\u0300";
constexpr std::string_view kTogether = "Nguy\u1ec5n \u0110\u00ecnh H\u00e0";

TEST(ValidUtf8, AcceptsVietnameseAndFourByteText) {
  for (const std::string_view text : {std::string_view{}, std::string_view("abc"), kApart, kTogether,
                                      std::string_view("\U0001F4E6"), std::string_view("\u00a0\ufffd")})
    EXPECT_TRUE(valid_utf8(text)) << text;
}

TEST(ValidUtf8, RefusesBrokenForms) {
  for (const std::string_view text :
       {"\x80", "\xc3", "\xc3\x28", "\xc0\x80", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xed\xbf\xbf",
        "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff", "abc\xe1\xbb"})
    EXPECT_FALSE(valid_utf8(text));
  EXPECT_FALSE(valid_utf8(std::string_view("a\0b", 3)));
}

TEST(CodePoints, CountsLettersNotBytes) {
  EXPECT_EQ(code_points(""), 0U);
  EXPECT_EQ(code_points(kTogether), 14U);
  EXPECT_EQ(code_points("\U0001F4E6"), 1U);
}

TEST(ToNfc, MakesBothWritingsEqual) {
  EXPECT_EQ(to_nfc(kApart), kTogether);
  EXPECT_EQ(to_nfc(kTogether), kTogether);
  EXPECT_EQ(to_nfc(""), "");
}

TEST(ToNfc, OrdersMarksTypedInAnyOrder) {
  // Dot below and circumflex: canonical order is by class, not by typing.
  EXPECT_EQ(to_nfc("e\u0302\u0323"), "\u1ec7");
  EXPECT_EQ(to_nfc("e\u0323\u0302"), "\u1ec7");
}

TEST(FoldDiacritics, GivesWhatBanksWrite) {
  EXPECT_EQ(fold_diacritics(kTogether), "nguyen dinh ha");
  EXPECT_EQ(fold_diacritics(kApart), "nguyen dinh ha");
  EXPECT_EQ(fold_diacritics("PHƯỜNG Ô Đống Đa, Ửữựỵ"), "phuong o dong da, uuuy");
  EXPECT_EQ(fold_diacritics("\U0001F4E6 A"), "\U0001F4E6 a");
}

TEST(Shown, KeepsPlainText) {
  EXPECT_EQ(shown("hồ sơ"), "hồ sơ");
  EXPECT_EQ(shown(""), "");
}

TEST(Shown, CutsBetweenCodePoints) {
  EXPECT_EQ(shown("ếếế", 7), "ếế");
  EXPECT_EQ(shown("ếếế", 6), "ếế");
  EXPECT_EQ(shown("ếếế", 2), "");
  EXPECT_EQ(shown(std::string(100, 'x')).size(), 40U);
}

TEST(Shown, HidesControlsDirectionMarksAndBrokenBytes) {
  EXPECT_EQ(shown("a\x1b[1mb\n\x7f"), "a?[1mb??");
  EXPECT_EQ(shown("a\u202eb"), "a?b");
  EXPECT_EQ(shown("a\xff\xe1\xbb"), "a??");
  EXPECT_EQ(shown(std::string_view("a\0b", 3)), "a?b");
  EXPECT_TRUE(valid_utf8(shown("\xc3\x28\xf4\x90\x80\x80")));
}

TEST(Trim, RemovesBlanksAtBothEnds) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim(" \n "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(ToUpperAscii, LeavesOtherLettersAlone) { EXPECT_EQ(to_upper_ascii("vn-đà 12z"), "VN-đà 12Z"); }

TEST(Masked, KeepsOnlyTheTail) {
  EXPECT_EQ(masked("0912345678", 3), "***678");
  EXPECT_EQ(masked("678", 3), "***");
  EXPECT_EQ(masked("", 3), "***");
  EXPECT_TRUE(valid_utf8(masked("Nguyễn", 3)));
}

}  // namespace
}  // namespace bccid
