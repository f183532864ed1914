#include "adapters/onestop_rest/wire.hpp"
#include "adapters/portal_reply.hpp"
#include "base/text.hpp"
#include "base/time_text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace bccid::onestop {
namespace {

namespace json = boost::json;

json::value text_value(std::string_view text) { return json::value(json::string(to_nfc(text))); }

}  // namespace

std::string progress_body(const DossierStatus& status, const OnestopBlock& block) {
  json::object body;
  body["MaHoSo"] = text_value(status.dossier_code);
  body["NguoiXuLy"] = text_value(block.reporter);
  body["ThoiDiemXuLy"] = to_portal_text(status.occurred_at);
  body["PhongBanXuLy"] = text_value(block.reporter);
  body["NoiDungXuLy"] = text_value(status.step_text);
  if (status.portal_status != 0) body["TrangThai"] = status.portal_status;
  body["MaThongDiep"] = text_value(status.message_id);
  return json::serialize(body);
}

std::string status_body(const DossierStatus& status) {
  json::object body;
  body["MaHoSo"] = text_value(status.dossier_code);
  body["TrangThai"] = status.portal_status;
  body["ThoiDiemXuLy"] = to_portal_text(status.occurred_at);
  if (status.delivered_at) body["NgayTra"] = to_portal_text(*status.delivered_at);
  body["MaThongDiep"] = text_value(status.message_id);
  return json::serialize(body);
}

SendReport read_status_reply(int http_status, std::string_view body) {
  return read_portal_reply(http_status, body).report;
}

}  // namespace bccid::onestop
