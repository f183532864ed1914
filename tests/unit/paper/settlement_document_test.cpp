#include "paper/settlement_document.hpp"

#include "domain/recon/break.hpp"

#include "paper/pdf_printer.hpp"
#include "tests/support/pdf_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bccid {
namespace {

using testing::HasSubstr;
using testing::Not;

Settlement a_settlement() {
  Settlement made;
  made.agency = "H20.12";
  made.agency_name = "Sở Tư pháp tỉnh Đồng Tháp";
  made.bank_account = "115000820012";
  made.from = parse_day("2026-03-01").value();
  made.to = parse_day("2026-03-31").value();
  made.made_at = parse_rfc3339("2026-04-01T08:30:00+07:00").value();
  SettlementLine fee;
  fee.opening = Money(200'000);
  fee.collected = Money(1'500'000);
  fee.refunded = Money(50'000);
  fee.arrived = Money(1'400'000);
  fee.with_collectors = Money(120'000);
  fee.at_offices = Money(30'000);
  fee.under_way = Money(100'000);
  made.lines.push_back(fee);
  made.remittances = {{"BCCI82 R000001", ChargeKind::fee, Money(1'400'000),
                       parse_rfc3339("2026-03-15T16:05:00+07:00").value(), parse_day("2026-03-16").value()},
                      {"BCCI82 R000002",
                       ChargeKind::fee,
                       Money(100'000),
                       parse_rfc3339("2026-03-31T16:05:00+07:00").value(),
                       {}}};
  made.breaks = {{"missing", "", Money(-100'000), parse_rfc3339("2026-03-31T16:05:00+07:00").value()}};
  return made;
}

test::PdfReader printed(const Settlement& settlement) {
  const auto printer = PdfPrinter::open();
  const auto pdf = printer.value().print(settlement_document(settlement, "Bưu điện tỉnh Đồng Tháp"));
  return test::PdfReader(pdf.value());
}

TEST(SettlementDocument, TellsBothSidesTheEquationTheTransfersAndWhatIsOpen) {
  const std::string text = printed(a_settlement()).text();
  for (const auto* words :
       {"Bưu điện tỉnh Đồng Tháp", "BIÊN BẢN ĐỐI SOÁT PHÍ, LỆ PHÍ",
        "Từ ngày 01/03/2026 đến hết ngày 31/03/2026", "Sở Tư pháp tỉnh Đồng Tháp (H20.12)", "115000820012",
        "Thu trong kỳ (2) 1.500.000", "Còn phải nộp cuối kỳ = 1 + 2 - 3 - 4 250.000 đồng",
        "Hai trăm năm mươi nghìn đồng chẵn", "BCCI82 R000001, Phí, chuyển lúc 16:05 ngày 15/03/2026",
        "16/03/2026", "đang chuyển", "Cộng 2 lần 1.500.000 đồng", "Đã chuyển, chưa về tài khoản", "-100.000",
        "Đại diện bên giao", "Đại diện bên nhận"})
    EXPECT_THAT(text, HasSubstr(words));
  EXPECT_THAT(text, Not(HasSubstr("Điều chỉnh")));
}

TEST(SettlementDocument, IsA4AndItsSignaturesStayTogetherOnTheLastPage) {
  auto made = a_settlement();
  for (int at = 0; at < 120; ++at) made.remittances.push_back(made.remittances.front());
  const auto paper = printed(made);
  EXPECT_THAT(paper.info("Page size"), HasSubstr("A4"));
  const auto pages = std::stoul(paper.info("Pages"));
  ASSERT_GT(pages, 2U);
  const std::string last = paper.text(pages);
  EXPECT_THAT(last, HasSubstr("Đại diện bên giao"));
  EXPECT_THAT(last, HasSubstr("(Ký, ghi rõ họ tên, đóng dấu)"));
}

TEST(SettlementDocument, AnAdjustmentIsALineOfTheEquation) {
  auto made = a_settlement();
  made.lines.front().adjusted = Money(-7'000);
  const std::string text = printed(made).text();
  EXPECT_THAT(text, HasSubstr("Điều chỉnh (5) -7.000"));
  EXPECT_THAT(text, HasSubstr("= 1 + 2 - 3 - 4 + 5 243.000 đồng"));
}

TEST(SettlementDocument, EveryBreakHasVietnameseWords) {
  auto made = a_settlement();
  made.breaks.clear();
  for (const auto type : EnumNames<BreakType>::kNames)
    made.breaks.push_back({std::string(type), "", Money(-1), made.made_at});
  const std::string text = printed(made).text();
  for (const auto type : EnumNames<BreakType>::kNames) EXPECT_THAT(text, Not(HasSubstr(std::string(type))));
}

TEST(SettlementDocument, APeriodWithNothingSaysSo) {
  auto made = a_settlement();
  made.lines.clear();
  made.remittances.clear();
  made.breaks.clear();
  const std::string text = printed(made).text();
  EXPECT_THAT(text, HasSubstr("không có phí, lệ phí nào"));
  EXPECT_THAT(text, HasSubstr("Không có chênh lệch nào chưa xử lý."));
}

TEST(SettlementDocument, ItsFileNameIsSafeInAHeader) {
  auto made = a_settlement();
  made.agency = "H20.\"12\r\n";
  EXPECT_EQ(settlement_file_name(made), "doi-soat_H20.12_2026-03-01_2026-03-31.pdf");
}

}  // namespace
}  // namespace bccid
