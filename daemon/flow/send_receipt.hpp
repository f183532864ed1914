#pragma once

#include "base/clock.hpp"
#include "domain/receipt/document_step.hpp"
#include "ports/receipt_port.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace bccid {

// What a message about a receipt makes its sender do now.
struct ReceiptPlan {
  DocumentStep::Kind step = DocumentStep::Kind::nothing;
  std::int64_t receipt_id = 0;  // whose document the step is about
  std::string key;              // its key
  Money amount;
  ReceiptOrder order;               // for issue and replace
  std::int64_t old_receipt_id = 0;  // for replace: whose document it stands in for
  std::string old_key;
  bool unwanted = false;  // for nothing: the receipt was cancelled before its document existed
  std::string reason;     // why nothing is sent
};

// Decides before each send by all documents of the payment, not by the message alone, and records in the same
// commit that a request begins: after that the provider is asked before anybody sends again. Documents whose
// receipts were cancelled before anything was sent become unwanted.
ReceiptPlan plan_receipt(sql::Tx& tx, std::int64_t receipt_id, Time now);

// Records what an answer proves about the document that was asked for: accepted -> issued (and the old one
// cancelled), rejected -> refused, not_sent -> wanted, unknown -> as it is, to be asked about. What another
// sender has settled meanwhile is left alone.
void apply_issue_report(sql::Tx& tx, const ReceiptPlan& plan, const IssueReport& report, Time now);

// accepted -> cancelled; rejected and not_sent -> issued, as it is then; unknown -> as it is.
void apply_document_cancelled(sql::Tx& tx, const ReceiptPlan& plan, const SendReport& report, Time now);

// What the provider said when it was asked, beginning at `asked_at`.
struct AskedReceipt {
  AskedDocument answer;
  Time asked_at{};
  Duration settle{};  // for how long a request without an answer may still take effect
};

// Records it. A document that the provider does not know can be asked for anew, but only when its request has
// settled: otherwise returns when to ask again.
// Errors: refused by the provider's own books (a document that it issued is unknown to it).
Result<std::optional<Time>> apply_asked(sql::Tx& tx, const ReceiptPlan& plan, const AskedReceipt& asked,
                                        Time now);

}  // namespace bccid
