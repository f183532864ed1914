#include "http/dto/payment_dto.hpp"

#include "domain/payment/payment_reference.hpp"
#include "http/dto/null_values.hpp"

#include <algorithm>
#include <array>

namespace bccid::http {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 2> kKinds{"fee", "charge"};

json::array lines_json(const std::vector<DueLine>& lines) {
  json::array out;
  for (const auto& line : lines)
    out.push_back(json::object{{"kind", name(line.kind)},
                               {"code", or_null(line.code)},
                               {"name", or_null(line.name)},
                               {"amount_vnd", line.amount.dong()}});
  return out;
}

json::object code_json(const PaymentCode& code) {
  json::array references;
  for (const auto& reference : code.references) references.emplace_back(reference);
  json::object out;
  out["account"] = code.account;
  out["bank_bin"] = or_null(code.bank_bin);
  out["holder"] = or_null(code.holder);
  out["amount_vnd"] = code.amount.dong();
  out["references"] = std::move(references);
  out["purpose"] = code.purpose;
  out["vietqr"] = or_null(code.vietqr);
  out["lines"] = lines_json(code.lines);
  return out;
}

}  // namespace

json::object to_json(const PaymentSlip& slip) {
  json::array codes;
  for (const auto& code : slip.codes) codes.push_back(code_json(code));
  json::object out;
  out["order_number"] = slip.order_number;
  out["dossier_code"] = or_null(slip.dossier_code);
  out["agency"] = slip.agency;
  out["agency_name"] = slip.agency_name;
  out["payer"] = slip.payer;
  out["codes"] = std::move(codes);
  out["to_the_post"] = lines_json(slip.to_the_post);
  out["promised_transfer"] = or_null(slip.promised);
  return out;
}

OnlinePayment read_online_payment(ObjectReader& reader) {
  OnlinePayment paid;
  paid.reference = reader.text("reference", {.min = 4, .max = kOnlineReferenceCharsMax});
  paid.paid_at = reader.time("paid_at");
  if (!paid.reference.empty() && !is_online_reference(paid.reference))
    reader.fail("reference", "\"" + paid.reference + "\" does not survive a bank's text field",
                "Send the platform's own reference: letters, digits, '-', '.' and '_'.");
  return paid;
}

LatePayment read_late_payment(ObjectReader& reader) {
  LatePayment late;
  late.payment = read_online_payment(reader);
  late.amount = reader.money("amount_vnd");
  const auto kinds = reader.list("kinds", {.min = 1, .max = kKinds.size()});
  for (const auto& kind : kinds) {
    const auto* text = kind.if_string();
    const auto known = text == nullptr ? kKinds.end() : std::ranges::find(kKinds, std::string_view(*text));
    if (known == kKinds.end()) {
      reader.fail("kinds", "a kind is neither fee nor charge", "Send the kinds that the payment was for.");
      return late;
    }
    late.kinds.push_back(*known == kKinds[0] ? ChargeKind::fee : ChargeKind::charge);
  }
  return late;
}

}  // namespace bccid::http
