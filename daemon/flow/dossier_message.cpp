#include "flow/dossier_message.hpp"

#include "base/time_text.hpp"

#include <boost/json.hpp>

#include <optional>

namespace bccid {
namespace {

namespace json = boost::json;

Failure unreadable(std::string_view member) {
  return Failure(Errc::malformed, "the stored status message has no readable " + std::string(member));
}

std::optional<std::string> text_member(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<Time> time_member(const json::object& object, std::string_view name) {
  const auto text = text_member(object, name);
  if (!text) return std::nullopt;
  const auto at = parse_rfc3339(*text);
  return at ? std::optional(*at) : std::nullopt;
}

Result<json::object> message_object(std::string_view payload) {
  boost::system::error_code error;
  auto value = json::parse({payload.data(), payload.size()}, error);
  if (error || !value.is_object())
    return Failure(Errc::malformed, "the stored status message is no JSON object");
  return std::move(value.get_object());
}

}  // namespace

Result<std::string> read_message_agency(std::string_view payload) {
  const auto object = message_object(payload);
  if (!object) return object.error();
  auto agency = text_member(*object, "agency");
  if (!agency) return unreadable("agency");
  return std::move(*agency);
}

Result<DossierStatus> read_dossier_status(std::string_view payload) {
  const auto message = message_object(payload);
  if (!message) return message.error();
  const json::object& object = *message;
  DossierStatus status;
  const auto code = text_member(object, "dossier_code");
  if (!code) return unreadable("dossier_code");
  const auto* number = object.if_contains("portal_status");
  if (number == nullptr || !number->is_int64()) return unreadable("portal_status");
  const auto at = time_member(object, "occurred_at");
  if (!at) return unreadable("occurred_at");
  status.dossier_code = *code;
  status.portal_status = static_cast<int>(number->get_int64());
  status.step_text = text_member(object, "step_text").value_or("");
  status.occurred_at = *at;
  status.delivered_at = time_member(object, "delivered_at");
  if (status.portal_status == 10 && !status.delivered_at) return unreadable("delivered_at");
  return status;
}

}  // namespace bccid
