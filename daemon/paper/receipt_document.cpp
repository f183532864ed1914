#include "paper/receipt_document.hpp"

#include "base/time_text.hpp"
#include "domain/receipt/amount_in_words.hpp"
#include "paper/shown_values.hpp"

#include <algorithm>
#include <string_view>

namespace bccid {
namespace {

constexpr std::size_t kNumberDigits = 7;

// What a paper of this kind is called, and what it calls its parts.
struct Wording {
  std::string_view title;
  std::string_view paper;  // within a sentence
  std::string_view money;  // what a line without a name is for
  std::string_view file;
  std::string_view electronic = "biên lai điện tử";
};

Wording wording_of(ChargeKind kind) {
  switch (kind) {
    case ChargeKind::fee: return {"BIÊN LAI THU PHÍ", "biên lai", "Phí", "bien-lai"};
    case ChargeKind::charge: return {"BIÊN LAI THU LỆ PHÍ", "biên lai", "Lệ phí", "bien-lai"};
    case ChargeKind::postage: break;
  }
  return {"DỮ LIỆU HÓA ĐƠN CƯỚC BƯU CHÍNH", "dữ liệu hóa đơn", "Cước bưu chính", "du-lieu-hoa-don",
          "hóa đơn điện tử"};
}

std::string issued_text(Time at) {
  const std::string text = to_vietnam_text(at);
  return "Ngày " + text.substr(8, 2) + " tháng " + text.substr(5, 2) + " năm " + text.substr(0, 4) + ", " +
         clock_text(at) + " (giờ Việt Nam)";
}

std::string in_series(const PrintedReceipt& receipt, std::int64_t number) {
  return "Số " + receipt_number(number) + ", ký hiệu " + receipt.symbol;
}

Letterhead letterhead_of(const PrintedReceipt& receipt) {
  Letterhead head;
  head.issuer.push_back(receipt.issuer);
  if (!receipt.issuer_code.empty()) head.issuer.push_back("Mã đơn vị: " + receipt.issuer_code);
  head.number = {"Ký hiệu: " + receipt.symbol, "Số: " + receipt_number(receipt.number)};
  return head;
}

Notice cancellation_of(const PrintedReceipt& receipt) {
  Notice notice;
  notice.grave = true;
  notice.title = "ĐÃ HỦY";
  notice.rows = {{"Hủy lúc", moment_text(*receipt.cancelled_at)},
                 {"Người hủy", receipt.cancelled_by},
                 {"Lý do", receipt.cancel_reason},
                 {"Thay bằng", receipt.replaced_by ? in_series(receipt, *receipt.replaced_by)
                                                   : std::string("Không có số thay thế")}};
  return notice;
}

Notice electronic_of(const PrintedDocument& document, const Wording& wording) {
  Notice notice;
  notice.title = "Đã có " + std::string(wording.electronic) + (document.cancelled ? ", nay đã hủy" : "");
  notice.rows = {{"Số", document.number}, {"Ký hiệu", document.symbol}};
  if (!document.pattern.empty()) notice.rows.push_back({"Mẫu số", document.pattern});
  notice.rows.push_back({"Mã tra cứu", document.key});
  if (!document.url.empty()) notice.rows.push_back({"Tra cứu tại", document.url});
  return notice;
}

void add_notices(const PrintedReceipt& receipt, const Wording& wording, Document& paper) {
  if (receipt.cancelled_at) paper.blocks.emplace_back(cancellation_of(receipt));
  if (receipt.replaces) {
    Notice notice;
    notice.title = "Thay thế " + std::string(wording.paper) + " đã hủy";
    notice.rows = {{"Thay cho", in_series(receipt, *receipt.replaces)}};
    paper.blocks.emplace_back(std::move(notice));
  }
  if (receipt.document) paper.blocks.emplace_back(electronic_of(*receipt.document, wording));
  if (receipt.kind == ChargeKind::postage) {
    Notice notice;
    notice.title = "Đây là dữ liệu để lập hóa đơn điện tử, không phải là hóa đơn.";
    paper.blocks.emplace_back(std::move(notice));
  }
}

Particulars particulars_of(const PrintedReceipt& receipt) {
  Particulars about;
  const auto add = [&about](const char* label, const std::string& value) {
    if (!value.empty()) about.rows.push_back({label, value});
  };
  add("Người nộp tiền", receipt.payer);
  add("Mã hồ sơ", receipt.dossier_code);
  add("Số đơn", receipt.order_number);
  if (receipt.kind == ChargeKind::postage) add("Cơ quan giải quyết", receipt.agency);
  add("Nộp tiền lúc", moment_text(receipt.taken_at));
  add("Nơi thu", receipt.office);
  return about;
}

MoneyTable table_of(const PrintedReceipt& receipt, const Wording& wording) {
  MoneyTable table;
  table.titles = {"Nội dung thu", "Mã", "Số tiền (đồng)"};
  for (const auto& line : receipt.lines)
    table.lines.push_back(
        {line.name.empty() ? std::string(wording.money) : line.name, line.code, figures(line.amount)});
  table.total = {"Tổng cộng", figures(receipt.amount) + " đồng"};
  table.words = {"Bằng chữ:", amount_in_words(receipt.amount)};
  return table;
}

}  // namespace

std::string receipt_number(std::int64_t number) {
  const std::string digits = std::to_string(number);
  return std::string(kNumberDigits - std::min(kNumberDigits, digits.size()), '0') + digits;
}

std::string receipt_file_name(const PrintedReceipt& receipt) {
  std::string name(wording_of(receipt.kind).file);
  name += '-';
  // A symbol is letters and digits in the database; a header must hold even if it were not.
  for (const char c : receipt.symbol)
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) name += c;
  return name + "-" + receipt_number(receipt.number) + ".pdf";
}

Document receipt_document(const PrintedReceipt& receipt) {
  const Wording wording = wording_of(receipt.kind);
  Document paper;
  paper.title = std::string(wording.title) + " " + receipt.symbol + " " + receipt_number(receipt.number);
  paper.author = receipt.issuer;
  paper.made_at = receipt.issued_at;
  paper.footer = "Ký hiệu " + receipt.symbol + " · Số " + receipt_number(receipt.number);
  if (receipt.cancelled_at) paper.crossed_by = "ĐÃ HỦY";
  paper.blocks.emplace_back(letterhead_of(receipt));
  paper.blocks.emplace_back(Heading{std::string(wording.title), issued_text(receipt.issued_at)});
  add_notices(receipt, wording, paper);
  paper.blocks.emplace_back(particulars_of(receipt));
  paper.blocks.emplace_back(table_of(receipt, wording));
  const std::string pen = "(Ký, ghi rõ họ tên)";
  paper.blocks.emplace_back(
      Signatures{{"Người nộp tiền", pen, ""}, {"Người thu tiền", pen, receipt.collector}});
  return paper;
}

}  // namespace bccid
