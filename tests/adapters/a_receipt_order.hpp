#pragma once

#include "adapters/blocks.hpp"
#include "adapters/xml_leaves.hpp"
#include "base/time_text.hpp"
#include "ports/receipt_port.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace bccid::test {

inline ReceiptProviderBlock receipt_provider_at(std::string url) {
  ReceiptProviderBlock block;
  block.issuer = "H20.01";
  block.kind = "ereceipt_vnpt";
  block.service_url = std::move(url);
  block.account = "H20admin";
  block.account_password = "secret-1";
  block.username = "H20service";
  block.password = "secret-2";
  block.pattern = "01BLP0-001";
  block.serial = "AA/26E";
  block.timeout = std::chrono::milliseconds(5'000);
  return block;
}

inline ReceiptOrder a_receipt_order(std::string key) {
  ReceiptOrder order;
  order.key = std::move(key);
  order.payer = "Đặng Thị Hoà";
  order.dossier_code = "H20.01-260302-0001";
  order.collector = "Trần Văn Bưu";
  order.lines = {{"Cấp bản sao", Money(50'000)}};
  order.amount = Money(50'000);
  order.taken_at = parse_rfc3339("2026-03-02T09:00:00+07:00").value();
  return order;
}

// The envelope that carries such a result.
inline std::string soap_text(std::string_view operation, std::string_view result) {
  const std::string name(operation);
  return "<?xml version=\"1.0\"?><soap:Envelope "
         "xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><" +
         name + "Response xmlns=\"http://tempuri.org/\"><" + name + "Result>" + xml_escaped(result) + "</" +
         name + "Result></" + name + "Response></soap:Body></soap:Envelope>";
}

}  // namespace bccid::test
