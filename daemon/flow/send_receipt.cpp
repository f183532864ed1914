#include "flow/send_receipt.hpp"

#include "store/e_receipt_store.hpp"

#include <algorithm>
#include <vector>

namespace bccid {
namespace {

bool dropped_unsent(const PaymentDocument& document) {
  return !document.receipt_stands &&
         (document.state == DocumentState::wanted || document.state == DocumentState::refused);
}

// The document as it is under the lock that the lines before took.
const PaymentDocument* find_document(const std::vector<PaymentDocument>& documents, std::int64_t receipt_id) {
  const auto found = std::ranges::find(documents, receipt_id, &PaymentDocument::receipt_id);
  return found == documents.end() ? nullptr : &*found;
}

bool is_in(const std::vector<PaymentDocument>& documents, std::int64_t receipt_id, DocumentState state) {
  const auto* found = find_document(documents, receipt_id);
  return found != nullptr && found->state == state;
}

// The provider's new document stands in the place of whatever stood before it.
void record_standing(sql::Tx& tx, const std::vector<PaymentDocument>& documents, std::int64_t receipt_id,
                     const IssuedDocument& document, Time now) {
  for (const auto& one : documents)
    if (one.receipt_id != receipt_id && one.state == DocumentState::issued)
      record_cancelled(tx, one.receipt_id, now);
  record_issued(tx, receipt_id, document, now);
}

ReceiptPlan begin_step(sql::Tx& tx, const DocumentStep& step, const std::vector<PaymentDocument>& documents,
                       Time now) {
  using Kind = DocumentStep::Kind;
  ReceiptPlan plan;
  const auto& document = documents[step.document];
  plan.step = step.kind;
  plan.receipt_id = document.receipt_id;
  plan.key = document.key;
  plan.amount = document.amount;
  if (step.kind == Kind::stuck)
    plan.reason = document.key + " is cancelled at the provider, and its receipt stands";
  if (step.kind == Kind::cancel) move_document(tx, plan.receipt_id, DocumentState::cancelling, now, "");
  if (step.kind != Kind::issue && step.kind != Kind::replace) return plan;
  plan.order = read_receipt_order(tx, plan.receipt_id, plan.key);
  if (step.kind == Kind::replace) {
    plan.old_receipt_id = documents[step.old].receipt_id;
    plan.old_key = documents[step.old].key;
  }
  move_document(tx, plan.receipt_id, DocumentState::sending, now, "");
  return plan;
}

}  // namespace

ReceiptPlan plan_receipt(sql::Tx& tx, std::int64_t receipt_id, Time now) {
  auto documents = lock_documents(tx, receipt_id);
  for (auto& one : documents) {
    if (!dropped_unsent(one)) continue;
    move_document(tx, one.receipt_id, DocumentState::unwanted, std::nullopt, "");
    one.state = DocumentState::unwanted;
  }
  const auto step = next_step(documents);
  if (step.kind != DocumentStep::Kind::nothing) return begin_step(tx, step, documents, now);
  ReceiptPlan plan;
  plan.unwanted = is_in(documents, receipt_id, DocumentState::unwanted);
  plan.reason = plan.unwanted ? "the receipt was cancelled before its document existed"
                              : "the provider has it as it should be";
  return plan;
}

void apply_issue_report(sql::Tx& tx, const ReceiptPlan& plan, const IssueReport& report, Time now) {
  const auto documents = lock_documents(tx, plan.receipt_id);
  if (!is_in(documents, plan.receipt_id, DocumentState::sending)) return;
  switch (report.report.outcome) {
    case SendOutcome::accepted: record_standing(tx, documents, plan.receipt_id, report.document, now); break;
    case SendOutcome::rejected:
      move_document(tx, plan.receipt_id, DocumentState::refused, std::nullopt, report.report.reason);
      break;
    case SendOutcome::not_sent:
      move_document(tx, plan.receipt_id, DocumentState::wanted, std::nullopt, report.report.reason);
      break;
    case SendOutcome::pending:
    case SendOutcome::unknown: break;
  }
}

void apply_document_cancelled(sql::Tx& tx, const ReceiptPlan& plan, const SendReport& report, Time now) {
  const auto documents = lock_documents(tx, plan.receipt_id);
  if (!is_in(documents, plan.receipt_id, DocumentState::cancelling)) return;
  switch (report.outcome) {
    case SendOutcome::accepted: record_cancelled(tx, plan.receipt_id, now); break;
    case SendOutcome::rejected:
    case SendOutcome::not_sent:
      move_document(tx, plan.receipt_id, DocumentState::issued, std::nullopt, report.reason);
      break;
    case SendOutcome::pending:
    case SendOutcome::unknown: break;
  }
}

Result<std::optional<Time>> apply_asked(sql::Tx& tx, const ReceiptPlan& plan, const AskedReceipt& asked,
                                        Time now) {
  using Known = AskedDocument::State;
  const auto documents = lock_documents(tx, plan.receipt_id);
  const auto* document = find_document(documents, plan.receipt_id);
  const bool sending = document != nullptr && document->state == DocumentState::sending;
  if (!sending && (document == nullptr || document->state != DocumentState::cancelling))
    return std::optional<Time>{};
  if (asked.answer.state == Known::absent) {
    if (!sending)
      return Failure(Errc::conflict, "the provider does not know " + plan.key + ", which it issued",
                     "Ask the provider, then replay the message or drop it.");
    const Time settled = document->sent_at.value_or(now) + asked.settle;
    if (asked.asked_at < settled) return std::optional(settled);
    move_document(tx, plan.receipt_id, DocumentState::wanted, std::nullopt, "");
  } else if (sending) {
    record_standing(tx, documents, plan.receipt_id, asked.answer.document, now);
    if (asked.answer.state == Known::cancelled) record_cancelled(tx, plan.receipt_id, now);
  } else if (asked.answer.state == Known::cancelled) {
    record_cancelled(tx, plan.receipt_id, now);
  } else {
    move_document(tx, plan.receipt_id, DocumentState::issued, std::nullopt, "");
  }
  return std::optional<Time>{};
}

}  // namespace bccid
