#include "store/e_receipt_store.hpp"

#include "store/receipt_store.hpp"
#include "store/stored_name.hpp"

#include <stdexcept>

namespace bccid {

const sql::Query kLockDocuments{"e_receipt_lock", R"(
SELECT e.receipt_id, e.issuer, e.key, e.state, e.sent_at, r.cancelled_at IS NULL, e.amount
  FROM e_receipt t
  JOIN e_receipt e ON e.event_key = t.event_key AND e.kind = t.kind
  JOIN receipt r ON r.id = e.receipt_id
 WHERE t.receipt_id = $1 ORDER BY e.receipt_id FOR NO KEY UPDATE OF e)"};

std::vector<PaymentDocument> lock_documents(sql::Tx& tx, std::int64_t receipt_id) {
  std::vector<PaymentDocument> documents;
  for (const auto row : tx.exec(kLockDocuments, sql::Params::of(receipt_id))) {
    PaymentDocument one;
    one.receipt_id = row.i64(0);
    one.issuer = row.str(1);
    one.key = row.str(2);
    one.state = stored_name<DocumentState>(row.text(3));
    one.sent_at = row.opt_time(4);
    one.receipt_stands = row.boolean(5);
    one.amount = row.money(6);
    documents.push_back(std::move(one));
  }
  return documents;
}

ReceiptOrder read_receipt_order(sql::Tx& tx, std::int64_t receipt_id, std::string_view key) {
  const auto receipt = read_receipt(tx, receipt_id, "", 0);
  if (!receipt) throw std::logic_error("there is no receipt " + std::to_string(receipt_id));
  const auto names = read_receipt_names(tx, receipt_id);
  ReceiptOrder order;
  order.key = key;
  order.kind = stored_name<ChargeKind>(receipt->kind);
  order.payer = receipt->payer;
  order.dossier_code = receipt->dossier_code;
  order.collector = names.collector.empty() ? receipt->collector : names.collector;
  for (const auto& line : receipt->lines) order.lines.push_back({line.name, line.amount});
  order.amount = receipt->amount;
  order.taken_at = receipt->taken_at;
  return order;
}

const sql::Query kMoveDocument{"e_receipt_move", R"(
UPDATE e_receipt SET state = $2, sent_at = coalesce($3::timestamptz, sent_at), reason = $4, given_up = ''
 WHERE receipt_id = $1)"};

void move_document(sql::Tx& tx, std::int64_t receipt_id, DocumentState to, std::optional<Time> sent_at,
                   std::string_view reason) {
  tx.exec(kMoveDocument, sql::Params::of(receipt_id, name(to), sent_at, reason));
}

const sql::Query kRecordIssued{"e_receipt_issued", R"(
UPDATE e_receipt SET state = 'issued', pattern = $2, symbol = $3, number = $4, url = $5, issued_at = $6,
       reason = ''
 WHERE receipt_id = $1)"};

void record_issued(sql::Tx& tx, std::int64_t receipt_id, const IssuedDocument& document, Time now) {
  tx.exec(kRecordIssued,
          sql::Params::of(receipt_id, document.pattern, document.symbol, document.number, document.url, now));
}

const sql::Query kRecordCancelled{"e_receipt_cancelled", R"(
UPDATE e_receipt SET state = 'cancelled', cancelled_at = $2, reason = '' WHERE receipt_id = $1)"};

void record_cancelled(sql::Tx& tx, std::int64_t receipt_id, Time now) {
  tx.exec(kRecordCancelled, sql::Params::of(receipt_id, now));
}

}  // namespace bccid
