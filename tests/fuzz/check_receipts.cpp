#include "adapters/ereceipt_vnpt/wire.hpp"
#include "adapters/xml_leaves.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "tests/fuzz/parsers.hpp"
#include "tests/fuzz/require.hpp"

#include <charconv>
#include <string>

namespace bccid::fuzz {
namespace {

constexpr std::string_view kReceiptKey = "phi-H20.01-P26-0000012";

// The HTTP status on the first line, then the body; without a status it is a 200.
std::pair<int, std::string_view> soap_reply_of(std::string_view bytes) {
  int status = 0;
  const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), status);
  const auto digits = static_cast<std::size_t>(end - bytes.data());
  if (error != std::errc{} || status < 100 || status > 599 || digits == bytes.size() || bytes[digits] != '\n')
    return {200, bytes};
  return {status, bytes.substr(digits + 1)};
}

void check_soap_report(const SendReport& report, int status) {
  require(report.http_status == status, "a report keeps the HTTP status");
  require(!report.reason.empty(), "a report says why");
  require_clean(report.reason, 1000, "the reason of a report");
  if (report.outcome == SendOutcome::accepted || report.outcome == SendOutcome::rejected)
    require(status == 200, "only a 200 accepts or rejects");
  if (report.outcome == SendOutcome::not_sent)
    require(status == 401 || status == 429, "only the gateway says that nothing arrived");
}

void check_document(const IssuedDocument& document) {
  require(!document.number.empty(), "a document has a number");
  require_clean(document.number, 40, "the number of a document");
  require_clean(document.symbol, 40, "the symbol of a document");
  require_clean(document.pattern, 40, "the pattern of a document");
}

// What was read can be written and is read as the same.
void check_leaves(std::string_view body) {
  const auto leaves = xml_leaves(body, limits::kReplyBytesMax);
  if (!leaves) return;
  require(!leaves->empty(), "a text that was read has an element");
  for (const auto& leaf : *leaves) {
    const auto again = xml_leaves("<a>" + xml_escaped(leaf.text) + "</a>", 8 * limits::kReplyBytesMax);
    require(again.has_value() && again->size() == 1U, "what was escaped is one text without elements");
    require(xml_escaped(again->front().text) == xml_escaped(trim(again->front().text)), "blanks are removed");
  }
}

}  // namespace

int check_ereceipt_reply(std::string_view bytes) {
  const auto [status, body] = soap_reply_of(bytes);
  const ReceiptProviderBlock block;
  check_leaves(body);
  for (const auto operation : {vnpt::kIssue, vnpt::kReplace}) {
    const auto issued = vnpt::read_issue_reply(status, body, operation, kReceiptKey, block);
    check_soap_report(issued.report, status);
    if (issued.report.outcome == SendOutcome::accepted) check_document(issued.document);
    if (issued.report.outcome == SendOutcome::accepted && operation == vnpt::kIssue)
      require(body.find("0000012") != std::string_view::npos,
              "an answer about another receipt accepts nothing");
  }
  check_soap_report(vnpt::read_cancel_reply(status, body), status);
  const auto asked = vnpt::read_ask_reply(status, body, kReceiptKey, Money(50'000), block);
  if (!asked) {
    require_fit(asked.error());
    return 0;
  }
  require(status == 200, "only a 200 says what is known");
  if (asked->state != AskedDocument::State::absent) check_document(asked->document);
  return 0;
}

}  // namespace bccid::fuzz
