#include "adapters/sim/receipt_desk.hpp"

#include "adapters/sim/token_desk.hpp"

#include <boost/json/array.hpp>

#include <charconv>

namespace bccid::sim {
namespace {

namespace json = boost::json;

constexpr std::size_t kPapersMax = 100'000;
constexpr std::size_t kEnvelopeBytesMax = 256 * 1024;
constexpr std::size_t kNumberDigits = 7;
constexpr std::string_view kWrongPassword = "wrong";

// Which service each operation is at, and what the plan calls it.
struct Operation {
  std::string_view name, path, target;
};
constexpr Operation kOperations[] = {
    {"ImportAndPublishInv", "/PublishService.asmx", "receipt.issue"},
    {"ReplaceInvoiceAction", "/BusinessService.asmx", "receipt.replace"},
    {"cancelInvNoPay", "/BusinessService.asmx", "receipt.cancel"},
    {"listInvByCusFkey", "/PortalService.asmx", "receipt.ask"},
};

Answer soap_answer(std::string_view operation, std::string_view result) {
  const std::string name(operation);
  return {200, "text/xml; charset=utf-8",
          R"(<?xml version="1.0" encoding="utf-8"?><soap:Envelope )"
          R"(xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><)" +
              name + R"(Response xmlns="http://tempuri.org/"><)" + name + "Result>" + xml_escaped(result) +
              "</" + name + "Result></" + name + "Response></soap:Body></soap:Envelope>"};
}

std::int64_t whole_number(std::string_view text) {
  std::int64_t value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : -1;
}

std::string member(const std::vector<XmlLeaf>& call, std::string_view operation, std::string_view name) {
  return leaf_text(call, "Envelope/Body/" + std::string(operation) + "/" + std::string(name)).value_or("");
}

// The key that a request is about: of a receipt in its data, or beside it.
std::string key_of(const std::vector<XmlLeaf>& call, const Operation& operation) {
  for (const auto* name : {"fkey", "key"})
    if (operation.target != "receipt.issue" && operation.target != "receipt.replace")
      if (auto key = member(call, operation.name, name); !key.empty()) return key;
  const auto data = xml_leaves(member(call, operation.name, "xmlInvData"), kEnvelopeBytesMax);
  if (!data) return {};
  return leaf_text(*data, operation.target == "receipt.issue" ? "Invoices/Inv/key" : "ReplaceInv/key")
      .value_or("");
}

}  // namespace

Answer ReceiptDesk::handle(std::string_view issuer, std::string_view path, const Call& call) {
  ++requests_;
  if (call.method != "POST") return {405, "text/plain", "POST only"};
  const auto leaves = xml_leaves(call.body, kEnvelopeBytesMax);
  if (!leaves) return {400, "text/plain", "the body is no XML"};
  for (const auto& operation : kOperations) {
    if (path != operation.path || !leaf_text(*leaves, "Envelope/Body/" + std::string(operation.name)))
      continue;
    const std::string key = key_of(*leaves, operation);
    const Doing doing = plan_.next(operation.target, key);
    if (doing.reply == Reply::reject) return soap_answer(operation.name, "ERR:20");
    std::string result = "OK:";
    if (operation.target == "receipt.ask") {
      result = list(issuer, key);
    } else if (doing.effect) {
      result =
          operation.target == "receipt.cancel" ? cancel(issuer, key) : issue(issuer, *leaves, operation.name);
    }
    if (doing.reply == Reply::status_101) return soap_answer(operation.name, "ERR:13");
    return dress(doing, soap_answer(operation.name, result));
  }
  return {404, "text/html", "<html><body>404</body></html>"};
}

ReceiptDesk::Paper* ReceiptDesk::find(std::string_view issuer, std::string_view key) {
  const auto at = papers_.find(Key(issuer, key));
  return at == papers_.end() ? nullptr : &at->second;
}

std::string ReceiptDesk::issue(std::string_view issuer, const std::vector<XmlLeaf>& call,
                               std::string_view operation) {
  const auto refuse = [this](const char* why) {
    ++refused_;
    return std::string(why);
  };
  const bool replacing = operation == "ReplaceInvoiceAction";
  const std::string root = replacing ? "ReplaceInv" : "Invoices/Inv/Invoice";
  const auto data = xml_leaves(member(call, operation, "xmlInvData"), kEnvelopeBytesMax);
  if (member(call, operation, "ACpass") == kWrongPassword) return refuse("ERR:1");
  if (!data || papers_.size() >= kPapersMax) return refuse("ERR:3");
  const std::string key = leaf_text(*data, replacing ? "ReplaceInv/key" : "Invoices/Inv/key").value_or("");
  const std::int64_t amount = whole_number(leaf_text(*data, root + "/Amount").value_or(""));
  if (key.empty() || amount <= 0) return refuse("ERR:3");
  Paper* old = replacing ? find(issuer, member(call, operation, "fkey")) : nullptr;
  if (replacing && old == nullptr) return refuse("ERR:2");
  if (replacing && old->status != 1) return refuse("ERR:8");
  if (replacing) {
    old->status = 3;
    old->replaced_by = key;
  }
  Paper& paper = papers_[Key(issuer, key)];
  paper.pattern = member(call, operation, "pattern");
  paper.serial = member(call, operation, "serial");
  paper.payer = leaf_text(*data, root + "/CusName").value_or("");
  paper.amount = amount;
  paper.products = 0;
  for (const auto& leaf : *data) paper.products += leaf.path == root + "/Products/Product" ? 1U : 0U;
  std::string number = std::to_string(next_number_++);
  number.insert(0, kNumberDigits - std::min(kNumberDigits, number.size()), '0');
  paper.numbers.push_back(number);
  ++issued_;
  return "OK:" + paper.pattern + ";" + paper.serial + "-" + key + "_" + number;
}

std::string ReceiptDesk::cancel(std::string_view issuer, std::string_view key) {
  Paper* paper = find(issuer, key);
  if (paper == nullptr) return "ERR:2";
  if (paper->status != 1) return "ERR:8";
  paper->status = 5;
  return "OK:";
}

std::string ReceiptDesk::list(std::string_view issuer, std::string_view key) const {
  const auto at = papers_.find(Key(issuer, key));
  if (at == papers_.end()) return "<Data></Data>";
  const Paper& paper = at->second;
  std::string out = "<Data>";
  for (const auto& number : paper.numbers)
    out += "<Item><pattern>" + xml_escaped(paper.pattern) + "</pattern><serial>" + xml_escaped(paper.serial) +
           "</serial><invNum>" + number + "</invNum><amount>" + std::to_string(paper.amount) +
           "</amount><status>" + std::to_string(paper.status) + "</status><cusname>" +
           xml_escaped(paper.payer) + "</cusname><fkey>" + xml_escaped(key) + "</fkey></Item>";
  return out + "</Data>";
}

json::object ReceiptDesk::documents(std::size_t after, std::size_t limit) const {
  json::array listed;
  std::size_t position = 0;
  for (const auto& [key, paper] : papers_) {
    if (position++ < after) continue;
    if (listed.size() >= limit) break;
    json::array numbers;
    for (const auto& number : paper.numbers) numbers.push_back(json::string(number));
    json::object out;
    out["issuer"] = key.first;
    out["key"] = key.second;
    out["numbers"] = std::move(numbers);
    out["times_issued"] = paper.numbers.size();
    out["payer"] = paper.payer;
    out["amount_vnd"] = paper.amount;
    out["lines"] = paper.products;
    out["status"] = paper.status;
    out["replaced_by"] = paper.replaced_by;
    listed.push_back(std::move(out));
  }
  json::object book;
  book["total"] = papers_.size();
  book["documents"] = std::move(listed);
  return book;
}

json::object ReceiptDesk::figures() const {
  json::object out;
  out["requests"] = requests_;
  out["issued"] = issued_;
  out["refused"] = refused_;
  out["documents"] = papers_.size();
  return out;
}

}  // namespace bccid::sim
