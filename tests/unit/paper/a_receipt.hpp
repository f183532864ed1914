#pragma once

#include "base/time_text.hpp"
#include "paper/pdf_printer.hpp"
#include "paper/receipt_document.hpp"
#include "tests/support/pdf_reader.hpp"

#include <string>

namespace bccid::test {

// Two lệ phí of 120.000 đồng; taken at 08:58, receipted at 09:00.
inline PrintedReceipt a_receipt() {
  PrintedReceipt receipt;
  receipt.kind = ChargeKind::charge;
  receipt.issuer = receipt.agency = "Sở Tư pháp tỉnh Đồng Tháp";
  receipt.issuer_code = "H20.12";
  receipt.symbol = "L26";
  receipt.number = 12;
  receipt.payer = "Nguyễn Thị Ngọc Hường";
  receipt.dossier_code = "H20.12-260302-0007";
  receipt.order_number = "H20.12-260302-0007-T1";
  receipt.amount = Money(120'000);
  receipt.lines = {{"LP-01", "Đăng ký khai sinh", Money(75'000)},
                   {"LP-02", "Cấp bản sao trích lục hộ tịch", Money(45'000)}};
  receipt.collector = "Trần Văn Bưu (postman-7)";
  receipt.office = "Bưu cục Mỹ Tho (820100)";
  receipt.taken_at = parse_rfc3339("2026-03-02T08:58:00+07:00").value();
  receipt.issued_at = parse_rfc3339("2026-03-02T09:00:12.345+07:00").value();
  return receipt;
}

inline PrintedReceipt a_cancelled_receipt() {
  PrintedReceipt receipt = a_receipt();
  receipt.cancelled_at = parse_rfc3339("2026-03-03T10:00:00+07:00").value();
  receipt.cancelled_by = "Lê Thị Kế Toán (finance-1)";
  receipt.cancel_reason = "viết sai họ tên";
  receipt.replaced_by = 13;
  return receipt;
}

inline PrintedReceipt a_receipt_of(int lines) {
  PrintedReceipt receipt = a_receipt();
  receipt.lines.clear();
  receipt.amount = Money();
  for (int i = 1; i <= lines; ++i) {
    receipt.lines.push_back(
        {"P-" + std::to_string(i), "Thẩm định hồ sơ số " + std::to_string(i), Money(1'000 * i)});
    receipt.amount += receipt.lines.back().amount;
  }
  return receipt;
}

inline std::string pdf_of(const PrintedReceipt& receipt) {
  static const PdfPrinter printer = PdfPrinter::open().value();
  return printer.print(receipt_document(receipt)).value();
}

inline PdfReader printed(const PrintedReceipt& receipt) { return PdfReader(pdf_of(receipt)); }

}  // namespace bccid::test
