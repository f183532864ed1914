#include "paper/payment_slip_document.hpp"

#include "domain/receipt/amount_in_words.hpp"
#include "paper/shown_values.hpp"

#include <algorithm>
#include <string_view>

namespace bccid {
namespace {

std::string_view money_of(ChargeKind kind) {
  switch (kind) {
    case ChargeKind::fee: return "Phí";
    case ChargeKind::charge: return "Lệ phí";
    case ChargeKind::postage: break;
  }
  return "Cước bưu chính";
}

MoneyTable table_of(const std::vector<DueLine>& lines, std::string_view title) {
  MoneyTable table;
  table.titles = {std::string(title), "Mã", "Số tiền (đồng)"};
  Money sum;
  for (const auto& line : lines) {
    table.lines.push_back(
        {line.name.empty() ? std::string(money_of(line.kind)) : line.name, line.code, figures(line.amount)});
    sum += line.amount;
  }
  table.total = {"Phải nộp", figures(sum) + " đồng"};
  table.words = {"Bằng chữ:", amount_in_words(sum)};
  return table;
}

Particulars transfer_of(const PaymentCode& code) {
  Particulars about;
  about.rows.push_back({"Số tài khoản", code.account});
  if (!code.holder.empty()) about.rows.push_back({"Chủ tài khoản", code.holder});
  if (!code.bank_bin.empty()) about.rows.push_back({"Mã ngân hàng", code.bank_bin});
  about.rows.push_back({"Số tiền", figures(code.amount) + " đồng"});
  about.rows.push_back({"Nội dung", code.purpose});
  return about;
}

Particulars in_cash(const std::vector<DueLine>& lines) {
  Particulars about;
  for (const auto& line : lines)
    about.rows.push_back({line.name.empty() ? std::string(money_of(line.kind)) : line.name,
                          figures(line.amount) + " đồng, tiền mặt nộp cho bưu tá"});
  return about;
}

void add_code(const PaymentCode& code, Document& paper) {
  const bool to_the_post =
      std::ranges::all_of(code.lines, [](const DueLine& line) { return line.kind == ChargeKind::postage; });
  paper.blocks.emplace_back(
      table_of(code.lines, to_the_post ? "Nộp vào tài khoản của bưu điện" : "Nộp vào tài khoản của cơ quan"));
  if (!code.vietqr.empty())
    paper.blocks.emplace_back(QrBlock{code.vietqr, "Mở ứng dụng ngân hàng và quét mã (VietQR)"});
  paper.blocks.emplace_back(transfer_of(code));
}

}  // namespace

std::string payment_slip_file_name(const PaymentSlip& slip) {
  std::string name = "thanh-toan-";
  for (const char sign : slip.order_number) {
    const bool plain = (sign >= 'A' && sign <= 'Z') || (sign >= 'a' && sign <= 'z') ||
                       (sign >= '0' && sign <= '9') || sign == '-' || sign == '.';
    name += plain ? sign : '_';
  }
  return name + ".pdf";
}

Document payment_slip_document(const PaymentSlip& slip) {
  Document paper;
  paper.title = "Thông báo thu phí, lệ phí " + slip.order_number;
  paper.author = slip.agency_name;
  paper.made_at = slip.made_at;
  paper.footer = "Số đơn " + slip.order_number;
  paper.blocks.emplace_back(
      Letterhead{{slip.agency_name, "Mã đơn vị: " + slip.agency}, {"Số đơn: " + slip.order_number}});
  paper.blocks.emplace_back(Heading{"THÔNG BÁO THU PHÍ, LỆ PHÍ", "Lập lúc " + moment_text(slip.made_at)});
  Particulars about;
  about.rows.push_back({"Người nộp tiền", slip.payer});
  if (!slip.dossier_code.empty()) about.rows.push_back({"Mã hồ sơ", slip.dossier_code});
  paper.blocks.emplace_back(std::move(about));
  for (const auto& code : slip.codes) add_code(code, paper);
  if (!slip.to_the_post.empty()) paper.blocks.emplace_back(in_cash(slip.to_the_post));
  Notice notice;
  notice.title =
      slip.codes.empty() && slip.to_the_post.empty()
          ? "Đơn này không còn khoản nào phải nộp."
          : "Đây là thông báo, không phải biên lai. Ai đã chuyển khoản thì không nộp tiền mặt nữa.";
  paper.blocks.emplace_back(std::move(notice));
  return paper;
}

}  // namespace bccid
