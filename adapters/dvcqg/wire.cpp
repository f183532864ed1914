#include "adapters/dvcqg/wire.hpp"

#include "base/text.hpp"
#include "base/time_text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace bccid::dvcqg {
namespace {

namespace json = boost::json;

// HinhThucThu: when the agency wants the money.
constexpr int kOnReceiving = 1;
constexpr int kOnReturning = 4;
constexpr int kByPost = 1;           // HinhThuc
constexpr const char* kLocal = "2";  // NoiNopHoSo

json::value text_value(std::string_view text) { return json::value(json::string(to_nfc(text))); }

json::object charge_object(const ReportedCharge& charge) {
  const bool fee = charge.kind == "fee";
  json::object out;
  out["TenPhiLePhi"] = text_value(charge.name.empty() ? (fee ? "Phí" : "Lệ phí") : charge.name);
  out["MaPhiLePhi"] = text_value(charge.code);
  out["HinhThucThu"] = charge.on_return ? kOnReturning : kOnReceiving;
  out["Gia"] = charge.amount.dong();
  out["LoaiPhiLePhi"] = fee ? 1 : 2;
  return out;
}

std::string_view service_name(Service service) {
  return service == Service::progress ? "CapNhatTienDoHoSoMC" : "DongBoHoSoMC";
}

}  // namespace

json::array dossier_data(const DossierReport& report) {
  json::object out;
  out["MaHoSo"] = text_value(report.dossier_code);
  out["MaTTHC"] = text_value(report.procedure_code);
  out["TenTTHC"] = text_value(report.procedure_name);
  out["KenhThucHien"] = std::to_string(report.channel);
  out["ChuHoSo"] = text_value(report.applicant_name);
  if (report.finished_at) out["NgayKetThucXuLy"] = to_portal_text(*report.finished_at);
  if (report.delivered_at) out["NgayTra"] = to_portal_text(*report.delivered_at);
  out["TrangThaiHoSo"] = std::to_string(report.portal_status);
  if (report.result_by_post) out["HinhThuc"] = std::to_string(kByPost);
  out["DonViXuLy"] = text_value(report.agency_name);
  out["NoiNopHoSo"] = kLocal;
  json::array charges;
  for (const auto& charge : report.charges) charges.push_back(charge_object(charge));
  out["DanhSachLePhi"] = std::move(charges);
  json::array data;
  data.push_back(std::move(out));
  return data;
}

json::array progress_data(const DossierReport& report, const PortalBlock& block) {
  json::array data;
  for (const auto& step : report.steps) {
    json::object out;
    out["MaHoSo"] = text_value(report.dossier_code);
    out["NguoiXuLy"] = text_value(block.reporter);
    out["ChucDanh"] = "";
    out["ThoiDiemXuLy"] = to_portal_text(step.at);
    out["PhongBanXuLy"] = text_value(block.reporter);
    out["NoiDungXuLy"] = text_value(step.text);
    out["TrangThai"] = std::to_string(step.portal_status);
    out["NgayBatDau"] = to_portal_text(step.at);
    data.push_back(std::move(out));
  }
  return data;
}

std::string plain_body(const json::array& data) { return json::serialize(data); }

std::string session_body(Service service, const json::array& data, std::string_view session,
                         std::string_view unit_code) {
  json::object body;
  body["session"] = json::string(session);
  body["madonvi"] = text_value(unit_code);
  body["service"] = json::string(service_name(service));
  body["isUpdating"] = service == Service::add ? "False" : "True";
  if (service == Service::progress) body.erase("isUpdating");
  body["data"] = data;
  return json::serialize(body);
}

bool session_is_stale(const PortalReply& reply, const PortalBlock& block) {
  if (reply.report.http_status == 401) return true;
  if (reply.report.outcome == SendOutcome::accepted) return false;
  const auto& codes = block.stale_session_codes;
  if (reply.code && std::ranges::find(codes, std::to_string(*reply.code)) != codes.end()) return true;
  return says(reply.message, "session") || says(reply.message, "phien");
}

}  // namespace bccid::dvcqg
