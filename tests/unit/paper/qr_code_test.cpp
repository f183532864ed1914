#include "paper/qr_code.hpp"

#include "paper/pdf_printer.hpp"
#include "tests/support/pdf_reader.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

bool finder_at(const QrCode& code, std::size_t left, std::size_t top) {
  for (std::size_t y = 0; y < 7; ++y)
    for (std::size_t x = 0; x < 7; ++x) {
      const bool edge = x == 0 || x == 6 || y == 0 || y == 6;
      const bool middle = x >= 2 && x <= 4 && y >= 2 && y <= 4;
      if (code.dark(left + x, top + y) != (edge || middle)) return false;
    }
  return true;
}

TEST(QrCode, HasItsThreeFinderPatterns) {
  const auto code = QrCode::of("00020101021238570010A000000727").value();
  EXPECT_TRUE(finder_at(code, 0, 0));
  EXPECT_TRUE(finder_at(code, code.size() - 7, 0));
  EXPECT_TRUE(finder_at(code, 0, code.size() - 7));
  EXPECT_FALSE(finder_at(code, code.size() - 7, code.size() - 7));
}

TEST(QrCode, GrowsWithItsText) {
  EXPECT_EQ(QrCode::of("A").value().size(), 21U);
  EXPECT_GT(QrCode::of(std::string(200, 'a')).value().size(), 40U);
}

TEST(QrCode, RefusesNothingAndTooMuch) {
  EXPECT_FALSE(QrCode::of(""));
  EXPECT_FALSE(QrCode::of(std::string(3'000, 'a')));
}

TEST(QrCode, AsASvgDrawsEachDarkSquareOnceWithinItsQuietZone) {
  const auto code = QrCode::of("BP1203").value();
  const auto svg = qr_svg(code, "a <b> & c");
  std::size_t dark = 0, drawn = 0;
  for (std::size_t y = 0; y < code.size(); ++y)
    for (std::size_t x = 0; x < code.size(); ++x) dark += code.dark(x, y) ? 1U : 0U;
  for (auto at = svg.find("h1v1h-1z"); at != std::string::npos; at = svg.find("h1v1h-1z", at + 1)) ++drawn;
  EXPECT_EQ(drawn, dark);
  EXPECT_NE(svg.find("viewBox=\"0 0 29 29\""), std::string::npos);
  EXPECT_NE(svg.find("<title>a &lt;b&gt; &amp; c</title>"), std::string::npos);
}

TEST(QrCode, APaperWhoseCodeDoesNotFitIsNotPrinted) {
  Document paper;
  paper.blocks.emplace_back(QrBlock{std::string(3'000, 'a'), "below"});
  const auto printed = PdfPrinter::open().value().print(paper);
  ASSERT_FALSE(printed);
  EXPECT_EQ(printed.error().code, Errc::invalid_field);
}

}  // namespace
}  // namespace bccid
