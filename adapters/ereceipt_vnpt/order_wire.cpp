#include "adapters/ereceipt_vnpt/wire.hpp"
#include "adapters/xml_leaves.hpp"
#include "base/time_text.hpp"
#include "domain/receipt/amount_in_words.hpp"

namespace bccid::vnpt {
namespace {

constexpr std::string_view kSpace = "http://tempuri.org/";

std::string element(std::string_view name, std::string_view text) {
  const std::string tag(name);
  return "<" + tag + ">" + xml_escaped(text) + "</" + tag + ">";
}

std::string envelope(std::string_view operation, const std::string& members) {
  const std::string name(operation);
  return R"(<?xml version="1.0" encoding="utf-8"?>)"
         R"(<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><)" +
         name + " xmlns=\"" + std::string(kSpace) + "\">" + members + "</" + name +
         "></soap:Body></soap:Envelope>";
}

std::string kind_words(ChargeKind kind) {
  switch (kind) {
    case ChargeKind::fee: return "Phí";
    case ChargeKind::charge: return "Lệ phí";
    case ChargeKind::postage: break;
  }
  return "Cước bưu chính";
}

// "22/11/2026" in Vietnam.
std::string day_text(Time at) {
  const std::string text = to_text(business_day(at));
  return text.substr(8, 2) + "/" + text.substr(5, 2) + "/" + text.substr(0, 4);
}

std::string products(const ReceiptOrder& order) {
  std::string out = "<Products>";
  for (const auto& line : order.lines) {
    const std::string amount = std::to_string(line.amount.dong());
    out += "<Product>" + element("ProdName", line.name.empty() ? kind_words(order.kind) : line.name) +
           element("ProdQuantity", "1") + element("ProdPrice", amount) + element("Amount", amount) +
           "</Product>";
  }
  return out + "</Products>";
}

std::string content(const ReceiptOrder& order, const ReceiptProviderBlock& block) {
  const std::string amount = std::to_string(order.amount.dong());
  return element("CusCode", order.dossier_code) + element("CusName", order.payer) +
         element("CusAddress", "") + element("PaymentMethod", block.payment_method) +
         element("ArisingDate", day_text(order.taken_at)) + products(order) + element("Total", amount) +
         element("Amount", amount) + element("AmountInWords", amount_in_words(order.amount)) +
         element("Extra", order.collector);
}

const std::string& either(const std::string& own, const std::string& common) {
  return own.empty() ? common : own;
}

const std::string& pattern_of(ChargeKind kind, const ReceiptProviderBlock& block) {
  return kind == ChargeKind::charge ? either(block.charge_pattern, block.pattern) : block.pattern;
}

const std::string& serial_of(ChargeKind kind, const ReceiptProviderBlock& block) {
  return kind == ChargeKind::charge ? either(block.charge_serial, block.serial) : block.serial;
}

}  // namespace

std::string soap_action(std::string_view operation) {
  return '"' + std::string(kSpace) + std::string(operation) + '"';
}

std::string issue_body(const ReceiptOrder& order, const ReceiptProviderBlock& block) {
  const std::string data = "<Invoices><Inv>" + element("key", order.key) + "<Invoice>" +
                           content(order, block) + "</Invoice></Inv></Invoices>";
  return envelope(kIssue, element("Account", block.account) + element("ACpass", block.account_password) +
                              element("xmlInvData", data) + element("username", block.username) +
                              element("password", block.password) +
                              element("pattern", pattern_of(order.kind, block)) +
                              element("serial", serial_of(order.kind, block)) + element("convert", "0"));
}

std::string replace_body(const ReceiptOrder& order, std::string_view old_key,
                         const ReceiptProviderBlock& block) {
  const std::string data =
      "<ReplaceInv>" + element("key", order.key) + content(order, block) + "</ReplaceInv>";
  return envelope(kReplace, element("Account", block.account) + element("ACpass", block.account_password) +
                                element("xmlInvData", data) + element("username", block.username) +
                                element("pass", block.password) + element("fkey", old_key) +
                                element("Attachfile", "") + element("convert", "0") +
                                element("pattern", pattern_of(order.kind, block)) +
                                element("serial", serial_of(order.kind, block)));
}

std::string cancel_body(std::string_view key, const ReceiptProviderBlock& block) {
  return envelope(kCancel, element("Account", block.account) + element("ACpass", block.account_password) +
                               element("fkey", key) + element("userName", block.username) +
                               element("userPass", block.password));
}

std::string ask_body(std::string_view key, const ReceiptProviderBlock& block) {
  return envelope(kAsk, element("key", key) + element("fromDate", "") + element("toDate", "") +
                            element("userName", block.username) + element("userPass", block.password));
}

}  // namespace bccid::vnpt
