#include "paper/pdf_printer.hpp"

#include "base/text.hpp"
#include "tests/unit/paper/a_receipt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>

namespace bccid {
namespace {

const PageShape kPage = shape_of(PaperSize::a5);

using test::a_cancelled_receipt;
using test::a_receipt;
using test::a_receipt_of;
using test::pdf_of;
using test::PdfReader;
using test::printed;
using testing::HasSubstr;
using testing::Not;

void expect_inside_the_page(const PdfReader& paper) {
  const auto words = paper.words();
  EXPECT_FALSE(words.empty());
  for (const auto& word : words) {
    EXPECT_GE(word.left, kPage.side - 0.5) << word.text;
    EXPECT_LE(word.right, kPage.width - kPage.side + 0.5) << word.text;
    EXPECT_GE(word.top, 17) << word.text;
    EXPECT_LE(word.bottom, kPage.height - 17) << word.text;
  }
}

// What anybody may have for a name, and how it is printed.
struct Hostile {
  std::string name, shown;
};
std::vector<Hostile> hostile_names() {
  return {{"<b>Nguyễn</b> &amp; <span size=\"0\"", "<b>Nguyễn</b> &amp; <span size=\"0\""},
          {"A\u202E000.021\u202C", "A[U+202E]000.021[U+202C]"},
          {"Lê\u200F \u200BHoa\uFEFF", "Lê[U+200F] [U+200B]Hoa[U+FEFF]"},
          {"\x07 \x1B[0m\nline\ttab", "[U+0007] [U+001B][0m[U+000A]line[U+0009]tab"},
          {std::string("nul\0end", 7), "nul\uFFFDend"},
          {"cut \xE1\xBB end", "cut \uFFFD\uFFFD end"},
          {"\u738B\u4F1F", "[U+738B][U+4F1F]"},
          {"Nguye\u0302\u0303n A\u0309nh", "Nguyễn Ảnh"},
          {"%s %n ) Tj ET endstream (", "%s %n ) Tj ET endstream ("}};
}

TEST(PdfPrinter, FontsAreEmbeddedInPartAndMapToUnicode) {
  const auto fonts = printed(a_receipt()).fonts();
  ASSERT_FALSE(fonts.empty());
  for (const auto& font : fonts) {
    EXPECT_THAT(font.name, HasSubstr("+DejaVuSans"));
    EXPECT_TRUE(font.embedded && font.subset && font.to_unicode) << font.name;
  }
}

TEST(PdfPrinter, TheSameReceiptIsTheSameBytes) {
  for (const auto& receipt : {a_receipt(), a_cancelled_receipt(), a_receipt_of(60)}) {
    const std::string first = pdf_of(receipt);
    EXPECT_EQ(pdf_of(receipt), first);
    // Another printer knows nothing of what was printed before.
    EXPECT_EQ(PdfPrinter::open().value().print(receipt_document(receipt)).value(), first);
  }
  auto other = a_receipt();
  other.payer = "Nguyễn Thị Ngọc Hương";
  EXPECT_NE(pdf_of(other), pdf_of(a_receipt()));
}

TEST(PdfPrinter, ACancelledOneIsCrossedOnEveryPageWithoutDisturbingTheWords) {
  EXPECT_EQ(printed(a_receipt()).red_points(1), 0U);
  auto receipt = a_receipt_of(60);
  const std::string before = printed(receipt).text(2);
  receipt.cancelled_at = receipt.issued_at;
  receipt.cancelled_by = "finance-1";
  receipt.cancel_reason = "nhầm";
  const auto paper = printed(receipt);
  const auto pages = std::stoul(paper.info("Pages"));
  for (std::size_t page = 1; page <= pages; ++page) EXPECT_GT(paper.red_points(page), 1'000U) << page;
  EXPECT_THAT(paper.text(1), HasSubstr("ĐÃ HỦY Hủy lúc"));
  EXPECT_THAT(paper.text(2), Not(HasSubstr("HỦY")));
}

TEST(PdfPrinter, ManyLinesGoOnToNumberedPagesUnderTheirTitles) {
  const auto paper = printed(a_receipt_of(60));
  const auto pages = std::stoul(paper.info("Pages"));
  ASSERT_GE(pages, 3U);
  for (std::size_t page = 1; page <= pages; ++page) {
    const std::string text = paper.text(page);
    EXPECT_THAT(text, HasSubstr("Nội dung thu Mã Số tiền (đồng)"));
    EXPECT_THAT(text, HasSubstr("Trang " + std::to_string(page) + "/" + std::to_string(pages)));
    EXPECT_THAT(text, HasSubstr("Ký hiệu L26 · Số 0000012"));
  }
  const std::string text = paper.text();
  for (int i = 1; i <= 60; ++i) EXPECT_THAT(text, HasSubstr("P-" + std::to_string(i) + " "));
  const std::string last = paper.text(pages);
  for (const auto* words : {"P-60", "Tổng cộng 1.830.000 đồng", "Người thu tiền"})
    EXPECT_THAT(last, HasSubstr(words)) << "the place to sign never stands alone";
  expect_inside_the_page(paper);
}

TEST(PdfPrinter, AmountsEndInOneColumn) {
  std::map<std::string, double> right;
  for (const auto& word : printed(a_receipt_of(10)).words()) right[word.text] = word.right;
  for (const auto* amount : {"1.000", "9.000", "10.000"})
    EXPECT_NEAR(right.at(amount), kPage.width - kPage.side, 0.6) << amount;
}

TEST(PdfPrinter, LongNamesAndReasonsWrapInsideThePage) {
  auto receipt = a_cancelled_receipt();
  receipt.payer = std::string(200, 'W');
  receipt.issuer = "Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính tỉnh Đồng Tháp";
  receipt.cancel_reason.clear();
  for (int i = 0; i < 30; ++i) receipt.cancel_reason += "người dân đề nghị lập lại ";
  receipt.lines[0].name = std::string(180, 'm');
  receipt.lines[0].code = std::string(64, 'X');
  receipt.collector = std::string(90, 'W');
  const auto paper = printed(receipt);
  expect_inside_the_page(paper);
  std::size_t letters = 0;
  for (const auto& word : paper.words())
    letters += static_cast<std::size_t>(std::count(word.text.begin(), word.text.end(), 'W'));
  EXPECT_EQ(letters, 290U) << "nothing was cut off";
}

TEST(PdfPrinter, AReasonThatFillsAPageGoesOnToTheNext) {
  auto receipt = a_cancelled_receipt();
  receipt.cancel_reason.clear();
  for (int i = 0; i < 300; ++i) receipt.cancel_reason += "\u202E";
  const auto paper = printed(receipt);
  EXPECT_GE(std::stoul(paper.info("Pages")), 2U);
  expect_inside_the_page(paper);
  EXPECT_THAT(paper.text(), HasSubstr("Một trăm hai mươi nghìn đồng chẵn"));
}

TEST(PdfPrinter, HostileNamesComeOutLiterally) {
  for (const auto& [name, shown] : hostile_names()) {
    auto receipt = a_receipt();
    receipt.payer = name;
    receipt.issuer = name;
    receipt.lines[0].name = "x" + name;
    const auto paper = printed(receipt);
    EXPECT_THAT(paper.text(), HasSubstr("Người nộp tiền " + shown + " Mã hồ sơ"));
    EXPECT_THAT(paper.text(), HasSubstr("120.000 đồng"));
    expect_inside_the_page(paper);
  }
}

TEST(PdfPrinter, ANameWithoutAnythingIsNoLine) {
  auto receipt = a_receipt();
  receipt.payer.clear();
  receipt.lines.clear();
  EXPECT_THAT(printed(receipt).text(), Not(HasSubstr("Người nộp tiền Mã")));
}

TEST(PdfPrinter, WithoutTheFontFamilyThereIsNoPaper) {
  const auto refused = PdfPrinter::open("No Such Family");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_EQ(refused.error().detail, "the font family \"No Such Family\" is not installed");
  EXPECT_THAT(refused.error().hint, HasSubstr("fonts-dejavu-core"));
}

// In a process of its own: fontconfig reads its configuration once.
TEST(PdfPrinterDeathTest, OnAMachineWithoutAnyFontThereIsNoPaper) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto refuses = [] {
    const test::TestFolder folder;
    std::ofstream(folder.path() / "fonts.conf") << "<?xml version=\"1.0\"?><fontconfig></fontconfig>\n";
    ::setenv("FONTCONFIG_FILE", (folder.path() / "fonts.conf").c_str(), 1);
    const auto opened = PdfPrinter::open();
    return !opened && opened.error().code == Errc::unavailable;
  };
  EXPECT_EXIT(std::exit(refuses() ? 0 : 1), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace bccid
