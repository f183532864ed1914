#include "adapters/emc/wire.hpp"

#include "base/text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace bccid::emc {
namespace {

namespace json = boost::json;

json::value text_value(std::string_view text) { return json::value(json::string(to_nfc(text))); }

// Who receives the result by post: no more than the block asks for.
json::value recipient_value(const DossierReport& report, const PortalBlock& block) {
  const bool by_post = report.result_by_post || report.channel == 3;
  if (block.recipient_data != "full" || report.recipient.name.empty()) return by_post;
  json::object out;
  out["hoVaTen"] = text_value(report.recipient.name);
  out["soDienThoai"] = text_value(report.recipient.phone);
  out["diaChi"] = text_value(report.recipient.address);
  return out;
}

}  // namespace

std::string event_body(const DossierReport& report, const PortalBlock& block) {
  json::object body;
  body["CodeProfile"] = text_value(report.dossier_code);
  body["CodeTTHC"] = text_value(report.procedure_code);
  body["NameTTHC"] = text_value(report.procedure_name);
  body["Status"] = report.portal_status;
  body["FormsReception"] = report.channel;
  body["Level"] = block.service_level;
  body["MaHoSo"] = text_value(report.dossier_code);
  body["IsFromDVCQG"] = false;
  body["IsDVCBC"] = recipient_value(report, block);
  body["User"] = text_value(block.reporter);
  return json::serialize(body);
}

}  // namespace bccid::emc
