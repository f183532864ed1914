#include "paper/settlement_document.hpp"

#include "domain/receipt/amount_in_words.hpp"
#include "domain/recon/break.hpp"
#include "paper/shown_values.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace bccid {
namespace {

std::string_view word_of(ChargeKind kind) {
  if (kind == ChargeKind::fee) return "Phí";
  return kind == ChargeKind::charge ? "Lệ phí" : "Cước";
}

std::string period_text(const Settlement& made) {
  return "Từ ngày " + day_text(made.from) + " đến hết ngày " + day_text(made.to);
}

Particulars parties(const Settlement& made, const std::string& post) {
  Particulars about;
  about.rows = {{"Bên giao", post},
                {"Bên nhận", made.agency_name + " (" + made.agency + ")"},
                {"Tài khoản thụ hưởng", made.bank_account.empty() ? "Chưa khai báo" : made.bank_account},
                {"Lập lúc", moment_text(made.made_at) + " (giờ Việt Nam)"}};
  return about;
}

// The words speak of whole dong from nothing upward.
std::string in_words(Money amount) {
  if (amount < Money{}) return "Âm " + amount_in_words(-amount);
  return amount_in_words(amount);
}

MoneyTable equation_of(const SettlementLine& line) {
  MoneyTable table;
  table.titles = {std::string(word_of(line.kind)), "", "Số tiền (đồng)"};
  table.lines = {{"Đã thu trước kỳ, chưa về tài khoản (1)", "", figures(line.opening)},
                 {"Thu trong kỳ (2)", "", figures(line.collected)},
                 {"Hoàn trả cho người nộp (3)", "", figures(line.refunded)},
                 {"Đã về tài khoản thụ hưởng (4)", "", figures(line.arrived)}};
  if (!line.adjusted.zero()) table.lines.push_back({"Điều chỉnh (5)", "", figures(line.adjusted)});
  table.lines.push_back({"Trong đó cuối kỳ: người thu đang giữ", "", figures(line.with_collectors)});
  table.lines.push_back({"Trong đó cuối kỳ: bưu cục đang giữ", "", figures(line.at_offices)});
  table.lines.push_back({"Trong đó cuối kỳ: đang chuyển", "", figures(line.under_way)});
  table.total = {line.adjusted.zero() ? "Còn phải nộp cuối kỳ = 1 + 2 - 3 - 4"
                                      : "Còn phải nộp cuối kỳ = 1 + 2 - 3 - 4 + 5",
                 figures(line.closing()) + " đồng"};
  table.words = {"Bằng chữ:", in_words(line.closing())};
  return table;
}

MoneyTable remittances_of(const Settlement& made) {
  MoneyTable table;
  table.titles = {"Các lần chuyển nộp trong kỳ", "Ghi có", "Số tiền (đồng)"};
  Money sum;
  for (const auto& sent : made.remittances) {
    const std::string what =
        sent.reference + ", " + std::string(word_of(sent.kind)) + ", chuyển lúc " + moment_text(sent.sent_at);
    table.lines.push_back(
        {what, sent.booked_on ? day_text(*sent.booked_on) : "đang chuyển", figures(sent.amount)});
    sum += sent.amount;
  }
  table.total = {"Cộng " + std::to_string(made.remittances.size()) + " lần", figures(sum) + " đồng"};
  return table;
}

// In the order of BreakType. A type that is none of ours is written as it is named.
constexpr std::array<std::string_view, kCount<BreakType>> kBreakTexts{
    "Về thiếu so với đã chuyển",
    "Về thừa so với đã chuyển",
    "Về hai lần cho một lần chuyển",
    "Đã chuyển, chưa về tài khoản",
    "Tiền về không rõ nguồn",
    "Một dòng sao kê hợp với nhiều lần chuyển",
    "Tiền ra khỏi tài khoản",
    "Thu ít hơn mức phải thu",
    "Thu nhiều hơn mức phải thu",
    "Thu hai lần cho một khoản",
    "Lượt thu bị hủy sau khi đã nộp quỹ",
    "Người thu nộp thiếu",
    "Người thu nộp thừa",
    "Thu quá 24 giờ chưa chuyển",
    "Đã trả kết quả, chưa thu tiền",
    "Đã thu của hồ sơ bị từ chối hoặc đã rút",
    "Đã thu của đơn đã hủy",
    "Cơ quan còn phải hoàn cho người nộp",
    "Biên lai khuyết số",
    "Thiếu một sao kê",
    "Nộp trực tuyến chưa có trong sổ",
    "Lệch với cổng thanh toán",
    "Cổng thanh toán không có"};

std::string break_text(const std::string& type) {
  const auto known = from_name<BreakType>(type);
  return known ? std::string(kBreakTexts.at(index_of(*known))) : type;
}

MoneyTable breaks_of(const Settlement& made) {
  MoneyTable table;
  table.titles = {"Chênh lệch chưa xử lý", "Từ ngày", "Số tiền (đồng)"};
  Money sum;
  for (const auto& open : made.breaks) {
    table.lines.push_back(
        {break_text(open.type) + (open.dossier_code.empty() ? "" : ", hồ sơ " + open.dossier_code),
         day_text(open.since), figures(open.amount)});
    sum += open.amount;
  }
  table.total = {"Cộng " + std::to_string(made.breaks.size()) + " khoản", figures(sum) + " đồng"};
  return table;
}

}  // namespace

Document settlement_document(const Settlement& settlement, const std::string& post) {
  Document paper;
  paper.size = PaperSize::a4;
  paper.title = "Biên bản đối soát " + settlement.agency + " " + to_text(settlement.from) + " - " +
                to_text(settlement.to);
  paper.author = post;
  paper.made_at = settlement.made_at;
  paper.footer = "Biên bản đối soát · " + settlement.agency + " · " + day_text(settlement.from) + " - " +
                 day_text(settlement.to);
  paper.blocks.emplace_back(Letterhead{{post}, {"Lập ngày " + day_text(settlement.made_at)}});
  paper.blocks.emplace_back(Heading{"BIÊN BẢN ĐỐI SOÁT PHÍ, LỆ PHÍ", period_text(settlement)});
  paper.blocks.emplace_back(parties(settlement, post));
  if (settlement.lines.empty())
    paper.blocks.emplace_back(Paragraph{"Trong kỳ không có phí, lệ phí nào được thu hoặc chuyển nộp."});
  for (const auto& line : settlement.lines) paper.blocks.emplace_back(equation_of(line));
  if (!settlement.remittances.empty()) paper.blocks.emplace_back(remittances_of(settlement));
  if (settlement.breaks.empty())
    paper.blocks.emplace_back(Paragraph{"Không có chênh lệch nào chưa xử lý."});
  else
    paper.blocks.emplace_back(breaks_of(settlement));
  paper.blocks.emplace_back(Paragraph{
      "Hai bên đã đối chiếu các số liệu trên. Biên bản được lập thành hai bản, mỗi bên giữ một bản."});
  const std::string pen = "(Ký, ghi rõ họ tên, đóng dấu)";
  paper.blocks.emplace_back(Signatures{{"Đại diện bên giao", pen, ""}, {"Đại diện bên nhận", pen, ""}});
  return paper;
}

std::string settlement_file_name(const Settlement& settlement) {
  std::string name = "doi-soat_";
  // A code is letters, digits and dots in the database; a header must hold even if it were not.
  for (const char c : settlement.agency)
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.') name += c;
  return name + "_" + to_text(settlement.from) + "_" + to_text(settlement.to) + ".pdf";
}

}  // namespace bccid
