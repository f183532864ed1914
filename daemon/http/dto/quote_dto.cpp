#include "http/dto/quote_dto.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

constexpr std::size_t kCommuneDigits = 5;

}  // namespace

std::optional<int> optional_weight(ObjectReader& reader, std::string_view field) {
  const auto weight = reader.optional_integer(field, {.min = 1, .max = kWeightMax});
  return weight ? std::optional(static_cast<int>(*weight)) : std::nullopt;
}

QuoteBody read_quote_body(ObjectReader& reader, std::string carrier, Day today) {
  QuoteBody body;
  const TextRule commune{.min = kCommuneDigits, .max = kCommuneDigits};
  body.journey.carrier = reader.optional_text("carrier", {.max = 64}).value_or(std::move(carrier));
  body.journey.day = reader.optional_day("on").value_or(today);
  body.journey.citizen_commune = reader.text("citizen_commune", commune);
  body.journey.agency_commune = reader.text("agency_commune", commune);
  body.question.receipt_g = optional_weight(reader, "receipt_g");
  body.question.result_g = optional_weight(reader, "result_g");
  const auto group = reader.optional_one_of("group", EnumNames<PostageGroup>::kNames);
  if (group) body.question.group = static_cast<PostageGroup>(*group);
  body.question.forwarded =
      reader.optional_money("forwarded_vnd", limits::kChargeDongMax, true).value_or(Money());
  body.ask_carrier = reader.optional_boolean("ask_carrier").value_or(false);
  if (reader.ok() && !body.question.receipt_g && !body.question.result_g)
    reader.fail("result_g", "neither receipt_g nor result_g is given",
                "Send the weight of what travels: the papers, the result, or both.", Errc::missing_field);
  return body;
}

json::object to_json(const PostageQuote& quote) {
  json::array lines;
  for (const auto& line : quote.lines)
    lines.push_back(
        json::object{{"rule", line.rule}, {"detail", line.detail}, {"amount_vnd", line.amount.dong()}});
  return json::object{{"tariff", quote.version},
                      {"lines", std::move(lines)},
                      {"total_vnd", quote.total.dong()},
                      {"vat_vnd", quote.vat.dong()}};
}

json::object to_json(const CarrierPrice& price) {
  if (!price.reason.empty()) return json::object{{"reason", price.reason}};
  json::array legs;
  for (const auto& leg : price.legs)
    legs.push_back(json::object{{"leg", name(leg.leg)}, {"price_vnd", leg.price.dong()}});
  return json::object{{"legs", std::move(legs)},
                      {"total_vnd", price.total.dong()},
                      {"difference_vnd", price.difference.dong()}};
}

}  // namespace bccid::http
