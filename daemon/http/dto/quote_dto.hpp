#pragma once

#include "domain/tariff/postage.hpp"
#include "flow/carrier_price.hpp"
#include "flow/tariffs.hpp"
#include "http/object_reader.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace bccid::http {

struct QuoteBody {
  Journey journey;
  PostageQuestion question;
  bool ask_carrier = false;  // the post's own price is wanted beside ours
};

// A weight in grams, 1 to kWeightMax.
std::optional<int> optional_weight(ObjectReader& reader, std::string_view field);

// The body of POST /v1/quotes. `carrier` and `today` hold where the body names none. The errors stay in the
// reader.
QuoteBody read_quote_body(ObjectReader& reader, std::string carrier, Day today);

// A price with the version and the rule of each of its lines.
boost::json::object to_json(const PostageQuote& quote);
// The post's own price with its difference to ours, or why there is none.
boost::json::object to_json(const CarrierPrice& price);

}  // namespace bccid::http
