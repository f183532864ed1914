#pragma once

#include "adapters/blocks.hpp"
#include "base/result.hpp"
#include "ports/receipt_port.hpp"

#include <string>
#include <string_view>

// Bytes of VNPT's SOAP services to our values and back. Pure: no socket, no clock.
namespace bccid::vnpt {

inline constexpr std::string_view kIssue = "ImportAndPublishInv";
inline constexpr std::string_view kReplace = "ReplaceInvoiceAction";
inline constexpr std::string_view kCancel = "cancelInvNoPay";
inline constexpr std::string_view kAsk = "listInvByCusFkey";

// The value of SOAPAction for one of these.
std::string soap_action(std::string_view operation);

std::string issue_body(const ReceiptOrder& order, const ReceiptProviderBlock& block);
// `order` in the place of the document of `old_key`.
std::string replace_body(const ReceiptOrder& order, std::string_view old_key,
                         const ReceiptProviderBlock& block);
std::string cancel_body(std::string_view key, const ReceiptProviderBlock& block);
std::string ask_body(std::string_view key, const ReceiptProviderBlock& block);

// What an answer to kIssue or kReplace proves about `key`. Only "OK:" with our key and a number accepts.
// "ERR:5" (it failed inside) and the codes that say "already there" stay unknown; every other number is a no.
IssueReport read_issue_reply(int http_status, std::string_view body, std::string_view operation,
                             std::string_view key, const ReceiptProviderBlock& block);
// The same of kCancel; "ERR:8" (replaced or cancelled already) stays unknown.
SendReport read_cancel_reply(int http_status, std::string_view body);

// What the provider knows under `key`. Errors: unavailable (everything that does not say it clearly, "ERR:",
// a document that has no number yet, or whose amount is another).
Result<AskedDocument> read_ask_reply(int http_status, std::string_view body, std::string_view key,
                                     Money amount, const ReceiptProviderBlock& block);

}  // namespace bccid::vnpt
