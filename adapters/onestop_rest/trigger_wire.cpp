#include "adapters/json_reply.hpp"
#include "adapters/onestop_rest/trigger_reader.hpp"
#include "adapters/onestop_rest/wire.hpp"
#include "base/limits.hpp"
#include "base/time_text.hpp"
#include "domain/dossier/dossier_code.hpp"
#include "domain/order/phone.hpp"
#include "domain/payment/payment_reference.hpp"

#include <algorithm>
#include <map>

namespace bccid::onestop {
namespace {

namespace json = boost::json;

constexpr std::size_t kNameCharsMax = 200;
constexpr std::size_t kEmailCharsMax = 200;
constexpr std::size_t kPhoneCharsMax = 20;
constexpr std::size_t kChargesMax = 50;
constexpr std::size_t kPapersMax = 200;
constexpr std::size_t kProcedureCodeChars = 8;  // "d.dddddd"; local copies add their unit behind it

// HinhThucThu: when the agency wants the money. 2 (on supplement) travels with neither leg.
constexpr std::int64_t kOnReceiving = 1;
constexpr std::int64_t kOnReturning = 4;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_procedure_code(std::string_view code) {
  if (code.size() < kProcedureCodeChars || !is_digit(code[0]) || code[1] != '.') return false;
  if (!std::all_of(code.begin() + 2, code.begin() + kProcedureCodeChars, is_digit)) return false;
  return code.size() == kProcedureCodeChars || code[kProcedureCodeChars] == '.';
}

bool is_code(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

void read_leg(TriggerReader& reader, OrderWish& wish) {
  const std::string wanted = reader.required_text("yeuCau", kNameCharsMax);
  if (wanted == "tra_ket_qua") wish.leg = "delivery";
  if (wanted == "gui_ho_so") wish.leg = "pickup";
  if (!wanted.empty() && wish.leg.empty()) reader.fault("yeuCau", "must be tra_ket_qua or gui_ho_so");
}

void read_dossier(TriggerReader& reader, OrderWish& wish) {
  const std::string code = reader.text("MaHoSo", limits::kDossierCodeCharsMax);
  if (!code.empty()) {
    auto parsed = parse_dossier_code(code);
    if (!parsed) reader.fault("MaHoSo", parsed.error().detail);
    if (parsed) wish.dossier_code = std::move(*parsed);
  }
  wish.slip_no = reader.text("SoPhieuGui", limits::kDossierCodeCharsMax);
  if (!is_code(wish.slip_no)) reader.fault("SoPhieuGui", "must be a number without blanks");
  if (wish.leg == "delivery" && !reader.has("MaHoSo"))
    reader.fault("MaHoSo", "is missing; a result belongs to a dossier", Errc::missing_field);
  if (wish.leg == "pickup" && !reader.has("MaHoSo") && !reader.has("SoPhieuGui"))
    reader.fault("SoPhieuGui", "is missing; a dossier without code needs its slip number",
                 Errc::missing_field);
}

void read_procedure(TriggerReader& reader, OrderWish& wish) {
  const std::string code = reader.required_text("MaTTHC", kNameCharsMax);
  if (code.empty()) return;
  if (!is_procedure_code(code)) {
    reader.fault("MaTTHC", "must begin as d.dddddd, for example 1.001193");
    return;
  }
  wish.procedure_code = code.substr(0, kProcedureCodeChars);
}

void read_status(TriggerReader& reader, OrderWish& wish) {
  const bool delivery = wish.leg == "delivery";
  const auto status =
      delivery ? reader.required_integer("TrangThai", 1, 10) : reader.integer("TrangThai", 1, 10);
  wish.portal_status = static_cast<int>(status.value_or(0));
  wish.channel = static_cast<int>(reader.integer("KenhThucHien", 1, 3).value_or(1));
  const auto way_back = reader.integer("HinhThucTra", 0, 1);
  if (delivery && way_back == 0)
    reader.fault("HinhThucTra", "is 0 (at the counter), but the message asks for a delivery");
  const std::string finished = reader.text("NgayKetThucXuLy", kNameCharsMax);
  if (finished.empty()) return;
  const auto time = parse_portal_time(finished);
  if (time) {
    wish.finished_at = *time;
  } else {
    reader.fault("NgayKetThucXuLy", "must be a time as yyyyMMddHHmmss");
  }
}

void read_citizen(TriggerReader& parent, const json::object& block, std::vector<FieldError>& faults,
                  CarrierParty& citizen) {
  TriggerReader reader(block, parent.pointer("nguoiNhan"), faults);
  citizen.name = reader.required_text("hoVaTen", kNameCharsMax);
  if (const auto phone = reader.required_text("soDienThoai", kPhoneCharsMax); !phone.empty()) {
    const auto parsed = parse_phone(phone);
    if (parsed) citizen.phone = parsed->e164;
    if (!parsed) reader.fault("soDienThoai", "is not a phone number");
  }
  citizen.email = reader.text("email", kEmailCharsMax);
  if (!citizen.email.empty() && citizen.email.find('@') == std::string::npos)
    reader.fault("email", "is not an address");
  citizen.address = reader.required_text("diaChi", limits::kTextFieldCharsMax);
  citizen.province_code = reader.digits("tinhThanh", 2);
  citizen.commune_code = reader.digits("xaPhuong", 5);
}

std::string charge_kind(TriggerReader& reader) {
  const std::string kind = reader.required_text("LoaiPhiLePhi", kNameCharsMax);
  if (kind == "phi") return "fee";
  if (kind == "le_phi") return "charge";
  if (kind == "cuoc") return "postage";
  if (!kind.empty()) reader.fault("LoaiPhiLePhi", "must be phi, le_phi or cuoc");
  return {};
}

// What the applicant paid on the platform. A status without a reference says nothing that the books could
// keep.
std::optional<OnlinePayment> read_payment(TriggerReader& reader) {
  const auto status = reader.integer("TrangThaiThanhToan", 0, 1);
  const auto reference = reader.text("MaThamChieu", kOnlineReferenceCharsMax);
  const auto paid_at = reader.text("ThoiGianGD", kNameCharsMax);
  if (status != 1) return {};
  const auto time = parse_portal_time(paid_at);
  if (!is_online_reference(reference))
    reader.fault("MaThamChieu", "must be the platform's own reference of the payment", Errc::missing_field);
  if (!time) reader.fault("ThoiGianGD", "must be the time of the payment as yyyyMMddHHmmss");
  return OnlinePayment{reference, time ? *time : Time{}};
}

// Only what the agency wants collected with this leg becomes a charge; 0 means free of charge.
void read_charge(TriggerReader& reader, OrderWish& wish) {
  reader.text("TenPhiLePhi", limits::kTextFieldCharsMax);
  const std::string code = reader.text("MaPhiLePhi", kNameCharsMax);
  const std::string kind = charge_kind(reader);
  const auto amount = reader.required_integer("Gia", 0, limits::kChargeDongMax);
  const auto when = reader.required_integer("HinhThucThu", 1, 4);
  if (when == 3) reader.fault("HinhThucThu", "must be 1, 2 or 4");
  const bool wanted = when == (wish.leg == "pickup" ? kOnReceiving : kOnReturning);
  auto paid = read_payment(reader);
  if (paid && kind == "postage") reader.fault("TrangThaiThanhToan", "is 1, but postage is paid to the post");
  if (!wanted || kind.empty() || amount.value_or(0) <= 0) return;
  WantedCharge charge{kind, Money(*amount)};
  if (paid) charge.code = code.empty() ? paid->reference : code;  // apart from what is still to be collected
  charge.paid = std::move(paid);
  wish.charges.push_back(std::move(charge));
}

// Several charges of one kind are collected as one amount, which must be possible, too.
void check_sums(TriggerReader& reader, const OrderWish& wish) {
  std::map<std::string, Money> sums;
  for (const auto& charge : wish.charges) sums[charge.kind] += charge.amount;
  for (const auto& [kind, sum] : sums)
    if (sum > Money(limits::kChargeDongMax))
      reader.fault("DanhSachLePhi",
                   "asks for " + sum.to_text() + " of one kind, which is more than an order carries");
}

void read_charges(TriggerReader& parent, std::vector<FieldError>& faults, OrderWish& wish) {
  const auto* list = parent.list("DanhSachLePhi", kChargesMax);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string pointer = parent.pointer("DanhSachLePhi") + "/" + std::to_string(i);
    if (!(*list)[i].is_object()) {
      parent.fault("DanhSachLePhi/" + std::to_string(i), "must be an object");
      continue;
    }
    TriggerReader reader((*list)[i].get_object(), pointer, faults);
    read_charge(reader, wish);
  }
  check_sums(parent, wish);
}

// A paper is its name, or an object that names it in TenThanhPhan.
void read_paper(TriggerReader& parent, const json::value& value, const std::string& name,
                std::vector<FieldError>& faults, OrderWish& wish) {
  if (value.is_object()) {
    TriggerReader reader(value.get_object(), parent.pointer(name), faults);
    wish.papers.push_back(reader.required_text("TenThanhPhan", limits::kTextFieldCharsMax));
    return;
  }
  if (!value.is_string()) {
    parent.fault(name, "must be the name of a paper");
    return;
  }
  const auto& text = value.get_string();
  auto clean = clean_text({text.data(), text.size()}, limits::kTextFieldCharsMax);
  if (clean && !clean->empty()) {
    wish.papers.push_back(std::move(*clean));
  } else {
    parent.fault(name, clean ? "is blank" : clean.error().detail);
  }
}

void read_papers(TriggerReader& parent, std::vector<FieldError>& faults, OrderWish& wish) {
  const auto* list = parent.list("ThanhPhanHoSo", kPapersMax);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i)
    read_paper(parent, (*list)[i], "ThanhPhanHoSo/" + std::to_string(i), faults, wish);
}

OrderWish read_message(const json::object& message, std::vector<FieldError>& faults) {
  OrderWish wish;
  TriggerReader reader(message, "", faults);
  read_leg(reader, wish);
  read_dossier(reader, wish);
  read_procedure(reader, wish);
  read_status(reader, wish);
  wish.applicant_name = reader.required_text("ChuHoSo", kNameCharsMax);
  if (const auto* citizen = reader.object("nguoiNhan")) {
    read_citizen(reader, *citizen, faults, wish.citizen);
  } else if (!reader.has("nguoiNhan")) {
    reader.fault("nguoiNhan", "is missing", Errc::missing_field);
  }
  read_charges(reader, faults, wish);
  read_papers(reader, faults, wish);
  return wish;
}

InputFailure unreadable(std::string_view body) {
  std::vector<FieldError> errors;
  if (body.size() > limits::kJsonBodyBytesMax)
    errors.emplace_back(Errc::too_large, "", "the message is too large", "Send one dossier in one message.");
  else
    errors.emplace_back(Errc::malformed, "", "the message is not a JSON object in UTF-8",
                        "Send the trigger as adapters/onestop_rest/README.md shows it.");
  return InputFailure(std::move(errors));
}

}  // namespace

Input<OrderWish> parse_trigger(std::string_view body) {
  const auto message = json_object_of(body, limits::kJsonBodyBytesMax);
  if (!message) return unreadable(body);
  std::vector<FieldError> faults;
  OrderWish wish = read_message(*message, faults);
  if (faults.empty()) return wish;
  faults.front().hint = "Correct every named field and send the message again.";
  return InputFailure(std::move(faults));
}

std::string trigger_pointer(std::string_view order_pointer) {
  static const std::map<std::string_view, std::string_view> kMembers = {
      {"/leg", "/yeuCau"},
      {"/dossier_code", "/MaHoSo"},
      {"/slip_no", "/SoPhieuGui"},
      {"/finished_at", "/NgayKetThucXuLy"},
      {"/procedure_code", "/MaTTHC"},
      {"/citizen/province_code", "/nguoiNhan/tinhThanh"},
      {"/citizen/commune_code", "/nguoiNhan/xaPhuong"}};
  const auto member = kMembers.find(order_pointer);
  return member == kMembers.end() ? std::string() : std::string(member->second);
}

}  // namespace bccid::onestop
