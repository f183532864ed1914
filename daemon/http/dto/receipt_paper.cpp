#include "http/dto/receipt_paper.hpp"

#include "flow/collect_cash.hpp"

#include <string_view>

namespace bccid::http {
namespace {

// "Bưu cục Mỹ Tho (820100)": the name is for the reader, the id for whoever looks it up.
std::string named_id(const std::string& name, const std::string& id) {
  if (name.empty() || id.empty()) return name + id;
  return name + " (" + id + ")";
}

void name_issuer(const ReceiptView& receipt, const std::map<std::string, std::string>& carriers,
                 PrintedReceipt& paper) {
  if (paper.kind != ChargeKind::postage) {
    paper.issuer = receipt.agency_name;
    paper.issuer_code = receipt.agency;
    return;
  }
  const auto known = carriers.find(receipt.issuer);
  paper.issuer = known == carriers.end() ? receipt.issuer : known->second;
}

}  // namespace

Result<PrintedReceipt> printed_receipt(const NamedReceipt& named,
                                       const std::map<std::string, std::string>& carriers) {
  const auto& [receipt, names] = named;
  const auto kind = from_name<ChargeKind>(receipt.kind);
  if (!kind)
    return Failure(Errc::internal,
                   "receipt " + std::to_string(receipt.id) + " has the unknown kind \"" + receipt.kind + '"');
  PrintedReceipt paper;
  paper.kind = *kind;
  name_issuer(receipt, carriers, paper);
  paper.agency = receipt.agency_name;
  paper.symbol = receipt.symbol;
  paper.number = receipt.number;
  paper.payer = receipt.payer;
  paper.dossier_code = receipt.dossier_code;
  paper.order_number = receipt.order_number;
  paper.amount = receipt.amount;
  for (const auto& line : receipt.lines) paper.lines.push_back({line.code, line.name, line.amount});
  paper.collector =
      receipt.collector == kByTransfer ? "Chuyển khoản" : named_id(names.collector, receipt.collector);
  paper.office = named_id(names.office, receipt.office);
  paper.taken_at = receipt.taken_at;
  paper.issued_at = receipt.issued_at;
  paper.cancelled_at = receipt.cancelled_at;
  paper.cancelled_by = named_id(names.cancelled_by, receipt.cancelled_by);
  paper.cancel_reason = receipt.cancel_reason;
  paper.replaces = names.replaces;
  paper.replaced_by = names.replaced_by;
  // One without a number is not yet, or not any more, worth a word on paper.
  if (receipt.document && !receipt.document->number.empty())
    paper.document = PrintedDocument{receipt.document->pattern, receipt.document->symbol,
                                     receipt.document->number,  receipt.document->key,
                                     receipt.document->url,     receipt.document->cancelled_at.has_value()};
  return paper;
}

}  // namespace bccid::http
