#include "base/transcoded.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bccid {
namespace {

// As a reader of that many bytes at a time gets it.
Result<std::string> read_all(std::string_view bytes, TextEncoding encoding, std::size_t piece = 4'096) {
  TextSource source(bytes);
  TranscodedSource translated(source, encoding);
  std::string all, buffer(piece, '\0');
  for (;;) {
    const auto got = translated.read(buffer);
    if (!got) return got.error();
    if (*got == 0) return all;
    all.append(buffer, 0, *got);
  }
}

constexpr std::string_view kText = "Số!\xF0\x9F\x98\x80";

std::string_view utf16() {
  static const std::string bytes("\xFF\xFES\0\xD1\x1E!\0\x3D\xD8\x00\xDE", 12);
  return bytes;
}

TEST(TranscodedSource, ReadsUtf16WithoutItsMarkWhateverThePieces) {
  for (const std::size_t piece : {1U, 2U, 3U, 5U, 4'096U})
    EXPECT_EQ(read_all(utf16(), TextEncoding::utf16le, piece).value(), kText) << piece;
  EXPECT_EQ(read_all(utf16().substr(2), TextEncoding::utf16le).value(), kText);
  EXPECT_EQ(read_all("", TextEncoding::utf16le).value(), "");
}

TEST(TranscodedSource, ReadsVietnameseOfWindows) {
  // "Số dư" and "lệ": a letter, and its tone behind it.
  EXPECT_EQ(to_nfc(read_all("S\xF4\xEC d\xFD l\xEA\xF2", TextEncoding::windows1258).value()), "Số dư lệ");
}

TEST(TranscodedSource, PassesUtf8OnAsItIs) {
  EXPECT_EQ(read_all("\xEF\xBB\xBFố\xFF", TextEncoding::utf8).value(), "\xEF\xBB\xBFố\xFF");
}

TEST(TranscodedSource, RefusesWhatTheEncodingDoesNotHave) {
  for (const auto bytes : {utf16().substr(0, 7), utf16().substr(0, 10)}) {
    const auto refused = read_all(bytes, TextEncoding::utf16le);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::malformed);
    EXPECT_EQ(refused.error().detail, "the file is not valid utf-16le");
  }
  EXPECT_FALSE(
      read_all("a\xD2"
               "b\xFF\xD2\x90\x81",
               TextEncoding::utf16le));
}

TEST(TranscodedSource, TranslatesMoreThanAPiece) {
  std::string bytes, text;
  for (int i = 0; i < 50'000; ++i) {
    bytes += std::string("\xD1\x1E", 2);
    text += "ố";
  }
  EXPECT_EQ(read_all(bytes, TextEncoding::utf16le).value(), text);
  EXPECT_FALSE(read_all(bytes + "x", TextEncoding::utf16le));
}

TEST(TranscodedSource, KnowsItsEncodingsByName) {
  EXPECT_EQ(text_encoding_named("windows-1258"), TextEncoding::windows1258);
  EXPECT_EQ(text_encoding_named("UTF-8"), std::nullopt);
}

}  // namespace
}  // namespace bccid
