#pragma once

#include "base/clock.hpp"
#include "domain/receipt/document_step.hpp"
#include "ports/receipt_port.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// The documents of the payment that a receipt is for, the oldest first, locked until the transaction ends.
// Empty when nothing of it was given to a provider.
std::vector<PaymentDocument> lock_documents(sql::Tx& tx, std::int64_t receipt_id);

// What the provider is asked to issue: the receipt as it is stored.
ReceiptOrder read_receipt_order(sql::Tx& tx, std::int64_t receipt_id, std::string_view key);

// Moves a document on; `sent_at` empty leaves the time of its last request as it is.
void move_document(sql::Tx& tx, std::int64_t receipt_id, DocumentState to, std::optional<Time> sent_at,
                   std::string_view reason);

// What a provider answered, once and for ever.
void record_issued(sql::Tx& tx, std::int64_t receipt_id, const IssuedDocument& document, Time now);
void record_cancelled(sql::Tx& tx, std::int64_t receipt_id, Time now);

}  // namespace bccid
