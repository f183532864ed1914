#include "flow/party_json.hpp"

#include <boost/json.hpp>

namespace bccid {
namespace {

namespace json = boost::json;

std::string member(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

std::string party_json(const CarrierParty& party) {
  json::object body;
  body["name"] = party.name;
  body["phone"] = party.phone;
  body["email"] = party.email;
  body["address"] = party.address;
  body["province_code"] = party.province_code;
  body["commune_code"] = party.commune_code;
  return json::serialize(body);
}

CarrierParty party_of(std::string_view text) {
  const auto value = json::parse({text.data(), text.size()});
  const auto& object = value.as_object();
  CarrierParty made;
  made.name = member(object, "name");
  made.phone = member(object, "phone");
  made.email = member(object, "email");
  made.address = member(object, "address");
  made.province_code = member(object, "province_code");
  made.commune_code = member(object, "commune_code");
  return made;
}

}  // namespace bccid
