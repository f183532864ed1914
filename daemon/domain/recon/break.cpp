#include "domain/recon/break.hpp"

namespace bccid {
namespace {

constexpr std::array<BreakAdvice, kCount<BreakType>> kAdvice{{
    {BreakOwner::post_finance, "Bưu điện chuyển bổ sung phần thiếu hoặc gửi chứng từ giải trình.",
     "The post transfers what is short, or explains it with a document."},
    {BreakOwner::agency_finance, "Cơ quan hoàn lại phần thừa hoặc ghi nhận cho đợt chuyển sau.",
     "The agency pays the surplus back, or keeps it for the next remittance."},
    {BreakOwner::agency_finance, "Cơ quan hoàn lại khoản chuyển trùng sau khi bưu điện xác nhận.",
     "The agency pays the double transfer back once the post confirms it."},
    {BreakOwner::post_finance, "Bưu điện kiểm tra lệnh chuyển tiền và chuyển lại trong ngày.",
     "The post checks the transfer order and sends it again the same day."},
    {BreakOwner::post_finance, "Bưu điện nêu đợt thu tương ứng; nếu không có, cơ quan hoàn lại.",
     "The post names the collection it belongs to; if there is none, the agency pays it back."},
    {BreakOwner::agency_finance, "Kế toán chọn đợt chuyển tiền đúng trong các gợi ý.",
     "Finance chooses the right remittance among the suggestions."},
    {BreakOwner::agency_finance, "Kế toán đối chiếu khoản ghi nợ với lệnh hoàn trả hoặc hỏi ngân hàng.",
     "Finance compares the debit with a refund order, or asks the bank."},
}};

}  // namespace

const BreakAdvice& advice(BreakType type) { return kAdvice.at(index_of(type)); }

int age_days(const Break& found, Day today) {
  const auto days = std::chrono::sys_days{today} - std::chrono::sys_days{found.opened};
  return days.count() < 0 ? 0 : static_cast<int>(days.count());
}

}  // namespace bccid
