#include "domain/recon/break.hpp"

namespace bccid {
namespace {

constexpr BreakAction kOnlyAccept = BreakAction::accept;

constexpr std::array<BreakAdvice, kCount<BreakType>> kAdvice{{
    {BreakOwner::post_finance,
     {kOnlyAccept, kOnlyAccept},
     "Bưu điện chuyển bổ sung phần thiếu hoặc gửi chứng từ giải trình.",
     "The post transfers what is short, or explains it with a document."},
    {BreakOwner::agency_finance,
     {kOnlyAccept, kOnlyAccept},
     "Chủ tài khoản hoàn lại phần thừa hoặc ghi nhận cho đợt chuyển sau.",
     "The account's owner pays the surplus back, or keeps it for the next remittance."},
    {BreakOwner::agency_finance,
     {kOnlyAccept, kOnlyAccept},
     "Chủ tài khoản hoàn lại khoản chuyển trùng sau khi bưu điện xác nhận.",
     "The account's owner pays the double transfer back once the post confirms it."},
    {BreakOwner::post_finance,
     {kOnlyAccept, kOnlyAccept},
     "Bưu điện kiểm tra lệnh chuyển tiền và chuyển lại trong ngày.",
     "The post checks the transfer order and sends it again the same day."},
    {BreakOwner::post_finance,
     {kOnlyAccept, kOnlyAccept},
     "Bưu điện nêu đợt thu tương ứng; nếu không có, cơ quan hoàn lại.",
     "The post names the collection it belongs to; if there is none, the agency pays it back."},
    {BreakOwner::agency_finance,
     {kOnlyAccept, kOnlyAccept},
     "Kế toán chọn đợt chuyển tiền đúng trong các gợi ý.",
     "Finance chooses the right remittance among the suggestions."},
    {BreakOwner::agency_finance,
     {kOnlyAccept, kOnlyAccept},
     "Kế toán đối chiếu khoản ghi nợ với lệnh hoàn trả hoặc hỏi ngân hàng.",
     "Finance compares the debit with a refund order, or asks the bank."},
    {BreakOwner::post_finance,
     {BreakAction::waive, kOnlyAccept},
     "Thu nốt phần còn thiếu của người nộp, hoặc đề nghị miễn thu.",
     "Collect the rest from the payer, or propose to waive it."},
    {BreakOwner::post_finance,
     {BreakAction::pay_back, kOnlyAccept},
     "Trả lại phần thu thừa cho người nộp.",
     "Pay the surplus back to the applicant."},
    {BreakOwner::post_finance,
     {BreakAction::pay_back, kOnlyAccept},
     "Khoản này đã được nộp trước đó: trả lại tiền cho người nộp.",
     "It had been paid already: pay the money back to the applicant."},
    {BreakOwner::post_finance,
     {kOnlyAccept, kOnlyAccept},
     "Hỏi người thu số tiền này của ai: lượt quét đã bị hủy sau khi nộp quỹ.",
     "Ask the collector whose money it is: its scan was retracted after the cash was counted."},
    {BreakOwner::post_finance,
     {BreakAction::paid, BreakAction::write_off},
     "Yêu cầu người thu nộp phần còn thiếu khi kiểm quỹ, hoặc đề nghị xóa nợ.",
     "Ask the collector for what was missing at the count, or propose to write it off."},
    {BreakOwner::post_finance,
     {BreakAction::pay_back, kOnlyAccept},
     "Tìm xem tiền nộp thừa khi kiểm quỹ là của ai và trả lại.",
     "Find whose money was counted too much, and pay it back."},
    {BreakOwner::post_finance,
     {kOnlyAccept, kOnlyAccept},
     "Nộp quỹ và chuyển ngay cho cơ quan: đã quá 24 giờ kể từ khi thu (TT 74/2022/TT-BTC).",
     "Hand in and remit it at once: 24 hours have passed since it was collected (TT 74/2022)."},
    {BreakOwner::post_finance,
     {BreakAction::waive, kOnlyAccept},
     "Hỏi người phát về khoản chưa thu, hoặc đề nghị miễn thu.",
     "Ask who delivered it for the money, or propose to waive it."},
    {BreakOwner::post_finance,
     {BreakAction::refund, kOnlyAccept},
     "Hồ sơ bị từ chối hoặc đã rút: đề nghị hoàn tiền và hủy biên lai.",
     "The dossier was refused or withdrawn: propose the refund, which cancels the receipt."},
    {BreakOwner::post_finance,
     {BreakAction::refund, kOnlyAccept},
     "Đơn đã hủy sau khi thu tiền: đề nghị hoàn tiền và hủy biên lai.",
     "The order was cancelled after its money was taken: propose the refund."},
    {BreakOwner::agency_finance,
     {BreakAction::paid, kOnlyAccept},
     "Chủ tài khoản đã nhận tiền hoàn lại cho người nộp.",
     "The owner of the account that received it pays the payer back."},
    {BreakOwner::post_finance,
     {kOnlyAccept, kOnlyAccept},
     "Tìm biên lai mang số này: số trong một quyển phải liên tục.",
     "Find the receipt with this number: the numbers of a series follow without a gap."},
    {BreakOwner::post_finance,
     {kOnlyAccept, kOnlyAccept},
     "Xin ngân hàng sao kê còn thiếu và nhập vào.",
     "Get the missing statement from the bank and import it."},
    {BreakOwner::agency_finance,
     {kOnlyAccept, kOnlyAccept},
     "Tìm hồ sơ của khoản đã nộp trực tuyến này; nếu không có, trả lại qua cổng thanh toán.",
     "Find the dossier that was paid for; if there is none, pay it back on the platform."},
    {BreakOwner::agency_finance,
     {kOnlyAccept, kOnlyAccept},
     "So số tiền và tài khoản với cổng thanh toán, rồi sửa bên sai.",
     "Compare amount and account with the platform, and correct the side that is wrong."},
    {BreakOwner::agency_finance,
     {kOnlyAccept, kOnlyAccept},
     "Hỏi cổng thanh toán về khoản này: hệ thống một cửa đã báo là đã nộp.",
     "Ask the platform about this payment: the one-stop system said that it was made."},
}};

}  // namespace

const BreakAdvice& advice(BreakType type) { return kAdvice.at(index_of(type)); }

std::vector<BreakAction> ends_of(BreakType type, Money amount) {
  std::vector<BreakAction> ends{BreakAction::accept};
  for (const auto action : advice(type).ends)
    if (action != BreakAction::accept && (action != BreakAction::pay_back || amount > Money{}))
      ends.push_back(action);
  return ends;
}

int age_days(const Break& found, Day today) {
  const auto days = std::chrono::sys_days{today} - std::chrono::sys_days{found.opened};
  return days.count() < 0 ? 0 : static_cast<int>(days.count());
}

}  // namespace bccid
