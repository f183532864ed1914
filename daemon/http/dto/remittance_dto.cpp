#include "http/dto/remittance_dto.hpp"

#include "base/time_text.hpp"

#include <boost/json.hpp>

namespace bccid::http {

namespace json = boost::json;

json::object to_json(const RemittanceView& view) {
  return json::object{
      {"id", view.id.to_text()}, {"reference", view.reference},        {"agency", view.agency},
      {"kind", view.kind},       {"bank_account", view.bank_account},  {"amount_vnd", view.amount.dong()},
      {"charges", view.charges}, {"sent_at", to_rfc3339(view.sent_at)}};
}

}  // namespace bccid::http
