#include "paper/receipt_document.hpp"

#include "tests/unit/paper/a_receipt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bccid {
namespace {

using test::a_cancelled_receipt;
using test::a_receipt;
using test::printed;
using testing::HasSubstr;
using testing::Not;

TEST(ReceiptDocument, SaysEverythingInVietnameseThatCanBeSelected) {
  const std::string text = printed(a_receipt()).text();
  for (const auto* words : {"Sở Tư pháp tỉnh Đồng Tháp",
                            "Mã đơn vị: H20.12",
                            "Ký hiệu: L26",
                            "Số: 0000012",
                            "BIÊN LAI THU LỆ PHÍ",
                            "Ngày 02 tháng 03 năm 2026, 09:00 (giờ Việt Nam)",
                            "Người nộp tiền",
                            "Nguyễn Thị Ngọc Hường",
                            "H20.12-260302-0007",
                            "H20.12-260302-0007-T1",
                            "08:58 ngày 02/03/2026",
                            "Bưu cục Mỹ Tho (820100)",
                            "Cấp bản sao trích lục hộ tịch",
                            "LP-02",
                            "45.000",
                            "Tổng cộng",
                            "120.000 đồng",
                            "Bằng chữ: Một trăm hai mươi nghìn đồng chẵn",
                            "(Ký, ghi rõ họ tên)",
                            "Trần Văn Bưu (postman-7)",
                            "Trang 1/1"})
    EXPECT_THAT(text, HasSubstr(words));
  EXPECT_THAT(text, Not(HasSubstr("HỦY")));
}

TEST(ReceiptDocument, EachKindHasItsOwnTitle) {
  auto receipt = a_receipt();
  receipt.kind = ChargeKind::fee;
  EXPECT_THAT(printed(receipt).text(), HasSubstr("BIÊN LAI THU PHÍ"));
  EXPECT_THAT(printed(receipt).text(), Not(HasSubstr("LỆ PHÍ")));
  receipt.kind = ChargeKind::postage;
  receipt.issuer = "Tổng công ty Bưu điện Việt Nam";
  const std::string text = printed(receipt).text();
  EXPECT_THAT(text, HasSubstr("DỮ LIỆU HÓA ĐƠN CƯỚC BƯU CHÍNH"));
  EXPECT_THAT(text, HasSubstr("Đây là dữ liệu để lập hóa đơn điện tử, không phải là hóa đơn."));
  EXPECT_THAT(text, HasSubstr("Tổng công ty Bưu điện Việt Nam"));
  EXPECT_THAT(text, HasSubstr("Cơ quan giải quyết Sở Tư pháp tỉnh Đồng Tháp"));
  EXPECT_THAT(text, Not(HasSubstr("BIÊN LAI")));
}

TEST(ReceiptDocument, ACancelledOneSaysWhoWhenWhyAndWhatStandsInItsPlace) {
  const std::string text = printed(a_cancelled_receipt()).text();
  for (const auto* words : {"ĐÃ HỦY", "10:00 ngày 03/03/2026", "Lê Thị Kế Toán (finance-1)",
                            "viết sai họ tên", "Số 0000013, ký hiệu L26"})
    EXPECT_THAT(text, HasSubstr(words));
  auto alone = a_cancelled_receipt();
  alone.replaced_by.reset();
  EXPECT_THAT(printed(alone).text(), HasSubstr("Không có số thay thế"));
}

TEST(ReceiptDocument, AReplacementSaysWhatItReplaces) {
  auto receipt = a_receipt();
  receipt.replaces = 11;
  EXPECT_THAT(printed(receipt).text(),
              HasSubstr("Thay thế biên lai đã hủy Thay cho Số 0000011, ký hiệu L26"));
}

TEST(ReceiptDocument, AnElectronicOneIsNamedByItsProvidersNumber) {
  auto receipt = a_receipt();
  EXPECT_THAT(printed(receipt).text(), Not(HasSubstr("điện tử")));
  receipt.document =
      PrintedDocument{"01BLP0-001", "AA/26E", "0000345", "lephi-H20.12-L26-0000012", "", false};
  const std::string text = printed(receipt).text();
  for (const auto* words : {"Đã có biên lai điện tử", "Số 0000345", "Ký hiệu AA/26E", "Mẫu số 01BLP0-001",
                            "Mã tra cứu lephi-H20.12-L26-0000012"})
    EXPECT_THAT(text, HasSubstr(words));
  EXPECT_THAT(text, Not(HasSubstr("Tra cứu tại")));
  receipt.document->url = "https://tracuu.example/?ma=1";
  receipt.document->cancelled = true;
  EXPECT_THAT(printed(receipt).text(), HasSubstr("Tra cứu tại https://tracuu.example/?ma=1"));
  EXPECT_THAT(printed(receipt).text(), HasSubstr("biên lai điện tử, nay đã hủy"));
}

TEST(ReceiptDocument, ALineWithoutANameIsCalledAfterItsKind) {
  auto receipt = a_receipt();
  receipt.lines = {{"", "", Money(120'000)}};
  const std::string text = printed(receipt).text();
  EXPECT_THAT(text, HasSubstr("Số tiền (đồng) Lệ phí 120.000"));
  EXPECT_THAT(text, Not(HasSubstr("Mã Số tiền"))) << "no column for codes that nobody has";
}

TEST(ReceiptDocument, TimesAreVietnamsAlsoBeyondMidnight) {
  auto receipt = a_receipt();
  receipt.issued_at = parse_rfc3339("2026-12-31T17:30:00Z").value();
  EXPECT_THAT(printed(receipt).text(), HasSubstr("Ngày 01 tháng 01 năm 2027, 00:30"));
}

TEST(ReceiptDocument, NumbersHaveSevenDigitsOrMore) {
  EXPECT_EQ(receipt_number(1), "0000001");
  EXPECT_EQ(receipt_number(9'999'999), "9999999");
  EXPECT_EQ(receipt_number(12'345'678), "12345678");
}

TEST(ReceiptDocument, FileNamesAreAsciiWhateverTheReceiptSays) {
  auto receipt = a_receipt();
  EXPECT_EQ(receipt_file_name(receipt), "bien-lai-L26-0000012.pdf");
  receipt.kind = ChargeKind::postage;
  receipt.symbol = "C2\"\r\n6đ";
  EXPECT_EQ(receipt_file_name(receipt), "du-lieu-hoa-don-C26-0000012.pdf");
}

TEST(ReceiptDocument, TheFileSaysWhatItIsAndWhoseAndWhen) {
  const auto paper = printed(a_receipt());
  EXPECT_EQ(paper.info("Title"), "BIÊN LAI THU LỆ PHÍ L26 0000012");
  EXPECT_EQ(paper.info("Author"), "Sở Tư pháp tỉnh Đồng Tháp");
  EXPECT_EQ(paper.info("CreationDate"), "Mon Mar  2 02:00:12 2026 UTC");
}

}  // namespace
}  // namespace bccid
