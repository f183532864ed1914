#include "paper/printable_text.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

bool anything(char32_t) { return true; }
bool ascii_only(char32_t c) { return c < 0x80; }

TEST(PrintableText, LeavesWhatEverybodyCanSee) {
  for (const auto* text :
       {"", "Nguyễn Thị Ngọc Hường", "a & <b> \"c\"", "Đặng Văn Lâm · 1.000 ₫", "אב", "a\u00A0b"})
    EXPECT_EQ(printable_text(text, anything), text);
}

TEST(PrintableText, ComposesLettersAndMarks) {
  EXPECT_EQ(printable_text("Nguye\u0302\u0303n", anything), "Nguy\u1EC5n");
}

TEST(PrintableText, NamesWhatHasNoShape) {
  EXPECT_EQ(printable_text("a\u202Eb", anything), "a[U+202E]b");
  EXPECT_EQ(printable_text("\u00AD\u200D\u2028\uE000\U000E0041", anything),
            "[U+00AD][U+200D][U+2028][U+E000][U+E0041]");
  EXPECT_EQ(printable_text("\x01\x7F\u0085", anything), "[U+0001][U+007F][U+0085]");
}

TEST(PrintableText, NamesWhatTheTypefaceCannotDraw) {
  EXPECT_EQ(printable_text("a\u4E2Db", ascii_only), "a[U+4E2D]b");
}

TEST(PrintableText, LetsNoMarksPileUp) {
  EXPECT_EQ(printable_text("x\u0301\u0302\u0303\u0304y\u0301", anything),
            "x\u0301\u0302[U+0303][U+0304]\u00FD");
}

TEST(PrintableText, ReplacesBytesThatAreNoText) {
  EXPECT_EQ(printable_text("a\xFFz", anything), "a\uFFFDz");
  EXPECT_EQ(printable_text(std::string_view("a\0z", 3), anything), "a\uFFFDz");
}

}  // namespace
}  // namespace bccid
