#include "adapters/json_reply.hpp"
#include "adapters/onestop_rest/wire.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/time_text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace bccid::onestop {
namespace {

namespace json = boost::json;

constexpr std::size_t kReasonCharsMax = 300;

json::value text_value(std::string_view text) { return json::value(json::string(to_nfc(text))); }

// True when the counterpart's sentence says so; case and diacritics are lost on the way sometimes.
bool says(const std::string& message, std::string_view phrase) {
  return fold_diacritics(message).find(phrase) != std::string::npos;
}

// Some systems answer a progress message with words only.
bool says_success(const std::string& message) {
  return says(message, "thanh cong") && !says(message, "khong thanh cong") &&
         !says(message, "chua thanh cong");
}

SendOutcome judge(const json::object& reply, const std::string& message, int http_status) {
  const auto code = integer_member(reply, "error_code");
  if (http_status >= 400) return code == 0 ? SendOutcome::unknown : SendOutcome::rejected;
  if (code == 0) return SendOutcome::accepted;
  if (code == 3 || code == -3 || says(message, "da ton tai")) return SendOutcome::accepted;
  if (code) return SendOutcome::rejected;
  return says_success(message) ? SendOutcome::accepted : SendOutcome::unknown;
}

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
  SendReport report;
  report.http_status = http_status;
  if (http_status == 401 || http_status == 429) {
    report.outcome = SendOutcome::not_sent;
    report.reason = http_status == 401 ? "the gateway refused our token" : "the gateway refused the rate";
    return report;
  }
  const bool readable =
      (http_status >= 200 && http_status < 300) || (http_status >= 400 && http_status < 500);
  const auto reply = readable ? json_object_of(body, limits::kReplyBytesMax) : std::nullopt;
  if (!reply) {
    report.reason = readable ? "the answer is not a JSON object of a readable size"
                             : "HTTP status " + std::to_string(http_status);
    return report;
  }
  const std::string message = text_member(*reply, "message", kReasonCharsMax);
  report.outcome = judge(*reply, message, http_status);
  const auto code = integer_member(*reply, "error_code");
  report.reason = (code ? "error_code " + std::to_string(*code) : "no error_code") +
                  (message.empty() ? "" : ": " + message);
  return report;
}

}  // namespace bccid::onestop
