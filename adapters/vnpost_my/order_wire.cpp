#include "adapters/vnpost_my/wire.hpp"

#include "base/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace bccid::my {
namespace {

namespace json = boost::json;

// The word that the interface wants as district where addresses have two levels.
constexpr std::string_view kTwoLevelDistrict = "VNPOST";

json::value text(std::string_view value) {
  const std::string composed = to_nfc(value);
  return json::value(json::string(composed));
}

json::value text_or_null(std::string_view value) {
  return value.empty() ? json::value(nullptr) : text(value);
}

std::string province_of(const std::string& code, const CarrierBlock& block) {
  const auto mapped = block.province_codes.find(code);
  return mapped == block.province_codes.end() ? code : std::to_string(mapped->second);
}

std::string district_of(const std::string& commune, const CarrierBlock& block) {
  const auto mapped = block.district_codes.find(commune);
  return mapped == block.district_codes.end() ? std::string(kTwoLevelDistrict)
                                              : std::to_string(mapped->second);
}

void put_party(json::object& into, const std::string& end, const CarrierParty& given,
               const CarrierBlock& block) {
  const CarrierParty& party = given.name.empty() ? block.own_party : given;
  into[end + "Name"] = text(party.name);
  into[end + "Phone"] = text(party.phone);
  into[end + "Email"] = text_or_null(party.email);
  into[end + "Address"] = text(party.address);
  into[end + "ProvinceCode"] = province_of(party.province_code, block);
  into[end + "DistrictCode"] = district_of(party.commune_code, block);
  into[end + "CommuneCode"] = party.commune_code;
}

// Collecting money is a service beside the carriage, with the amount as its property.
json::array addons_of(Money cod) {
  if (cod.zero()) return {};
  return {json::object{{"code", "GTG021"}, {"propValue", "PROP0018:" + std::to_string(cod.dong())}}};
}

std::string encoded(std::string_view value) {
  return boost::urls::encode(value, boost::urls::unreserved_chars);
}

std::string by_number(std::string_view path, std::string_view number, const CarrierBlock& block) {
  return std::string(path) + "?type=" + encoded(block.number_type) + "&code=" + encoded(number);
}

}  // namespace

std::string order_body(const CarrierOrder& order, const CarrierBlock& block) {
  json::object information;
  put_party(information, "sender", order.sender, block);
  put_party(information, "receiver", order.receiver, block);
  information["serviceCode"] = block.service_code;
  information["addonService"] = addons_of(order.cod);
  information["additionRequest"] = json::array{};
  information["orgCodeCollect"] = nullptr;
  information["orgCodeAccept"] = nullptr;
  information["saleOrderCode"] = order.number;
  information["contentNote"] = text(order.contents.empty() ? order.note : order.contents);
  information["weight"] = std::to_string(block.parcel_weight_g);  // the interface wants a text
  information["width"] = nullptr;
  information["length"] = nullptr;
  information["height"] = nullptr;
  information["vehicle"] = "BO";
  information["sendType"] = block.send_type;
  information["isBroken"] = "0";
  information["deliveryTime"] = "N";
  information["deliveryRequire"] = "1";
  information["deliveryInstruction"] = text_or_null(order.note);
  const json::object body{{"orderCreationStatus", block.drafts ? 0 : 1},
                          {"type", "GUI"},
                          {"customerCode", block.customer_code},
                          {"contractCode", text_or_null(block.contract_code)},
                          {"informationOrder", std::move(information)}};
  return json::serialize(body);
}

std::string cancel_body(std::string_view original_id) {
  return json::serialize(json::object{{"OriginalId", json::string(original_id)}});
}

std::string price_body(const PriceQuestion& question, const CarrierBlock& block) {
  json::object data;
  data["senderProvinceCode"] = province_of(question.from_province, block);
  data["senderDistrictCode"] = district_of(question.from_commune, block);
  data["senderCommuneCode"] = question.from_commune;
  data["receiverProvinceCode"] = province_of(question.to_province, block);
  data["receiverDistrictCode"] = district_of(question.to_commune, block);
  data["receiverCommuneCode"] = question.to_commune;
  data["receiverNational"] = "VN";
  data["weight"] = question.weight_g;
  data["serviceCode"] = block.service_code;
  data["addonService"] = json::array{};
  data["additionRequest"] = json::array{};
  data["vehicle"] = "BO";
  return json::serialize(json::object{{"scope", 1},
                                      {"customerCode", block.customer_code},
                                      {"contractNumber", text_or_null(block.contract_code)},
                                      {"data", std::move(data)}});
}

std::string order_target(std::string_view number, const CarrierBlock& block) {
  return by_number("/getOrder", number, block);
}

std::string history_target(std::string_view number, const CarrierBlock& block) {
  return by_number("/GetStatusHistoryOrder", number, block);
}

std::string delete_draft_target(std::string_view number, const CarrierBlock& block) {
  return by_number("/deleteOrderByDraft", number, block);
}

}  // namespace bccid::my
