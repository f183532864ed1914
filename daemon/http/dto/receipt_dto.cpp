#include "http/dto/receipt_dto.hpp"

#include "base/time_text.hpp"
#include "domain/receipt/amount_in_words.hpp"
#include "http/dto/null_values.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

json::array lines_of(const ReceiptView& receipt) {
  json::array lines;
  for (const auto& line : receipt.lines)
    lines.push_back(json::object{{"code", or_null(line.code)},
                                 {"name", or_null(line.name)},
                                 {"amount_vnd", line.amount.dong()},
                                 {"version", or_null(line.version)},
                                 {"rule", or_null(line.rule)}});
  return lines;
}

json::value document_of(const ReceiptView& receipt) {
  if (!receipt.document) return nullptr;
  const auto& document = *receipt.document;
  json::object out;
  out["key"] = document.key;
  out["state"] = document.state;
  out["pattern"] = or_null(document.pattern);
  out["symbol"] = or_null(document.symbol);
  out["number"] = or_null(document.number);
  out["url"] = or_null(document.url);
  out["issued_at"] = or_null(document.issued_at);
  out["cancelled_at"] = or_null(document.cancelled_at);
  out["reason"] = or_null(document.reason);
  return out;
}

}  // namespace

json::object to_json(const ReceiptView& receipt) {
  json::object out;
  out["id"] = receipt.id;
  out["kind"] = receipt.kind;
  out["issuer"] = receipt.issuer;
  out["symbol"] = receipt.symbol;
  out["number"] = receipt.number;
  out["agency"] = receipt.agency;
  out["agency_name"] = receipt.agency_name;
  out["dossier_code"] = or_null(receipt.dossier_code);
  out["order_number"] = receipt.order_number;
  out["payer"] = receipt.payer;
  out["amount_vnd"] = receipt.amount.dong();
  out["amount_in_words"] = amount_in_words(receipt.amount);
  out["collector"] = receipt.collector;
  out["office"] = receipt.office;
  out["taken_at"] = to_rfc3339(receipt.taken_at);
  out["issued_at"] = to_rfc3339(receipt.issued_at);
  out["custody"] = receipt.custody;
  out["remit_by"] = or_null(receipt.remit_by);
  out["cancelled_at"] = or_null(receipt.cancelled_at);
  out["cancel_reason"] = or_null(receipt.cancel_reason);
  out["replaces"] = or_null(receipt.replaces);
  out["replaced_by"] = or_null(receipt.replaced_by);
  out["e_receipt"] = document_of(receipt);
  out["lines"] = lines_of(receipt);
  return out;
}

}  // namespace bccid::http
